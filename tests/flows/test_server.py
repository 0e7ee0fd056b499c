"""The Prefect server that a command is to use: away, of another version, or none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import prefect
import pytest
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from flows.server import NoServer, ServerAway, ServerOfAnotherVersion, running_server


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that is well, of version 2.20.1, and lets only ida in."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["Authorization"] == "Basic aWRhOmh1c2g="  # ida:hush
            self.send_response_only(200 if known else 401)
            self.end_headers()
            self.wfile.write(json.dumps("2.20.1").encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield f"127.0.0.1:{server.server_port}/api"
    server.shutdown()
    server.server_close()


def test_one_of_another_version_is_told_with_both_and_without_the_password(address: str) -> None:
    with (
        temporary_settings({PREFECT_API_URL: f"http://ida:hush@{address}"}),
        pytest.raises(ServerOfAnotherVersion) as caught,
    ):
        running_server()
    assert str(caught.value) == (
        f"the server at http://…@{address} is Prefect 2.20.1, this is {prefect.__version__}; "
        "start it from the same environment (.venv/bin/prefect server start)"
    )


def test_one_that_asks_who_is_there_is_told_by_the_setting_for_that(address: str) -> None:
    login = {PREFECT_API_URL: f"http://{address}", PREFECT_API_AUTH_STRING: "ida:hush"}
    with temporary_settings(login), pytest.raises(ServerOfAnotherVersion):
        running_server()
    with (
        temporary_settings({PREFECT_API_URL: f"http://{address}"}),
        pytest.raises(ServerAway, match=r"does not answer \(HTTPStatusError\)"),
    ):
        running_server()


def test_none_and_one_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with temporary_settings({PREFECT_API_URL: None}), pytest.raises(NoServer):
        running_server()
    with (
        temporary_settings({PREFECT_API_URL: "http://ida:hush@127.0.0.1:9/api"}),
        pytest.raises(ServerAway, match=r"http://…@127.0.0.1:9/api does not answer"),
    ):
        running_server()
