"""Backfill and replay as flows, under a real Prefect server, on a lake that older code has made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect.task_runners import ThreadPoolTaskRunner

import flows.backfill
import flows.batch.versions
import flows.settings
from flows.backfill import Backfilled, backfill, planned, relay_planned
from flows.errors import WrongUsage
from flows.ingest import ingest
from flows.lake import Lake, read
from flows.lake.stale import Range
from flows.replay import Replayed, replay

pytestmark = pytest.mark.usefixtures("server")

PAGE = (
    " date 2024-{month:02}-{day:02} Ferry number {number} sails again\n\n"
    "By Nell Corbray (People's Daily Online) 10:26, {name} {day:02}, 2024\n\n"
    "The ferry of the Quillon Islands left at noon with {number} people on board.\n\n"
    '"She floats," said captain Mira Dell.\n\n'
    "(Web editor: Shen Wanhe, Gao Mingzhu)\n"
)
NAMES = {3: "March", 4: "April"}
ROWS = ("articles", "quotes", "versions", "speakers", "speaker_months")


def on_this_process(flow: Any, **parameters: Any) -> Any:
    return flow.with_options(task_runner=ThreadPoolTaskRunner(max_workers=1))(**parameters)


def page(month: int, day: int, number: int) -> str:
    return PAGE.format(month=month, day=day, number=number, name=NAMES[month])


@pytest.fixture
def lake(tmp_path: Path, publish: Callable[..., Any]) -> Lake:
    """Four articles in two months, and a document that is set aside, made by code called `test`."""
    source = tmp_path / "source"
    source.mkdir()
    for month in (3, 4):
        for day in (1, 2):
            text = page(month, day, 10 * month + day)
            (source / f"{month}-{day}.txt").write_text(text, encoding="utf-8")
    (source / "title.txt").write_text("Only a title line\n", encoding="utf-8")
    publish(source, tmp_path / "lake")
    return Lake.open(tmp_path / "lake")


@pytest.fixture
def new_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's code says of every article that its profile is `p2`, as a new profile would."""
    from flows.batch import rows

    before = rows.article_row

    def after(*arguments: Any) -> dict[str, Any]:
        return before(*arguments) | {"profile": "p2"}

    monkeypatch.setattr("flows.batch.process.article_row", after)


def files(lake: Lake, *datasets: str) -> set[str]:
    snapshot = lake.snapshot()
    assert snapshot is not None
    return {file.path for name in datasets for file in snapshot.files(name)}


def test_the_plan_names_partitions_documents_and_reasons(lake: Lake) -> None:
    march, april = planned(lake, Range())
    assert (march.partition, march.days, march.documents.num_rows) == ("2024-03", 2, 2)
    assert {"code", "lookup:outlets", "profile:people_daily"} <= set(march.reasons)
    assert march.bytes_in == len(page(3, 1, 31)) + len(page(3, 2, 32))
    assert march.is_whole
    assert april.partition == "2024-04"
    (one,) = planned(lake, Range(first=date(2024, 4, 2)))
    assert (one.partition, one.documents.num_rows, one.is_whole) == ("2024-04", 1, False)
    assert planned(lake, Range(outlet="xinhua")) == ()
    with pytest.raises(WrongUsage, match="before it begins"):
        planned(lake, Range(first=date(2024, 4, 2), last=date(2024, 4, 1)))


def test_a_month_is_made_again_in_one_commit_and_the_rest_is_not_touched(
    lake: Lake, new_code: None
) -> None:
    before = files(lake, *ROWS, "raw_documents", "quarantine")
    done: Backfilled = on_this_process(
        backfill, first=date(2024, 3, 1), last=date(2024, 3, 31), lake=lake.path
    )
    assert done.partitions == ("2024-03",)
    (changed,) = done.changes
    assert (changed.dataset, changed.altered, changed.columns) == ("articles", 2, {"profile": 2})
    assert "people_daily -> p2" in done.as_text()
    gone = before - files(lake, *ROWS, "raw_documents", "quarantine")
    assert {path.split("/")[0] for path in gone} == {"articles"}
    assert all("2024-03" in path for path in gone)
    assert (
        sorted(read("articles", lake)["profile"].to_pylist()) == ["p2"] * 2 + ["people_daily"] * 2
    )
    row = read("runs", lake).to_pylist()[-1]
    assert (row["flow"], row["state"], row["seen"], row["published"]) == (
        "backfill",
        "completed",
        2,
        2,
    )
    again: Backfilled = on_this_process(
        backfill, first=date(2024, 3, 1), last=date(2024, 3, 31), lake=lake.path
    )
    assert again.partitions == ()
    assert [part.partition for part in planned(lake, Range())] == ["2024-04"]


def test_where_the_rows_come_out_the_same_only_the_manifest_says_by_whom(lake: Lake) -> None:
    before = files(lake, *ROWS, "raw_documents", "quarantine")
    done: Backfilled = on_this_process(backfill, lake=lake.path)
    assert done.partitions == ("2024-03", "2024-04")
    assert done.changes == []
    assert "no row differs" in done.as_text()
    assert files(lake, *ROWS, "raw_documents", "quarantine") == before
    assert planned(lake, Range()) == ()


@pytest.fixture
def by_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of a user who wants partitions of a day."""
    monkeypatch.setenv("BROADSHEET_GRAIN", "day")
    flows.settings.settings.cache_clear()
    yield
    flows.settings.settings.cache_clear()


def test_a_changed_grain_is_a_backfill_in_one_commit_and_then_by_month(
    lake: Lake, new_code: None, by_day: None
) -> None:
    bounded: Backfilled = on_this_process(backfill, first=date(2024, 4, 1), lake=lake.path)
    assert bounded.relay is None
    done: Backfilled = on_this_process(backfill, lake=lake.path)
    assert done.as_text().startswith(
        "Laid anew: by month, 16,384 articles a file -> by day, 16,384"
    )
    assert done.partitions == ("2024-03",)
    days = {path.split("/")[1] for path in files(lake, "articles", "quotes", "versions")}
    assert days == {f"published_day=2024-0{month}-0{day}" for month in (3, 4) for day in (1, 2)}
    assert set(read("articles", lake, since="2024-03-02")["profile"].to_pylist()) == {"p2"}
    assert relay_planned(lake) is None
    assert planned(lake, Range()) == ()


def test_a_lake_goes_on_as_it_is_laid_and_the_run_says_so(
    lake: Lake, by_day: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "5.txt").write_text(page(4, 5, 45), encoding="utf-8")
    on_this_process(ingest, sources=[str(tmp_path / "more")], lake=lake.path)
    assert {path.split("/")[1] for path in files(lake, "articles")} == {
        "published_month=2024-03",
        "published_month=2024-04",
    }
    (said,) = [each.getMessage() for each in caplog.records if "laid" in each.getMessage()]
    assert "by month with 16384 articles a file" in said
    assert "BROADSHEET_GRAIN" in said
    assert "`broadsheet backfill` lays it anew" in said


def test_an_interrupted_backfill_keeps_what_it_did_and_goes_on(
    lake: Lake, new_code: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = flows.backfill.made_again

    def interrupted(run: Any, store: Any, name: str, documents: Any) -> Any:
        if name == "2024-04":
            raise KeyboardInterrupt
        return whole(run, store, name, documents)

    monkeypatch.setattr(flows.backfill, "made_again", interrupted)
    with pytest.raises(KeyboardInterrupt):
        on_this_process(backfill, lake=lake.path, force=True)
    assert sorted(set(read("articles", lake)["profile"].to_pylist())) == ["p2", "people_daily"]
    monkeypatch.setattr(flows.backfill, "made_again", whole)
    done: Backfilled = on_this_process(backfill, lake=lake.path, force=True, resume=True)
    assert done.partitions == ("2024-04",)
    assert set(read("articles", lake)["profile"].to_pylist()) == {"p2"}
    assert list((lake.path / "backfills").iterdir()) == []
    forced: Backfilled = on_this_process(backfill, lake=lake.path, force=True)
    assert (forced.partitions, forced.changes) == (("2024-03", "2024-04"), [])


def test_what_passes_now_is_published_and_leaves_quarantine_in_one_commit(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read("quarantine", lake)["rules"].to_pylist() == [["text.required"]]
    nothing: Replayed = on_this_process(replay, lake=lake.path)
    assert nothing.changes == []
    assert lake.snapshot().number == 1  # type: ignore[union-attr]
    with pytest.raises(WrongUsage, match=r"nothing breaks the rule a\.b; name one of text"):
        on_this_process(replay, rule="a.b", lake=lake.path)
    from flows.batch import process

    decode = process.decode

    def lenient(document: Any) -> Any:
        from dataclasses import replace

        if document.content.startswith(b"Only"):
            document = replace(document, content=page(3, 9, 9).encode())
        return decode(document)

    monkeypatch.setattr("flows.batch.process.decode", lenient)
    done: Replayed = on_this_process(replay, rule="text.required", lake=lake.path)
    assert done.report is not None
    assert (done.report.seen, done.report.published, done.report.quarantined) == (1, 1, 0)
    found = {each.dataset: (each.added, each.removed) for each in done.changes}
    assert (found["quarantine"], found["articles"]) == ((0, 1), (1, 0))
    snapshot = lake.snapshot()
    assert snapshot is not None
    assert (snapshot.number, snapshot.rows("quarantine"), snapshot.rows("articles")) == (2, 0, 5)
    assert on_this_process(replay, lake=lake.path).as_text() == "Nothing to replay."
