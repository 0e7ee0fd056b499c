"""The audit as a flow and as a command: a table on the run's page, an exit code, one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prefect import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from flows.audit import audit
from flows.cli import main
from flows.errors import LakeUnsound
from tests.flows.health.conftest import ferry_lake, lake, rewrite, with_first

__all__ = ["ferry_lake", "lake"]


def test_a_broken_lake_fails_the_run_and_its_page_says_what_where_and_how_many(
    lake: Path, server: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not audit(lake).broken
    rewrite(lake, "quotes", with_first("text", "Nothing of the kind"))
    with pytest.raises(LakeUnsound, match=r"^the lake is not sound: quotes.text broken; "):
        audit(lake)
    with get_client(sync_client=True) as client:
        pages = client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["audit"]))
        )
    newest = max(pages, key=lambda page: page.created or 0)
    (row,) = json.loads(str(newest.data))
    assert (row["severity"], row["code"], row["how many"]) == ("broken", "quotes.text", 1)
    assert row["where"].startswith("quotes/published_month=2024-0")
    assert row["look closer"].startswith("broadsheet show quotes --where quote_id=")
    assert newest.description == "1 broken, 0 unusual."
    capfd.readouterr()
    assert main(["audit", "--lake", str(lake)]) == 1
    printed = capfd.readouterr()
    assert "1 quotes.text" in printed.out
    assert printed.err.splitlines()[-1].startswith("broadsheet: the lake is not sound: quotes.text")


def test_the_command_that_a_finding_names_shows_the_rows(
    lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "quotes", "--where", "kind=direct", "--where", "position=1",
                 "--lake", str(lake), "--limit", "9"]) == 0  # fmt: skip
    out = capfd.readouterr().out
    assert out.count("-- quotes ") == 3
    assert out.count("Nobody was sick") == 3
    assert main(["show", "quotes", "--where", "quote_id=0", "--lake", str(lake)]) == 0
    assert capfd.readouterr().out == "no such row of quotes\n"
    assert main(["show", "articles", "--where", "editor_names=Gao Mingzhu", "--limit", "9",
                 "--lake", str(lake)]) == 0  # fmt: skip
    assert capfd.readouterr().out.count("-- articles ") == 3


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("mood=glad", "articles has no column mood; name one of article_id, "),
        ("headline", "--where is 'headline'; write it as COLUMN=VALUE"),
    ],
)
def test_a_column_that_is_not_there_is_one_line(
    lake: Path, where: str, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "articles", "--where", where, "--lake", str(lake)]) == 2
    err = capfd.readouterr().err
    assert words in err
    assert len(err.splitlines()) == 1
