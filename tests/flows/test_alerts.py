"""Alerts, sent to a real server on loopback: what they say, and that they never hurt a run."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from prefect import get_client

import flows.alerts
from flows.alerts import Alert, send, tell_unusual
from flows.audit import audit
from flows.cli import main
from flows.errors import BatchRefused, LakeUnsound
from flows.ingest import ingest
from flows.lake import Lake
from flows.settings import settings
from tests.flows.health.conftest import ferry_lake, lake, rewrite, with_first

__all__ = ["ferry_lake", "lake"]

SECRET = "hush-hush-4711"
ALERT = Alert("quotes.text: quotations", "lake l", 3, "broadsheet show quotes")


@dataclass
class Hook:
    """A chat service: what it was told, and what it answers (a status, or seconds of silence)."""

    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int | float] = field(default_factory=list)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Hook]:
    told = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.heard.append(json.loads(body))
            answer = told.answers.pop(0) if told.answers else 200
            if isinstance(answer, float):
                time.sleep(answer)
                return
            self.send_response_only(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}/services/{SECRET}"
    monkeypatch.setenv("BROADSHEET_ALERT_URL", told.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(flows.alerts, "WAITS", (0.01, 0.01))
    monkeypatch.setattr(flows.alerts, "PATIENCE_SECONDS", 0.2)
    settings.cache_clear()
    logging.getLogger("prefect").addHandler(caplog.handler)  # its log does not go up to the root
    yield told
    logging.getLogger("prefect").removeHandler(caplog.handler)
    server.shutdown()
    server.server_close()
    settings.cache_clear()


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    told = [each.getMessage() for each in caplog.records]
    return list(dict.fromkeys(line for line in told if "alert" in line))


def test_an_alert_says_what_where_how_many_and_how_to_look_closer(hook: Hook) -> None:
    assert send(ALERT)
    (heard,) = hook.heard
    assert heard["text"].splitlines() == [
        "Broadsheet: quotes.text: quotations",
        "Where: lake l",
        "How many: 3",
        "Look closer: broadsheet show quotes",
    ]
    assert (heard["count"], heard["look"]) == (3, "broadsheet show quotes")


def test_a_service_that_stumbles_is_asked_again(hook: Hook) -> None:
    hook.answers = [500, 503]
    assert send(ALERT)
    assert len(hook.heard) == 3


@pytest.mark.parametrize(
    ("answers", "words"),
    [([500] * 3, "(HTTP 500, 3 tries)"), ([0.5] * 3, "(ReadTimeout, 3 tries)")],
    ids=["500", "hangs"],
)
def test_a_service_that_is_down_is_one_line_without_its_address(
    hook: Hook, answers: list[int | float], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    hook.answers = answers
    caplog.set_level(logging.DEBUG)
    assert not send(ALERT)
    (line,) = lines(caplog)
    assert words in line
    assert line.endswith("see whether BROADSHEET_ALERT_URL is right and its server up")
    assert SECRET not in caplog.text


def test_nobody_who_wants_none_is_told(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROADSHEET_ALERT_URL")
    settings.cache_clear()
    assert send(ALERT)
    assert hook.heard == []


@pytest.mark.parametrize("value", [f"ftp://h/{SECRET}", SECRET, f"http://[::1/{SECRET}"])
def test_a_wrong_address_is_refused_and_not_shown(
    value: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROADSHEET_ALERT_URL", value)
    settings.cache_clear()
    assert main(["history"]) == 2
    settings.cache_clear()
    err = capfd.readouterr().err
    assert "BROADSHEET_ALERT_URL is not usable: it is no http:// or https:// address" in err
    assert len(err.splitlines()) == 1
    assert SECRET not in err


def test_the_settings_never_show_it(hook: Hook) -> None:
    assert settings().alert_url is not None
    assert SECRET not in repr(settings()) + str(settings().model_dump())


def test_an_audit_that_finds_harm_alerts_with_the_first_command(
    lake: Path, hook: Hook, server: str, caplog: pytest.LogCaptureFixture
) -> None:
    rewrite(lake, "quotes", with_first("text", "Nothing of the kind"))
    caplog.set_level(logging.DEBUG)
    with pytest.raises(LakeUnsound):
        audit(lake)
    (heard,) = hook.heard
    assert heard["what"].startswith("audit failed: the lake is not sound: quotes.text broken")
    assert heard["where"].startswith(f"lake {lake}, run audit-lake")
    assert heard["count"] == 1
    assert heard["look"].startswith("broadsheet show quotes --where quote_id=")
    with get_client(sync_client=True) as client:
        kept = [*client.read_artifacts(), *client.read_logs(), *client.read_flow_runs()]
    assert kept
    assert SECRET not in caplog.text + str(kept)


def test_a_broken_batch_alerts_and_a_dead_service_does_not_hide_the_failure(
    hook: Hook, on_a_thread: None, tmp_path: Path
) -> None:
    """Twenty files that are no articles: the contract's rule over the batch is broken."""
    from prefect.task_runners import ThreadPoolTaskRunner

    source = tmp_path / "source"
    source.mkdir()
    for number in range(20):
        (source / f"{number}.txt").write_text(f"{number}")
    hook.answers = [500]
    flow = ingest.with_options(task_runner=ThreadPoolTaskRunner(max_workers=1))  # type: ignore[arg-type]
    with pytest.raises(BatchRefused):
        flow([str(source)], lake=tmp_path / "lake")
    assert len(hook.heard) == 2
    assert "ingest failed: nothing was published, for the batch" in hook.heard[1]["what"]
    assert "articles.row_count" in hook.heard[1]["what"]
    assert hook.heard[1]["look"].startswith("prefect flow-run logs ")
    kept = [path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in content for content in kept)


def run(at: int, **more: object) -> dict[str, object]:
    """A row of `runs`: one ingest an hour, five of a hundred documents set aside."""
    started = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=at)
    return {
        "run_id": f"r{at:02}",
        "flow": "ingest",
        "state": "completed",
        "code_version": "1",
        "started_at": started,
        "finished_at": started + timedelta(seconds=1),
        "parameters": "{}",
        "stage_seconds": [],
        "seen": 100,
        "published": 95,
        "merged": 0,
        "quarantined": 5,
        "unchanged": 0,
        "bytes_in": 1,
        "bytes_out": 1,
        "quotes": 200,
        "unattributed": 20,
        **more,
    }


def test_a_run_far_from_the_usual_alerts_and_one_as_usual_does_not(
    hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Lake.create(tmp_path / "lake")

    class At(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> datetime:
            return datetime(2024, 1, 1, 12, tzinfo=UTC)

    monkeypatch.setattr(flows.alerts, "datetime", At)
    for at in range(12):
        store.record_run(run(at))
    tell_unusual(store)
    assert hook.heard == []
    store.record_run(run(12, published=40, quarantined=60, unattributed=150))
    tell_unusual(store)
    aside, unknown = hook.heard
    assert aside["what"] == ("quarantine.share: documents set aside, 60% of 100; usual are 5%")
    assert (aside["count"], aside["look"][:26]) == (60, "broadsheet show quarantine")
    assert unknown["what"].startswith(
        "quotes.unattributed: quotations without a known speaker, 75%"
    )


def test_silence_is_told_once(hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Lake.create(tmp_path / "lake")
    for at in range(12):
        store.record_run(run(at))
    nothing = {"seen": 0, "published": 0, "quarantined": 0, "quotes": 0, "unattributed": 0}
    told = []
    for at in range(12, 20):
        store.record_run(run(at, **nothing))

        class At(datetime):
            @classmethod
            def now(cls, zone: Any = None, hour: int = at) -> datetime:
                return datetime(2024, 1, 1, hour, tzinfo=UTC) + timedelta(seconds=1)

        monkeypatch.setattr(flows.alerts, "datetime", At)
        tell_unusual(store)
        told.append(len(hook.heard))
    assert told[-1] == 1
    assert hook.heard[0]["what"].startswith("runs.silence: hours without news, longer than usual")
    assert hook.heard[0]["count"] == 2
