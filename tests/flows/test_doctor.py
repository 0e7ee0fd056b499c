"""`broadsheet doctor`: each trouble has its line with what to do, and an exit code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path

import pytest

from flows.cli import main
from flows.doctor import look
from flows.settings import settings
from tests.flows.health.conftest import ferry_lake, lake, newest

__all__ = ["ferry_lake", "lake"]


@pytest.fixture(autouse=True)
def by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No server and no profile of whoever runs the tests."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def lines(lake: Path | None) -> dict[str, str]:
    return {line.split()[1]: line for line in look(lake).lines()}


def test_a_sound_installation_is_well_and_says_what_it_looked_at(
    lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--lake", str(lake)]) == 0
    found = {line.split()[1]: line for line in capfd.readouterr().out.splitlines()}
    parts = ["python", "packages", "settings", "alerts", "model", "server", "lake", "disk"]
    assert list(found) == parts
    assert found["packages"].endswith(f"prefect {metadata.version('prefect')}")
    assert found["lake"] == "ok     lake      can be written to, with hard links"
    assert not list((lake / ".staging").iterdir())


def test_no_library_that_takes_seconds_is_loaded(lake: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from flows.doctor import look; "
        f"print(list(look(Path({str(lake)!r})).lines())); "
        "print([m for m in ('prefect', 'great_expectations', 'onnxruntime', 'duckdb')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_wrong_setting_is_one_line_and_the_rest_is_still_told(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROADSHEET_WORKERZ", "3")
    found = lines(lake)
    assert found["settings"].startswith("wrong  settings  there is no setting BROADSHEET_WORKERZ")
    assert found["python"].startswith("ok")


def test_what_is_wrong_with_a_lake_is_told_with_the_command(
    lake: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = newest(lake).path / newest(lake).files("quotes")[0].path
    file.write_bytes(file.read_bytes()[:-1])
    assert main(["doctor", "--lake", str(lake)]) == 1
    out = capfd.readouterr().out
    assert "1 files of snapshot 1 are missing or cut short: quotes/" in out
    assert "broadsheet verify --repair" in out
    (newest(lake).path / "_snapshot.json").write_text("{")
    assert main(["doctor", "--lake", str(lake)]) == 1
    assert "wrong  lake" in capfd.readouterr().out


def test_a_place_without_a_lake_is_a_note_and_a_file_there_is_wrong(tmp_path: Path) -> None:
    assert lines(tmp_path / "none")["lake"].startswith("note   lake")
    (tmp_path / "file").touch()
    assert lines(tmp_path / "file")["lake"].startswith("wrong  lake")


def test_a_full_disk_is_told(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(lake)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10**6))
    assert "0.0 GB free; make room for 1.1 GB" in lines(lake)["disk"]


def test_a_model_that_is_not_whole_is_told(
    lake: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import flows.doctor

    own = Path(flows.doctor.__file__).parent / "quotes" / "model" / "fast"
    copy = tmp_path / "package" / "quotes" / "model" / "fast"
    shutil.copytree(own, copy)
    monkeypatch.setattr(flows.doctor, "files", lambda _: tmp_path / "package")
    assert lines(lake)["model"].startswith("ok")
    with (copy / "roles.onnx").open("ab") as net:
        net.write(b"\0")
    assert "the files of the tagger fast are not those of version" in lines(lake)["model"]
    (copy / "tagger.json").unlink()
    assert "cannot be read (FileNotFoundError)" in lines(lake)["model"]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """A server on loopback that says which version it is, and what its clock shows."""
    says: dict[str, object] = {
        "version": metadata.version("prefect"),
        "ahead": timedelta(0),
        "pool": True,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            lacking = self.path.endswith("/work_pools/broadsheet") and not says["pool"]
            self.send_response_only(404 if lacking else 200)
            ahead = says["ahead"]
            assert isinstance(ahead, timedelta)
            self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
            self.end_headers()
            self.wfile.write(json.dumps(says["version"]).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PREFECT_API_URL", f"http://me:hush@127.0.0.1:{server.server_port}/api")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield says
    server.shutdown()
    server.server_close()


def test_a_server_of_another_version_and_a_clock_that_differs_are_told(
    lake: Path, answering: dict[str, object]
) -> None:
    assert lines(lake)["server"].startswith("ok     server    Prefect 3.8.8 at http://…@127.0.0.1:")
    assert lines(lake)["clock"].startswith("ok")
    answering |= {"version": "2.20.1", "ahead": timedelta(hours=-1)}
    found = lines(lake)
    assert "Prefect '2.20.1' at http://…@127.0.0.1:" in found["server"]
    assert "here is 3.8.8; start it from this environment" in found["server"]
    assert "s apart from the server's; set both by NTP" in found["clock"]
    assert "hush" not in "".join(found.values())


def test_a_server_without_our_work_pool_is_a_note(lake: Path, answering: dict[str, object]) -> None:
    assert "pool" not in lines(lake)
    answering["pool"] = False
    assert lines(lake)["pool"].endswith("no work pool broadsheet; broadsheet setup")


def test_a_server_that_is_away_is_told(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = lines(lake)["server"]
    assert "http://127.0.0.1:9/api does not answer (ConnectError); start it, or unset" in found


def test_the_address_of_a_profile_counts_as_well(
    lake: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = 'active = "x"\n[profiles.x]\nPREFECT_API_URL = "http://127.0.0.1:9/api"\n'
    (tmp_path / "profiles.toml").write_text(kept)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert "http://127.0.0.1:9/api does not answer" in lines(lake)["server"]
    (tmp_path / "profiles.toml").write_text("active = [")
    assert lines(lake)["server"].startswith("note")
