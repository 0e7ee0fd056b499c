"""Which document is published, and what the next snapshot is made of."""

from __future__ import annotations

import datetime as dt
import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import Document, file_names, publish, tables

from flows.lake import Lake, LakeConsistencyError, Layout, merge, write_shard

FIRST = Document("harbour", "The harbour opens.", updated=1, quotes=("It opens",))
BETTER = Document("harbour", "The harbour opens today.", updated=2, quotes=("It opens", "today"))
OTHER = Document("bridge", "The bridge is closed.", day=dt.date(2024, 3, 2), quotes=("Closed",))


def texts(lake):
    return sorted(lake.snapshot().table("articles")["text"].to_pylist())


@pytest.mark.parametrize("order", [*itertools.permutations([FIRST, BETTER])])
def test_a_correction_replaces_the_text_in_whatever_order_the_two_arrive(lake, order):
    for document in order:
        publish(lake, [document])
    assert texts(lake) == [BETTER.text]
    assert lake.snapshot().table("articles")["version_count"].to_pylist() == [2]
    assert sorted(lake.snapshot().table("quotes")["text"].to_pylist()) == ["It opens", "today"]
    current = lake.snapshot().table("versions", ["document_sha256", "is_current"]).to_pylist()
    assert {row["document_sha256"]: row["is_current"] for row in current} == {
        FIRST.sha256: False,
        BETTER.sha256: True,
    }


def test_documents_that_lose_are_counted_as_merged(lake):
    merged, _ = publish(lake, [FIRST, OTHER], [BETTER])
    assert (merged.counts.candidates, merged.counts.published, merged.counts.merged) == (3, 2, 1)
    merged, _ = publish(lake, [Document("harbour", "Late and old.", updated=0)])
    assert (merged.counts.candidates, merged.counts.published, merged.counts.merged) == (1, 0, 1)
    assert lake.snapshot().table("articles", ["version_count"], ["2024-01"])[0].to_pylist() == [3]


def test_a_published_correction_is_counted_as_such(lake):
    publish(lake, [FIRST])
    merged, _ = publish(lake, [BETTER, OTHER])
    assert (merged.counts.published, merged.counts.corrected) == (2, 1)


def test_the_same_text_in_other_bytes_is_one_version_more_but_no_text_more(lake):
    again = Document("harbour", FIRST.text, updated=0.5)
    publish(lake, [FIRST, again])
    assert lake.snapshot().rows("versions") == 2
    assert lake.snapshot().table("articles")["version_count"].to_pylist() == [1]


PRECEDENCE = [
    Document("s", "no date"),
    Document("s", "received later", received=5),
    Document("s", "says it corrects", correction=True),
    Document("s", "published", published=1),
    Document("s", "published later", published=2),
    Document("s", "updated", updated=0),
    Document("s", "updated and published", updated=0, published=0),
]


@pytest.mark.parametrize(("lower", "higher"), [*itertools.pairwise(PRECEDENCE)])
def test_the_later_update_then_publication_then_correction_then_arrival_wins(lake, lower, higher):
    publish(lake, [lower], [higher])
    assert texts(lake) == [higher.text]


def test_equal_documents_in_all_that_counts_are_settled_by_their_bytes(lake):
    twins = [Document("s", "one"), Document("s", "two")]
    publish(lake, twins)
    assert texts(lake) == [max(twins, key=lambda document: document.sha256).text]


def test_identical_bytes_in_several_shards_are_one_document_of_the_smallest_place(lake):
    places = [("/landing/b.zip", None), ("/landing/a.zip", "2.txt"), ("/landing/a.zip", "1.txt")]
    copies = [Document("s", "Same.", uri=u, member=m, quotes=("Same",)) for u, m in places]
    merged, snapshot = publish(lake, *([copy] for copy in copies))
    assert (merged.counts.published, merged.counts.merged) == (1, 2)
    for dataset in ("raw_documents", "versions"):
        rows = snapshot.table(dataset, ["source_uri", "member"]).to_pylist()
        assert rows == [{"source_uri": "/landing/a.zip", "member": "1.txt"}]
    assert (snapshot.rows("articles"), snapshot.rows("quotes")) == (1, 1)


def test_identical_bytes_twice_in_one_shard_bring_their_quotes_once(lake):
    copies = [Document("s", "Same.", uri=f"/landing/{n}", quotes=("Same", "Same")) for n in "ab"]
    _, snapshot = publish(lake, copies)
    assert snapshot.table("quotes")["position"].to_pylist().count(0) == 1
    assert snapshot.rows("quotes") == 2


def test_bytes_that_are_known_already_change_nothing(lake):
    publish(lake, [FIRST, OTHER])
    merged, snapshot = publish(lake, [OTHER], [FIRST])
    assert snapshot is None
    assert not merged.changes
    assert (merged.counts.published, merged.counts.merged) == (0, 2)
    assert [path.name for path in (lake.path / "snapshots").iterdir()] == ["00000001"]


def test_no_shards_at_all_change_nothing(lake):
    assert publish(lake)[1] is None
    assert lake.snapshot() is None


def test_quarantined_documents_are_kept_and_pointed_at_once(lake):
    for _ in range(2):
        with lake.stage() as staging:
            write_shard(staging.path, "a", tables([FIRST], refused=["garbage"]))
            merged = merge(lake.snapshot(), staging)
            if merged.changes:
                lake.commit(staging, merged.changes, "code-1")
    snapshot = lake.snapshot()
    assert (snapshot.number, snapshot.rows("quarantine"), snapshot.rows("raw_documents")) == (
        1,
        1,
        2,
    )


def test_a_commit_touches_only_the_months_that_have_something_new(lake):
    _, before = publish(lake, [FIRST, OTHER])
    _, after = publish(lake, [Document("ferry", "A ferry sails.", day=OTHER.day)])
    january = "published_month=2024-01"
    kept = {
        path for path in file_names(before, "articles", "quotes", "versions") if january in path
    }
    assert kept <= file_names(after, "articles", "quotes", "versions")
    for path in kept | file_names(before, "raw_documents"):
        assert (before.path / path).samefile(after.path / path)
    changed = [f for f in after.files("articles") if f.partition == "2024-03"]
    assert [f.rows for f in changed] == [2]


def test_undated_articles_lie_in_a_partition_of_their_own(lake):
    _, snapshot = publish(lake, [Document("s", "When?", day=None, quotes=("When?",))])
    for dataset in ("articles", "quotes", "versions"):
        assert [file.partition for file in snapshot.files(dataset)] == ["undated"]


def test_a_story_whose_day_moved_leaves_its_old_month_in_the_same_commit(lake):
    publish(lake, [FIRST])
    moved = Document("harbour", "Moved.", day=dt.date(2024, 2, 1), updated=9, quotes=("Moved",))
    _, snapshot = publish(lake, [moved])
    assert [file.partition for file in snapshot.files("articles")] == ["2024-02"]
    assert [file.partition for file in snapshot.files("quotes")] == ["2024-02"]
    versions = {f.partition: f.rows for f in snapshot.files("versions")}
    assert versions == {"2024-01": 1, "2024-02": 1}
    assert snapshot.table("versions")["is_current"].to_pylist() == [False, True]


DOCUMENTS = st.lists(
    st.builds(
        Document,
        story=st.sampled_from("abcd"),
        text=st.sampled_from(["One.", "Two.", "Three."]),
        updated=st.none() | st.integers(0, 2),
        correction=st.booleans(),
        quotes=st.lists(st.sampled_from(["q", "r"]), max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda document: document.sha256,
)


@settings(max_examples=15, deadline=None)
@given(documents=DOCUMENTS, data=st.data())
def test_the_same_documents_give_the_same_bytes_in_another_order_and_other_shards(
    documents, data, tmp_path_factory
):
    one = Lake.create(tmp_path_factory.mktemp("one"))
    other = Lake.create(tmp_path_factory.mktemp("other"))
    shuffled = data.draw(st.permutations(documents))
    cut = data.draw(st.integers(0, len(documents)))
    _, first = publish(one, documents)
    _, second = publish(other, shuffled[:cut], shuffled[cut:])
    assert first.listing == second.listing
    assert (first.path / "_snapshot.json").read_bytes() == (
        second.path / "_snapshot.json"
    ).read_bytes()


@settings(max_examples=8, deadline=None)
@given(documents=DOCUMENTS, data=st.data())
def test_articles_quotes_and_versions_do_not_show_how_many_runs_brought_them(
    documents, data, tmp_path_factory
):
    at_once = Lake.create(tmp_path_factory.mktemp("at_once"))
    bit_by_bit = Lake.create(tmp_path_factory.mktemp("bit_by_bit"))
    publish(at_once, documents)
    for document in data.draw(st.permutations(documents)):
        publish(bit_by_bit, [document])
    rewritten = ("articles", "quotes", "versions")
    assert file_names(at_once.snapshot(), *rewritten) == file_names(
        bit_by_bit.snapshot(), *rewritten
    )


def test_a_large_partition_is_cut_by_key_and_an_added_row_changes_one_file_of_it(tmp_path):
    layout = Layout(rows_per_file={"articles": 8, "quotes": 8, "versions": 8})
    lake = Lake.create(tmp_path / "lake", layout)
    stories = [Document(f"story {n}", f"Text {n}.", quotes=("q",)) for n in range(40)]
    _, before = publish(lake, stories[:39])
    files = before.files("articles")
    assert len(files) > 1
    ids = before.table("articles")["article_id"].to_pylist()
    assert ids == sorted(ids)
    _, after = publish(lake, stories[39:])
    assert len(set(after.files("articles")) - set(files)) == 1
    other = Lake.create(tmp_path / "other", layout)
    publish(other, stories[20:], stories[:20])
    datasets = ("articles", "quotes", "versions")
    assert file_names(other.snapshot(), *datasets) == file_names(after, *datasets)


def test_received_documents_are_cut_into_files_of_a_bounded_size(tmp_path):
    lake = Lake.create(tmp_path / "lake", Layout(appended_bytes=100))
    _, snapshot = publish(lake, *([Document(f"s{n}", "x" * 60)] for n in range(6)))
    assert len(snapshot.files("raw_documents")) > 1
    assert snapshot.rows("raw_documents") == 6


def test_a_quotation_that_one_document_repeats_is_a_defect_and_is_not_published(lake):
    rows = tables([FIRST])
    rows["quotes"] = pa.concat_tables([rows["quotes"], rows["quotes"]])
    with lake.stage() as staging:
        write_shard(staging.path, "a", rows)
        with pytest.raises(LakeConsistencyError, match="keys are there twice in quotes"):
            merge(None, staging)


def test_a_quotation_in_another_month_than_its_article_is_a_defect(lake):
    rows = tables([FIRST])
    day = pa.array([dt.date(2025, 1, 1)])
    rows["quotes"] = rows["quotes"].set_column(
        rows["quotes"].column_names.index("published_date"),
        rows["quotes"].schema.field("published_date"),
        day,
    )
    with lake.stage() as staging:
        write_shard(staging.path, "a", rows)
        with pytest.raises(LakeConsistencyError, match="quotes of 2025-01"):
            merge(None, staging)


def test_a_version_without_its_article_is_a_defect(lake):
    rows = tables([FIRST])
    rows["articles"] = rows["articles"].slice(0, 0)
    with lake.stage() as staging:
        write_shard(staging.path, "a", rows)
        with pytest.raises(LakeConsistencyError, match=FIRST.article_id):
            merge(None, staging)


def test_a_merge_can_be_done_again_in_the_same_staging(lake):
    with lake.stage() as staging:
        write_shard(staging.path, "a", tables([FIRST]))
        merge(None, staging)
        merged = merge(None, staging)
        assert lake.commit(staging, merged.changes, "code-1").rows("articles") == 1


def test_a_file_says_which_code_versions_its_rows_stem_from(lake):
    publish(lake, [FIRST, OTHER, Document("ferry", "A ferry.")], code_version="code-1")
    _, snapshot = publish(lake, [BETTER], code_version="code-2")
    made_by = {
        file.partition: sorted(snapshot.makers[each]["code"] for each in file.made_by)
        for file in snapshot.files("articles")
    }
    assert made_by == {"2024-01": ["code-1", "code-2"], "2024-03": ["code-1"]}
