"""Reading for analysts: pinned, pruned, in the form they work in."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from newsroom import Document, Said, publish

from flows.errors import WrongUsage
from flows.lake import SnapshotNotFound, read

HOLM = Said("Yes", ("Ida Holm",))
JANUARY = Document("harbour", "Opens.", day=dt.date(2024, 1, 31), quotes=(HOLM,))
MARCH = Document("bridge", "Closed.", day=dt.date(2024, 3, 2), quotes=(HOLM,))
UNDATED = Document("when", "When?", day=None)


def headlines(lake, **bounds):
    return sorted(read("articles", lake, columns=["headline"], **bounds)["headline"].to_pylist())


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({}, ["bridge", "harbour", "when"]),
        ({"since": "2024-01-31"}, ["bridge", "harbour"]),
        ({"since": dt.date(2024, 2, 1)}, ["bridge"]),
        ({"until": "2024-01-31"}, ["harbour"]),
        ({"until": "2024-01-30"}, []),
        ({"since": "2024-01-31", "until": "2024-03-01"}, ["harbour"]),
    ],
)
def test_days_bound_what_is_read_both_included_and_leave_the_undated_out(lake, bounds, expected):
    publish(lake, [JANUARY, MARCH, UNDATED])
    assert headlines(lake, **bounds) == expected


def test_no_file_is_opened_that_cannot_hold_a_wanted_day(lake):
    _, snapshot = publish(lake, [JANUARY, MARCH])
    for file in snapshot.files("articles"):
        if file.partition == "2024-01":
            (snapshot.path / file.path).write_bytes(b"broken")
    assert headlines(lake, since="2024-02-01") == ["bridge"]


def test_an_earlier_snapshot_can_be_read_by_its_number(lake):
    publish(lake, [JANUARY])
    publish(lake, [MARCH])
    assert headlines(lake, snapshot=1) == ["harbour"]
    with pytest.raises(SnapshotNotFound, match="no snapshot 9"):
        read("articles", lake, snapshot=9)


def test_every_form_has_the_same_rows(lake):
    publish(lake, [JANUARY, MARCH])
    table = read("quotes", lake, columns=["text", "speaker_ids"])
    assert isinstance(table, pa.Table)
    frame = read("quotes", lake, columns=["text", "speaker_ids"], form="pandas")
    assert isinstance(frame, pd.DataFrame)
    polar = read("quotes", lake, columns=["text", "speaker_ids"], form="polars")
    assert isinstance(polar, pl.DataFrame)
    assert list(frame["text"]) == polar["text"].to_list() == table["text"].to_pylist()


def test_duckdb_joins_the_datasets_of_one_snapshot_whatever_is_committed_meanwhile(lake):
    publish(lake, [JANUARY])
    connection = read("articles", lake, form="duckdb", since="2024-01-01")
    publish(lake, [MARCH])
    rows = connection.execute(
        "select a.headline, s.name from quotes q join articles a using (article_id)"
        " join speakers s on list_contains(q.speaker_ids, s.speaker_id)"
    ).fetchall()
    assert rows == [("harbour", "Ida Holm")]
    assert connection.execute("select count(*) from asked").fetchone() == (1,)
    assert connection.execute("select count(*) from quarantine").fetchone() == (0,)


@pytest.mark.parametrize(
    ("dataset", "arguments", "words"),
    [
        ("speakers", {"since": "2024-01-01"}, "speakers is not parted by day"),
        ("articles", {"since": "yesterday"}, "'yesterday' is no day"),
        ("articles", {"form": "excel"}, "there is no form 'excel'"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(lake, dataset, arguments, words):
    publish(lake, [JANUARY])
    with pytest.raises(WrongUsage, match=words):
        read(dataset, lake, **arguments)


def test_an_empty_lake_gives_empty_tables_in_every_form(lake):
    assert read("articles", lake, since="2024-01-01").num_rows == 0
    assert read("quotes", lake, form="pandas").empty
    assert read("quotes", lake, form="duckdb").execute("select * from asked").fetchall() == []
