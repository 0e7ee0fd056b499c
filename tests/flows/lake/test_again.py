"""Documents that the lake has, read again: as if they had never been read otherwise."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import Document, Said, digest, file_names, filled, publish, tables

from flows.lake import Lake, Made, StoriesGrew, shard_schema, write_shard
from flows.lake import publish as publish_staged

HOLM = Said("It holds", ("Ida Holm",))
LUND = Said("It does not", ("Per Lund",))
FIRST = Document("harbour", "Opens.", updated=1, quotes=(HOLM,))
BETTER = Document("harbour", "Opens today.", updated=2, quotes=(HOLM, LUND))
OTHER = Document("bridge", "Closed.", day=dt.date(2024, 3, 2), quotes=(LUND,))
MADE_AGAIN = ("articles", "quotes", "versions", "speakers", "speaker_months")


def reread(lake, *documents, refused=(), again=None):
    """Publish what documents of the lake are by now; `refused` are set aside by now."""
    hashes = [document.sha256 for document in (*documents, *refused)]
    rows = tables(documents)
    set_aside = [
        {"quarantine_id": digest(each.sha256)[:16], "document_sha256": each.sha256}
        for each in refused
    ]
    rows["quarantine"] = filled(shard_schema("quarantine"), set_aside)
    del rows["raw_documents"]
    with lake.stage() as staging:
        write_shard(staging.path, "a", rows)
        return publish_staged(
            lake, staging, Made("code-2"), again=pa.array(again or hashes, pa.string())
        )


def rows(lake, dataset, *columns):
    return lake.snapshot().table(dataset, columns).to_pylist()


def test_what_is_read_as_before_changes_no_file_but_who_made_it(lake):
    _, before = publish(lake, [FIRST, OTHER])
    done = reread(lake, FIRST)
    assert done.snapshot.number == 2
    assert file_names(before, *MADE_AGAIN) == file_names(done.snapshot, *MADE_AGAIN)
    for file in done.snapshot.files("articles"):
        code = {done.snapshot.makers[each]["code"] for each in file.made_by}
        assert code == {"code-2" if file.partition == "2024-01" else "code-1"}
        assert (before.path / file.path).samefile(done.snapshot.path / file.path)
    assert reread(lake, FIRST).snapshot is None


def test_an_article_that_is_set_aside_by_now_goes_with_its_quotations(lake):
    publish(lake, [FIRST, OTHER])
    done = reread(lake, refused=[FIRST])
    assert rows(lake, "articles", "headline") == [{"headline": "bridge"}]
    assert rows(lake, "speakers", "name") == [{"name": "Per Lund"}]
    assert done.snapshot.rows("versions") == 1
    assert done.snapshot.rows("quarantine") == 1
    assert done.snapshot.rows("raw_documents") == 2


def test_a_story_that_was_told_apart_is_one_by_now(lake):
    publish(lake, [FIRST, Document("quay", "Opens soon.", updated=0.5)])
    reread(lake, replace(Document("quay", "Opens soon.", updated=0.5), retold="harbour"))
    assert rows(lake, "articles", "text", "version_count") == [
        {"text": "Opens.", "version_count": 2}
    ]


def test_a_version_that_came_meanwhile_has_to_be_read_as_well(lake):
    publish(lake, [FIRST, Document("harbour", "Early.", updated=0)])
    with pytest.raises(StoriesGrew) as caught:
        reread(lake, replace(FIRST, retold="quay"))
    early = Document("harbour", "Early.", updated=0)
    assert caught.value.documents == (early.sha256,)
    reread(lake, replace(FIRST, retold="quay"), early)
    assert sorted(row["text"] for row in rows(lake, "articles", "text")) == ["Early.", "Opens."]


def test_a_correction_that_came_meanwhile_stays(lake):
    publish(lake, [FIRST])
    publish(lake, [BETTER])
    reread(lake, FIRST)
    assert rows(lake, "articles", "text", "version_count") == [
        {"text": BETTER.text, "version_count": 2}
    ]


def test_a_row_of_quarantine_that_says_the_same_stays_where_it_is(lake):
    publish(lake, [FIRST])
    reread(lake, refused=[FIRST])
    before = file_names(lake.snapshot(), "quarantine")
    assert reread(lake, refused=[FIRST]).snapshot is None
    assert file_names(lake.snapshot(), "quarantine") == before


DAYS = st.sampled_from([None, dt.date(2024, 1, 5), dt.date(2024, 2, 1)])
QUOTES = st.lists(st.sampled_from([HOLM, LUND, "q"]), max_size=2).map(tuple)
DOCUMENTS = st.lists(
    st.builds(
        Document,
        story=st.sampled_from("abc"),
        text=st.sampled_from(["One.", "Two.", "Three."]),
        day=DAYS,
        updated=st.none() | st.integers(0, 2),
        quotes=QUOTES,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda document: document.sha256,
)


@settings(max_examples=6, deadline=None)
@given(documents=DOCUMENTS, stories=st.sets(st.sampled_from("abc")), data=st.data())
def test_read_again_the_lake_is_as_if_it_had_been_read_so_at_once(
    documents, stories, data, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("lakes")
    lake = Lake.create(folder / "again")
    for document in documents:
        publish(lake, [document])
    chosen = [document for document in documents if document.story in stories]
    retold = st.none() | st.sampled_from("abcd")
    changed = [
        replace(document, day=data.draw(DAYS), quotes=data.draw(QUOTES), retold=data.draw(retold))
        for document in chosen
    ]
    refused = [document for document in changed if data.draw(st.booleans())]
    kept = [document for document in changed if document not in refused]
    reread(lake, *kept, refused=refused, again=[document.sha256 for document in chosen] or ["none"])
    others = [document for document in documents if document.story not in stories]
    expected = Lake.create(folder / "expected")
    _, snapshot = publish(expected, [*others, *kept])
    names = file_names(snapshot, *MADE_AGAIN) if snapshot else set()
    assert file_names(lake.snapshot(), *MADE_AGAIN) == names
