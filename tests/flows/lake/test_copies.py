from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from newsroom import Document, file_names, publish, tables

from flows.lake import Lake, Made, Snapshot, near, write_shard
from flows.lake import publish as publish_staged
from flows.lake.diff import difference
from flows.lake.history import rollback
from flows.syndicate import pairs
from schemas import contract

BUILT = ("articles", "fingerprints", "syndication")
DAYS = [dt.date(2024, 1, 30), dt.date(2024, 2, 2), dt.date(2024, 2, 3), None]


def prose(seed: object, words: int = 120) -> str:
    """Words of no language that nobody else uses."""
    own = random.Random(str(seed))
    syllables = [own.choice("bdfgklmnprst") + own.choice("aeiou") for _ in range(40)]
    return " ".join("".join(own.choices(syllables, k=3)) for _ in range(words))


def cut(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * share)])


def edited(text: str, seed: object, edits: int) -> str:
    own = random.Random(str(seed))
    words = text.split()
    for at in own.sample(range(len(words)), edits):
        words[at] = f"edit{own.randrange(10**6)}"
    return " ".join(words)


def story(name: str, text: str, day: dt.date | None = DAYS[0], **more: object) -> Document:
    return Document(name, text, day=day, **more)  # type: ignore[arg-type]


def keys(snapshot: Snapshot) -> dict[str, str]:
    """Key of the group of every copy, as syndication says; articles must say the same."""
    rows = snapshot.table("syndication").to_pylist()
    found = {row["article_id"]: row["syndication_id"] for row in rows}
    told = snapshot.table("articles", ["article_id", "syndication_id"]).to_pylist()
    assert {row["article_id"]: row["syndication_id"] for row in told if row["syndication_id"]} == (
        found
    )
    return found


def grouped(snapshot: Snapshot, *documents: Document) -> list[set[str]]:
    """The stories of each group, by name."""
    names = {document.article_id: document.story for document in documents}
    found: dict[str, set[str]] = {}
    for article, key in keys(snapshot).items():
        found.setdefault(key, set()).add(names[article])
    return sorted(found.values(), key=sorted)


def reread(lake: Lake, *documents: Document, was: tuple[Document, ...]) -> Snapshot:
    """Publish documents of the lake again, as a backfill does; returns the newest snapshot."""
    with lake.stage() as staging:
        staged = tables(documents)
        del staged["raw_documents"]
        write_shard(staging.path, "again-0000", staged)
        again = pa.array([each.sha256 for each in was], pa.string())
        publish_staged(lake, staging, Made("code-2"), again=again)
    snapshot = lake.snapshot()
    assert snapshot is not None
    return snapshot


WIRE = story("wire", prose("harbour"), outlet="agency", agency="agency", published=710.0)
PAPER = story("paper", cut(WIRE.text, 0.5), DAYS[1], outlet="paper", agency="agency")
RADIO = story("radio", edited(WIRE.text, 1, 6), DAYS[2], outlet="radio")
OTHER = story("other", prose("orchard"), DAYS[1], outlet="paper")


def test_copies_are_one_group_and_the_first_to_be_published_is_canonical(lake):
    _, snapshot = publish(lake, [RADIO, OTHER, PAPER, WIRE])
    rows = {row["outlet_id"]: row for row in snapshot.table("syndication").to_pylist()}
    assert rows.keys() == {"agency", "paper", "radio"}
    assert {row["canonical_article_id"] for row in rows.values()} == {WIRE.article_id}
    assert [rows[each]["is_canonical"] for each in ("agency", "paper", "radio")] == [1, 0, 0]
    assert [rows[each]["basis"] for each in ("agency", "paper", "radio")] == [
        None,
        "credited",
        "earlier",
    ]
    half = rows["paper"]
    assert half["share_of_text"] > 0.85
    assert 0.35 < half["share_of_canonical"] < 0.65
    assert half["similarity"] == pytest.approx(0.5, abs=0.15)


def test_a_copy_that_arrives_later_gives_the_earlier_one_its_key(lake):
    _, before = publish(lake, [WIRE, OTHER])
    assert keys(before) == {}
    _, after = publish(lake, [PAPER])
    assert grouped(after, WIRE, PAPER) == [{"wire", "paper"}]
    # Only the two partitions that hold copies are written anew.
    changed = {each.dataset: each for each in difference(before, after)}
    assert (changed["articles"].added, changed["articles"].altered) == (1, 1)


def test_an_earlier_copy_that_arrives_last_takes_the_group_over(lake):
    _, before = publish(lake, [PAPER, RADIO])
    _, after = publish(lake, [WIRE])
    assert set(keys(before).values()).isdisjoint(keys(after).values())
    assert grouped(after, WIRE, PAPER, RADIO) == [{"wire", "paper", "radio"}]


def test_a_corrected_text_leaves_the_group(lake):
    publish(lake, [WIRE, PAPER])
    anew = replace(PAPER, text=prose("anew"), updated=900.0)
    _, after = publish(lake, [anew])
    assert keys(after) == {}
    assert after.rows("syndication") == 0


def test_a_document_read_again_as_it_was_keeps_its_key(lake):
    _, before = publish(lake, [WIRE, PAPER])
    after = reread(lake, PAPER, was=(PAPER,))
    assert keys(after) == keys(before) != {}


def test_an_article_that_moves_takes_its_row_along(lake, tmp_path):
    publish(lake, [WIRE, PAPER])
    moved = replace(PAPER, day=dt.date(2024, 5, 1))
    after = reread(lake, moved, was=(PAPER,))
    _, expected = publish(Lake.create(tmp_path / "at-once"), [WIRE, moved])
    assert grouped(after, WIRE, moved) == [{"wire", "paper"}]
    assert file_names(after, "fingerprints", "syndication") == file_names(
        expected, "fingerprints", "syndication"
    )


def test_a_link_that_breaks_parts_its_group(lake):
    first, last = prose("first", 100), prose("last", 100)
    left = story("left", first, outlet="a")
    right = story("right", last, outlet="b")
    link = story("link", f"{first} {last}", outlet="c")
    _, joined = publish(lake, [left, right, link])
    assert grouped(joined, left, right, link) == [{"left", "right", "link"}]
    _, parted = publish(lake, [replace(link, text=first, updated=900.0)])
    assert grouped(parted, left, right, link) == [{"left", "link"}]


def test_a_rollback_brings_the_groups_back(lake):
    _, before = publish(lake, [WIRE, PAPER])
    publish(lake, [replace(PAPER, text=prose("anew"), updated=900.0)])
    after = rollback(lake, before.number)
    assert keys(after) == keys(before)


@pytest.mark.parametrize(("seed", "representatives"), [(103, 1), (101, 2), (104, 64)])
def test_step_by_step_gives_the_bytes_of_all_at_once(
    lake, tmp_path, monkeypatch, seed, representatives
):
    monkeypatch.setattr(pairs, "REPRESENTATIVES", representatives)
    monkeypatch.setattr(near, "MOST_OF_IT", 0)  # all of so small a lake would be near
    own = random.Random(seed)
    originals = [prose(f"{seed}-{number}", 90) for number in range(3)]
    known: dict[str, Document] = {}
    for step in range(7):
        batch = [_some(own, f"{step}-{at}", originals) for at in range(own.randrange(1, 5))]
        for name in own.sample(sorted(known), min(len(known), own.randrange(3))):
            day = own.choice([known[name].day, *DAYS])
            batch += [replace(_some(own, name, originals), updated=1000.0 + step, day=day)]
        publish(lake, *([each] for each in batch))
        known |= {each.story: each for each in batch}
    final = lake.snapshot()
    _, expected = publish(Lake.create(tmp_path / "at-once"), list(known.values()))
    assert expected.rows("syndication") > 2
    wanted = file_names(expected, "fingerprints", "syndication")
    assert file_names(final, "fingerprints", "syndication") == wanted
    assert keys(final) == keys(expected)


def _some(own: random.Random, name: str, originals: list[str]) -> Document:
    text = own.choice(originals)
    text = own.choice([text, cut(text, 0.6), edited(text, name, 15), text + prose(name, 40)])
    outlet = own.choice("abc")
    return story(name, text, own.choice(DAYS), outlet=outlet, agency=own.choice([None, "a"]))


def test_a_lake_from_before_there_were_fingerprints_gets_them_all(lake, monkeypatch):
    publish(lake, [WIRE, PAPER, OTHER])
    declared = contract("fingerprints")
    newer = replace(declared, version="9.0.0")
    for module in ("fingerprints", "commit"):
        monkeypatch.setattr(
            f"flows.lake.{module}.contract",
            lambda name: newer if name == "fingerprints" else contract(name),
        )
    _, after = publish(lake, [RADIO])
    assert after.contracts["fingerprints"] == "9.0.0"
    assert grouped(after, WIRE, PAPER, RADIO) == [{"wire", "paper", "radio"}]
    assert after.rows("fingerprints") == 4


def test_two_writers_who_bring_copies_of_one_text_agree_on_the_group(lake, tmp_path):
    publish(lake, [OTHER])
    with lake.stage() as slow:
        write_shard(slow.path, "batch-0000", tables([PAPER]))
        said: list[str] = []
        from flows.lake import merge

        parent = lake.snapshot()
        merged = merge(parent, slow, lake.layout)
        publish(lake, [WIRE])
        publish_staged(lake, slow, Made("c"), merged=merged, parent=parent, say=said.append)
    assert "copies of the same texts" in said[0]
    after = lake.snapshot()
    assert grouped(after, WIRE, PAPER) == [{"wire", "paper"}]
    _, expected = publish(Lake.create(tmp_path / "at-once"), [OTHER, PAPER, WIRE])
    assert file_names(after, *BUILT) == file_names(expected, *BUILT)


def test_the_rows_keep_their_contract(lake):
    from flows.contract import check_rows

    _, snapshot = publish(lake, [WIRE, PAPER, RADIO, OTHER])
    for dataset in ("fingerprints", "syndication"):
        rows = snapshot.table(dataset)
        assert pc.all(pa.array(check_rows(contract(dataset), rows).accepted)).as_py()
