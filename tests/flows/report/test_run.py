from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from flows.receive.documents import Unread
from flows.report.run import RunReport
from schemas import contract

HOSTILE = "file:///news/<img src=x onerror=alert(1)>|[a](javascript:b)`\n# Head*.txt"


@pytest.fixture
def report(tmp_path: Path) -> RunReport:
    return RunReport(
        run_id="20250102T030405Z-01234567",
        lake=tmp_path / "lake",
        started_at=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        finished_at=datetime(2025, 1, 2, 3, 4, 7, 500_000, tzinfo=UTC),
        state="completed",
        snapshot=3,
        seen=1234,
        published=1200,
        merged=20,
        quarantined=10,
        unchanged=4,
        corrected=7,
        bytes_in=12_345_678,
        bytes_out=999,
        code_version="0.1.0",
        parameters={"sources": ["data/sample"], "map": ""},
        rows={"articles": 5000},
        rules={"document.nul": 2, "document.empty": 8},
        warnings={"text.markup": 3},
        examples={
            "document.empty": "file:///landing/a.txt",
            "document.nul": "file:///landing/b.zip (c.txt)",
        },
        profiles={"generic": 1220},
        seconds={"parse": 1.2345, "total": 2.5},
    )


def test_a_run_balances_where_each_document_is_one_of_four(report: RunReport) -> None:
    assert report.balances
    assert not replace(report, merged=21).balances


def test_the_text_says_what_came_in_and_what_became_of_it(report: RunReport) -> None:
    lines = report.as_text().splitlines()
    assert lines[0] == "Read 1,234 documents (12.3 MB) in 2.5 s"
    assert lines[1].split()[:2] == ["1,200", "published"]
    assert lines[1].endswith("new or corrected articles, 7 of them in place of an earlier version")
    assert [line.split()[:2] for line in lines[2:5]] == [
        ["20", "merged"],
        ["10", "quarantined"],
        ["4", "unchanged"],
    ]


def test_the_text_lists_rules_by_their_number_with_a_place_each(report: RunReport) -> None:
    lines = [line.split() for line in report.as_text().splitlines()]
    at = lines.index(["8", "document.empty", "…/landing/a.txt"])
    assert lines[at + 1] == ["2", "document.nul", "…/landing/b.zip", "(c.txt)"]
    assert lines[at + 2][-5:] == ["broadsheet", "show", "quarantine", "--lake", str(report.lake)]
    assert ["3", "text.markup"] in lines


def test_the_text_ends_with_a_line_of_pandas_that_pins_the_snapshot(report: RunReport) -> None:
    last = report.as_text().splitlines()[-1].strip()
    assert last == f"pd.read_parquet(os.path.realpath('{report.lake}/current') + '/articles')"


def test_one_document_is_no_documents(report: RunReport) -> None:
    assert replace(report, seen=1, bytes_in=7).as_text().startswith("Read 1 document (7 B)")


def test_a_run_without_news_says_so(report: RunReport) -> None:
    text = replace(report, snapshot=None).as_text()
    assert f"Nothing new: the lake {report.lake} stays as it was." in text
    assert "nothing new" in replace(report, snapshot=None).as_markdown()


def test_a_failed_run_says_that_nothing_was_published(report: RunReport) -> None:
    text = replace(report, state="failed", snapshot=None).as_text()
    assert text.endswith(f"Nothing was published: the lake {report.lake} stays as it was.")


def test_only_the_first_of_what_could_not_be_read_is_listed(report: RunReport) -> None:
    unread = tuple(Unread(f"file:///{number}.txt", "no read permission") for number in range(9))
    text = replace(report, unread=unread).as_text()
    assert "Could not be read now, and left where they are: 9" in text
    assert text.count("no read permission") == 5


def test_names_from_the_data_are_no_markup_on_the_page_of_the_run(report: RunReport) -> None:
    hostile = replace(
        report, rules={"a|b<script>": 1}, examples={"a|b<script>": HOSTILE}, lake=Path("/l|<b>")
    )
    text = hostile.as_markdown()
    (row,) = (line for line in text.splitlines() if "alert" in line)
    # Two cells beside the count: no bar, angle, bracket or backtick of the name is left bare.
    bare = row
    for character in "\\`*_{}[]<>|#":
        bare = bare.replace("\\" + character, "")
    assert bare.count("|") == 4
    assert not set(bare) & set("<>[]`*#")
    assert "\n# Head" not in text
    assert "<b>" not in text


def test_the_table_has_a_row_for_every_fate_and_stage(report: RunReport) -> None:
    assert report.as_table() == [
        {"what": "published", "documents": 1200},
        {"what": "merged", "documents": 20},
        {"what": "quarantined", "documents": 10},
        {"what": "unchanged", "documents": 4},
        {"what": "seconds: parse", "documents": 1.23},
        {"what": "seconds: total", "documents": 2.5},
    ]


def test_the_row_of_a_run_is_as_its_contract_says(report: RunReport) -> None:
    row = report.as_row("ingest")
    schema = contract("runs").arrow
    assert set(row) == set(schema.names)
    (again,) = pa.Table.from_pylist([row], schema=schema).to_pylist()
    assert again["parameters"] == '{"map": "", "sources": ["data/sample"]}'
    assert again["stage_seconds"][0]["stage"] == "parse"


def test_what_was_taken_out_of_the_texts_is_counted_by_kind_the_most_first(
    report: RunReport,
) -> None:
    lines = replace(report, removed={"share": 2, "caption": 1_200, "footer": 30}).as_text()
    counted = lines.partition("Taken out of the texts, by kind of paragraph\n")[2].split("\n\n")[0]
    assert [line.split() for line in counted.splitlines()] == [
        ["1,200", "caption"],
        ["30", "footer"],
        ["2", "share"],
    ]
