"""A lake parted by day, and one that is laid anew: the same rows, and the files of one built so."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import Document, Said, contents, file_names, publish

from flows.lake import Lake, Layout, Made, lay_anew, read
from flows.lake import writers as lake_writers
from flows.lake.layout import REWRITTEN
from flows.lake.relay import planned_relay
from flows.lake.stale import Range, plan
from flows.lake.verify import verify

MADE = Made("code-2")
HOLM = Said("It holds", ("Ida Holm",))
FIRST = Document("harbour", "Opens.", day=dt.date(2024, 1, 2), quotes=(HOLM,))
NEXT_DAY = Document("bridge", "Closed.", day=dt.date(2024, 1, 3), received=30, quotes=("q", HOLM))
MARCH = Document("quay", "Sold.", day=dt.date(2024, 3, 2), received=1500, quotes=("q",))
UNDATED = Document("when", "When?", day=None, quotes=("q",))
ALL = (FIRST, NEXT_DAY, MARCH, UNDATED)
DERIVED = ("speakers", "speaker_months")
BY_DAY = Layout("day")


def lake_by_day(tmp_path, *batches):
    lake = Lake.create(tmp_path / "by-day", BY_DAY)
    for batch in batches:
        publish(lake, batch)
    return lake


def rows(lake):
    """Rows without their order, which follows the partitions."""
    found = contents(lake.snapshot())
    return {name: sorted(map(repr, each)) for name, each in found.items()}


def test_a_lake_by_day_has_a_folder_for_every_day_and_months_of_speakers(tmp_path):
    lake = lake_by_day(tmp_path, [*ALL])
    folders = {path.rpartition("/")[0] for path in file_names(lake.snapshot(), "articles")}
    assert folders == {
        f"articles/published_day={day}"
        for day in ("2024-01-02", "2024-01-03", "2024-03-02", "undated")
    }
    months = {file.path.split("/")[1] for file in lake.snapshot().files("speaker_months")}
    assert months == {"published_month=2024-01"}
    received = {file.path.split("/")[1] for file in lake.snapshot().files("raw_documents")}
    assert received == {f"received_day=2024-{day}" for day in ("01-01", "01-02", "03-03")}


def test_speakers_and_their_months_have_the_same_bytes_at_any_grain(lake, tmp_path):
    by_day = lake_by_day(tmp_path, [FIRST, MARCH], [NEXT_DAY, UNDATED])
    publish(lake, ALL)
    assert file_names(by_day.snapshot(), *DERIVED) == file_names(lake.snapshot(), *DERIVED)


def test_a_new_day_rewrites_no_other_day(tmp_path):
    lake = lake_by_day(tmp_path, [FIRST, MARCH])
    before = file_names(lake.snapshot(), *REWRITTEN)
    publish(lake, [NEXT_DAY])
    assert before < file_names(lake.snapshot(), *REWRITTEN)


DOCUMENTS = st.lists(
    st.builds(
        Document,
        story=st.sampled_from("abcd"),
        text=st.sampled_from(["One.", "Two.", "Three."]),
        day=st.sampled_from([None, *(dt.date(2024, 1 + n % 2, 1 + n) for n in range(4))]),
        updated=st.none() | st.integers(0, 2),
        quotes=st.lists(st.sampled_from(["q", HOLM]), max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda document: document.sha256,
)
LAYOUTS = st.sampled_from([Layout(), BY_DAY, Layout().with_settings("day", 1)])


@settings(max_examples=6, deadline=None)
@given(documents=DOCUMENTS, before=LAYOUTS, after=LAYOUTS, more=st.integers(0, 3))
def test_a_lake_laid_anew_has_the_files_of_one_that_was_built_so(
    documents, before, after, more, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("lakes")
    lake = Lake.create(folder / "anew", before)
    publish(lake, documents[more:] or documents)
    laid = lay_anew(lake, after, MADE)
    assert (laid is None) == (before == after)
    publish(lake, documents)
    built = Lake.create(folder / "built", after)
    publish(built, documents)
    datasets = (*REWRITTEN, *DERIVED)
    assert file_names(lake.snapshot(), *datasets) == file_names(built.snapshot(), *datasets)
    assert rows(lake) == rows(built)
    assert lake.snapshot().layout == after
    assert verify(lake).is_whole


def test_what_came_in_keeps_its_files_and_is_cut_only_between_days(lake):
    publish(lake, [FIRST, UNDATED])
    publish(lake, [NEXT_DAY, FIRST])
    before = {file.sha256: file for file in lake.snapshot().files("raw_documents")}
    lay_anew(lake, BY_DAY, MADE)
    after = {file.sha256: file for file in lake.snapshot().files("raw_documents")}
    assert before.keys() == after.keys()
    assert {file.partition for file in after.values()} == {"2024-01-01", "2024-01-02"}
    lay_anew(lake, Layout(), MADE)
    assert {file.path for file in before.values()} == file_names(lake.snapshot(), "raw_documents")


def test_who_made_the_rows_is_as_before_and_what_was_stale_still_is(lake):
    publish(lake, ALL)
    before = lake.snapshot()
    after = lay_anew(lake, BY_DAY, MADE)
    assert after.makers == before.makers
    assert after.contracts == before.contracts
    assert (after.code_version, after.parent) == ("code-2", 1)
    stale = list(plan(after, Range(), {"code": "code-2"}))
    assert [part.partition for part in stale] == ["2024-01", "2024-03", "undated"]
    assert [part.documents.num_rows for part in stale] == [2, 1, 1]


def test_the_plan_of_laying_anew_names_the_months_and_what_is_written(lake):
    _, snapshot = publish(lake, ALL)
    assert planned_relay(snapshot, Layout()) is None
    relay = planned_relay(snapshot, BY_DAY)
    assert relay.months == ("2024-01", "2024-03", "undated")
    written = [file for name in REWRITTEN for file in snapshot.files(name)]
    assert relay.bytes_written == sum(file.byte_count for file in written)
    smaller = planned_relay(snapshot, Layout().with_settings(None, 100))
    assert smaller.bytes_written > relay.bytes_written, "speakers are cut otherwise as well"


def test_a_pinned_reader_sees_the_old_layout_and_nobody_sees_both(lake):
    _, pinned = publish(lake, ALL)
    before = contents(pinned)
    lay_anew(lake, BY_DAY, MADE)
    assert contents(pinned) == before
    keys = {path.split("/")[1].split("=")[0] for path in file_names(lake.snapshot(), *REWRITTEN)}
    assert keys == {"published_day"}


def test_another_commit_meanwhile_is_laid_anew_too(lake, monkeypatch):
    publish(lake, [FIRST, UNDATED])
    whole, told = lake_writers.relaid, []

    def overtaken(*arguments):
        if lake.snapshot().number == 1:
            publish(lake, [MARCH])
        return whole(*arguments)

    monkeypatch.setattr(lake_writers, "relaid", overtaken)
    after = lay_anew(lake, BY_DAY, MADE, told.append)
    assert after.number == 3
    assert after.rows("articles") == 3
    assert "another run has published" in told[0]


def test_a_commit_that_meets_a_lake_laid_anew_follows_it(lake):
    from newsroom import tables

    from flows.lake import merge, write_shard
    from flows.lake import publish as publish_staged

    _, parent = publish(lake, [FIRST])
    told = []
    with lake.stage() as staging:
        write_shard(staging.path, "a", tables([NEXT_DAY]))
        merged = merge(parent, staging, lake.layout)
        lay_anew(lake, BY_DAY, MADE)
        done = publish_staged(lake, staging, MADE, merged=merged, parent=parent, say=told.append)
    assert told == ["snapshot 2 came first: it laid the lake anew; merging again"]
    assert {f.partition for f in done.snapshot.files("articles")} == {"2024-01-02", "2024-01-03"}


@pytest.mark.parametrize("layout", [Layout(), BY_DAY])
def test_days_bound_what_is_read_and_no_other_partition_is_opened(layout, tmp_path):
    lake = Lake.create(tmp_path / "lake", layout)
    publish(lake, ALL)
    for file in lake.snapshot().files("articles"):
        if not file.partition.startswith("2024-01"):
            (lake.snapshot().path / file.path).write_bytes(b"broken")
    asked = read("articles", lake, columns=["headline"], since="2024-01-03", until="2024-02-01")
    assert asked["headline"].to_pylist() == ["bridge"]


@pytest.mark.parametrize("layout", [Layout(), BY_DAY])
def test_plain_readers_of_the_folder_see_rows_and_partitions(layout, tmp_path):
    lake = Lake.create(tmp_path / "lake", layout)
    publish(lake, ALL)
    key = f"published_{layout.grain}"
    folder = lake.snapshot().path / "articles"
    values = {"month": ["2024-01", "2024-01"], "day": ["2024-01-02", "2024-01-03"]}[layout.grain]
    values += {"month": ["2024-03"], "day": ["2024-03-02"]}[layout.grain] + ["undated"]
    days = [dt.date(2024, 1, 2), dt.date(2024, 1, 3), dt.date(2024, 3, 2), None]
    frame = pd.read_parquet(folder).sort_values([key, "published_date"])
    assert frame[key].astype(str).tolist() == values
    assert frame["published_date"].tolist() == days
    lazy = (
        pl.scan_parquet(f"{folder}/**/*.parquet", hive_partitioning=True)
        .sort(key, "published_date")
        .collect()
    )
    assert (lazy[key].to_list(), lazy["published_date"].to_list()) == (values, days)
    found = duckdb.sql(
        f"select {key}, published_date from "
        f"read_parquet('{folder}/**/*.parquet', hive_partitioning=true) order by 1, 2"
    ).fetchall()
    assert [(str(value), day) for value, day in found] == list(zip(values, days, strict=True))
