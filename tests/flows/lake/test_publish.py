"""Writers at the same time: no update lost, nothing twice, and conflicts told from neighbours."""

from __future__ import annotations

import datetime as dt
import os
import traceback

import pytest
from newsroom import Document, Said, file_names, publish, tables

from flows.lake import Lake, Made, SnapshotTaken, merge, write_shard
from flows.lake import publish as publish_staged

MADE = Made("code-1")
HOLM = Said("It holds", ("Ida Holm",))
JANUARY = Document("harbour", "The harbour opens.", updated=1, quotes=(HOLM,))
MARCH = Document("bridge", "It is closed.", day=dt.date(2024, 3, 2), quotes=(HOLM,))
BETTER = Document("harbour", "It opens today.", updated=2, quotes=(HOLM, HOLM))
MOVED = Document("harbour", "It opens in May.", day=dt.date(2024, 5, 1), updated=3)


def overtaken(lake, mine, theirs):
    """Publish `mine`, merged before `theirs` was committed; what was said, and the result."""
    said = []
    with lake.stage() as staging:
        write_shard(staging.path, "a", tables([mine]))
        parent = lake.snapshot()
        merged = merge(parent, staging, lake.layout)
        publish(lake, [theirs])
        done = publish_staged(lake, staging, MADE, merged=merged, parent=parent, say=said.append)
    return said, done


def as_if_alone(tmp_path, *documents):
    lake = Lake.create(tmp_path / "alone")
    for document in documents:
        publish(lake, [document])
    return lake.snapshot()


REWRITTEN = ("articles", "quotes", "versions", "speakers", "speaker_months")


@pytest.mark.parametrize(
    ("before", "pair", "reason"),
    [
        ([], (JANUARY, MARCH), "nothing in common"),
        ([JANUARY], (Document("dam", "A dam.", quotes=(HOLM,)), MARCH), "nothing in common"),
        ([JANUARY], (BETTER, MARCH), "nothing in common"),
        ([MARCH], (JANUARY, Document("dam", "A dam.")), "it changed articles of 2024-01 too"),
        ([JANUARY], (MOVED, BETTER), "it changed articles of 2024-01 too"),
        ([MARCH], (MOVED, JANUARY), "it brought rows of the same article_id"),
    ],
)
def test_a_writer_who_lost_the_race_says_why_and_loses_nothing(
    lake, tmp_path, before, pair, reason
):
    for document in before:
        publish(lake, [document])
    number = lake.snapshot().number if before else 0
    said, done = overtaken(lake, *pair)
    assert reason in said[0]
    assert done.snapshot.number == number + 2
    expected = as_if_alone(tmp_path, *before, *pair)
    assert file_names(lake.snapshot(), *REWRITTEN) == file_names(expected, *REWRITTEN)


def test_the_same_documents_by_two_writers_are_there_once(lake):
    said = []
    with lake.stage() as one, lake.stage() as other:
        for staging in (one, other):
            write_shard(staging.path, "a", tables([JANUARY], refused=["garbage"]))
        early = merge(None, other, lake.layout)
        publish_staged(lake, one, MADE)
        done = publish_staged(lake, other, MADE, merged=early, say=said.append)
    assert "came first" in said[0]
    assert done.snapshot is None
    assert (done.merged.counts.published, done.merged.counts.merged) == (0, 1)
    rows = {name: lake.snapshot().rows(name) for name in lake.snapshot().datasets}
    assert rows["raw_documents"] == 2
    assert (rows["articles"], rows["quotes"], rows["quarantine"]) == (1, 1, 1)
    assert lake.snapshot().number == 1


def test_a_writer_who_always_loses_gives_up_with_the_lake_whole(lake, monkeypatch):
    monkeypatch.setattr("flows.lake.writers.MOST_TRIES", 3)
    monkeypatch.setattr("flows.lake.writers.LONGEST_WAIT_SECONDS", 0.0)

    def overtake(*arguments):
        publish(lake, [Document(f"s{len(said)}", "T.", day=MARCH.day)])
        raise SnapshotTaken(lake.path)

    said: list[str] = []
    monkeypatch.setattr("flows.lake.writers.commit", overtake)
    with lake.stage() as staging:
        write_shard(staging.path, "a", tables([JANUARY]))
        with pytest.raises(SnapshotTaken, match="run the same command again"):
            publish_staged(lake, staging, MADE, say=said.append)
    assert len(said) == 2
    assert all("nothing in common" in each for each in said)
    assert lake.snapshot().number == 3


def write_many(path, name, count):
    lake = Lake.open(path)
    for number in range(count):
        month = 1 + number % 3
        quote = Said("q", (f"Speaker {number % 4}",))
        document = Document(f"{name}{number}", "T.", day=dt.date(2024, month, 1), quotes=(quote,))
        with lake.stage() as staging:
            write_shard(staging.path, "a", tables([document]))
            publish_staged(lake, staging, MADE)


def test_three_processes_at_once_lose_nothing_and_double_nothing(lake, tmp_path):
    children = []
    for name in "abc":
        child = os.fork()
        if child == 0:
            try:
                write_many(lake.path, name, 5)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    snapshot = lake.snapshot()
    headlines = snapshot.table("articles")["headline"].to_pylist()
    assert sorted(headlines) == sorted(f"{name}{number}" for name in "abc" for number in range(5))
    assert snapshot.number == 15
    assert snapshot.rows("versions") == snapshot.rows("quotes") == 15
    counts = snapshot.table("speakers")["quote_count"].to_pylist()
    assert (len(counts), sum(counts)) == (4, 15)
