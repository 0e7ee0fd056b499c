"""The commands that look after a lake, as a person meets them: by output and exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.lake import Lake, read

PAGE = (
    " date 2024-03-01 Ferry number {number} sails again\n\n"
    "By Nell Corbray (People's Daily Online) 10:26, March 01, 2024\n\n"
    "The ferry of the Quillon Islands left at noon with {number} people on board.\n\n"
    "(Web editor: Shen Wanhe, Gao Mingzhu)\n"
)


@pytest.fixture
def lake(tmp_path: Path, publish: Callable[..., Any]) -> Path:
    """Two snapshots of one article, then two."""
    source = tmp_path / "source"
    source.mkdir()
    for number in (1, 2):
        (source / f"{number}.txt").write_text(PAGE.format(number=number), encoding="utf-8")
        publish(source, tmp_path / "lake")
    return tmp_path / "lake"


def say(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(each) for each in arguments])
    printed = capfd.readouterr()
    return code, printed.out, printed.err


def test_history_lists_the_newest_first(lake: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capfd, "history", "--lake", lake)
    assert code == 0
    newest, first = out.splitlines()
    assert newest.split()[0] == "2"
    assert "2 articles" in newest
    assert "1 articles" in first


def test_diff_counts_by_dataset(lake: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capfd, "diff", "1", "2", "--lake", lake)
    assert code == 0
    (articles,) = [line.split() for line in out.splitlines() if "articles" in line]
    assert articles == ["articles", "1", "added", "0", "removed", "0", "altered"]
    assert say(capfd, "diff", "2", "2", "--lake", lake)[1] == "  no row differs\n"
    code, _, err = say(capfd, "diff", "1", "7", "--lake", lake)
    assert code == 2
    assert err.startswith("broadsheet: no snapshot 7 in ")


def test_rollback_and_collect_say_what_they_did(
    lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = say(capfd, "rollback", "1", "--lake", lake)
    assert (code, out) == (0, "Snapshot 3 has the content of snapshot 1.\n")
    assert read("articles", lake).num_rows == 1
    code, out, _ = say(capfd, "collect", "--keep", "1", "--lake", lake)
    assert (code, out) == (0, "Withdrawn: 2, 1\n")
    code, out, _ = say(capfd, "collect", "--keep", "1", "--lake", lake)
    assert (code, out) == (0, "Kept for readers that may still have them open: 1, 2\n")
    assert say(capfd, "rollback", "1", "--lake", lake)[0] == 2


def test_verify_ends_with_one_where_something_is_wrong_and_stays_so(
    lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = say(capfd, "verify", "--lake", lake)
    assert code == 0
    assert "Every file is what its manifest says." in out
    snapshot = Lake.open(lake).snapshot()
    assert snapshot is not None
    path = snapshot.path / snapshot.files("articles")[0].path
    path.write_bytes(path.read_bytes()[:-1])
    code, out, err = say(capfd, "verify", "--repair", "--lake", lake)
    assert (code, err) == (1, "")
    assert f"{path} has " in out
    (snapshot.path / "_snapshot.json").write_text("")
    code, out, _ = say(capfd, "verify", "--lake", lake)
    assert code == 1
    assert "is no manifest" in out


def test_a_dry_run_of_a_backfill_only_prints_the_plan(
    lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = say(
        capfd, "backfill", "--from", "2024-03-01", "--to", "2024-03-31", "--dry-run", "--lake", lake
    )
    assert code == 0
    assert out.splitlines()[0] == "Backfill of 2024-03-01 to 2024-03-31"
    (row,) = [line.split() for line in out.splitlines() if line.startswith("  2024-03")]
    assert row[1:3] == ["1", "2"]
    assert "2 documents to read again, of unknown cost" in out
    snapshot = Lake.open(lake).snapshot()
    assert snapshot is not None
    assert snapshot.number == 2
    code, out, _ = say(capfd, "backfill", "--from", "2025-01-01", "--lake", lake)
    assert (code, out.splitlines()[1:]) == (0, ["Nothing is stale: there is nothing to do."])


def test_the_plan_says_that_the_layout_is_changed(
    lake: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.settings import settings

    monkeypatch.setenv("BROADSHEET_GRAIN", "day")
    settings.cache_clear()
    try:
        code, out, _ = say(capfd, "backfill", "--dry-run", "--lake", lake)
        _, bounded, _ = say(capfd, "backfill", "--from", "2025-01-01", "--lake", lake)
    finally:
        settings.cache_clear()
    assert code == 0
    laid = (
        "The layout is changed: by month, 16,384 articles a file -> by day, 16,384 articles a file"
    )
    assert out.splitlines()[1] == laid
    assert out.splitlines()[2].startswith("  1 months to lay anew in one commit, 0.0 MB to write")
    assert bounded.splitlines()[2].startswith("  It stays as it is until a backfill without --from")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["backfill", "--from", "March"], "--from is 'March', no day; write it as 2024-01-31"),
        (["backfill", "--from", "2024-02-01", "--to", "2024-01-01"], "before it begins"),
        (
            ["replay", "--rule", "a.b"],
            "nothing breaks the rule a.b; name none: quarantine is empty",
        ),
        (["rollback", "2"], "snapshot 2 is what the newest, 2, has"),
    ],
)
def test_wrong_usage_is_one_line(
    lake: Path, arguments: list[str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = say(capfd, *arguments, "--lake", lake)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
