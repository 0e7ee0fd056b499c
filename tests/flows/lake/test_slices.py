"""Runs that are larger than memory: weighed in slices, parted on the disk, the same files."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
from newsroom import Document, contents, publish, tables

from flows.lake import Lake, write_shard
from flows.lake.decide import COLUMNS
from flows.lake.rewrite import Choice
from flows.lake.slices import slices


def test_rows_that_do_not_fit_in_one_spill_give_the_same_files(lake, tmp_path, monkeypatch):
    stories = [Document(f"s{n}", f"T{n}.", day=dt.date(2024, 1 + n % 5, 1)) for n in range(30)]
    _, whole = publish(lake, stories)
    monkeypatch.setattr("flows.lake.spill.SPILL_BYTES", 1)
    _, spilled = publish(Lake.create(tmp_path / "other"), stories[:11], stories[11:])
    assert contents(whole) == contents(spilled)
    assert whole.listing == spilled.listing


def test_what_is_weighed_in_slices_gives_the_same_files(lake, tmp_path, monkeypatch):
    many = [
        Document(
            f"s{n % 20}", f"T{n}.", day=dt.date(2024, 1 + n % 5, 1), updated=n % 3, quotes=("q",)
        )
        for n in range(40)
    ]
    later = [Document(f"s{n}", "Later.", updated=9, quotes=("r", "q")) for n in range(0, 30, 3)]
    publish(lake, many[:25], many[25:])
    counts, whole = publish(lake, later)
    monkeypatch.setattr("flows.lake.slices.SLICE_ROWS", 4)
    other = Lake.create(tmp_path / "other")
    publish(other, many[:10], many[10:])
    sliced_counts, sliced = publish(other, later)
    assert whole.listing == sliced.listing
    assert counts.counts == sliced_counts.counts


def test_each_staged_row_is_in_one_slice_with_all_rows_of_its_story(lake, monkeypatch):
    monkeypatch.setattr("flows.lake.slices.SLICE_ROWS", 8)
    many = [Document(f"s{n % 10}", f"T{n}.", quotes=("q", "r")) for n in range(30)]
    with lake.stage() as staging:
        for at, batch in enumerate((many[:7], many[7:30])):
            write_shard(staging.path, f"batch-{at}", tables(batch))
        folder = staging.path / "parts"
        owners: dict[str, set[int]] = {}
        seen = 0
        for part in slices(staging.shards(), folder, "article_id", COLUMNS):
            for dataset in COLUMNS:
                rows = part.columns(dataset, ["article_id"]).to_pylist()
                seen += len(rows)
                for row in rows:
                    owners.setdefault(row["article_id"], set()).add(part.number)
        assert seen == 30 + 30 + 60
        assert {len(numbers) for numbers in owners.values()} == {1}
        assert len(set().union(*owners.values())) > 1
        assert not folder.exists()


def test_a_choice_keeps_sixteen_bytes_of_a_row_at_most():
    rows = pa.table(
        {
            "_shard": pa.array([0, 1] * 500, pa.int32()),
            "_row": pa.array(range(1000), pa.int32()),
            "partition": ["2024-01", "2024-02"] * 500,
            "article_id": [f"{n:016x}" for n in range(1000)],
            "is_current": [True] * 1000,
        }
    )
    choice = Choice()
    choice.add(rows, "article_id", "is_current")
    assert choice.counts() == {"2024-01": 500, "2024-02": 500}
    assert choice.table().nbytes <= 16 * 1000
