"""The Prefect server that a run reports to: the one that is configured, else an embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import prefect
from prefect.server.api.server import SubprocessASGIServer
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

from flows.errors import BroadsheetError, WrongUsage
from flows.interrupts import unheard
from flows.receive.naming import shown
from flows.receive.remote import without_secret

_PATIENCE_SECONDS = 10.0


class ServerAway(BroadsheetError):
    """A Prefect server is configured and does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url = without_secret(url)
        super().__init__(
            f"the Prefect server at {url} does not answer ({reason})",
            remedy="start it, or unset PREFECT_API_URL to use the embedded one",
        )


class NoServer(WrongUsage):
    """What is asked for lives in a server, and none is configured."""

    def __init__(self) -> None:
        super().__init__(
            "PREFECT_API_URL is not set, so there is no server to run deployments",
            remedy="prefect server start, and export PREFECT_API_URL=http://127.0.0.1:4200/api",
        )


class ServerOfAnotherVersion(BroadsheetError):
    """The configured server is of another minor version, with another API and database."""

    def __init__(self, url: str, version: str) -> None:
        self.url = url = without_secret(url)
        self.version = version
        super().__init__(
            f"the server at {url} is Prefect {shown(version)}, this is {prefect.__version__}",
            remedy="start it from the same environment (.venv/bin/prefect server start)",
        )


@contextmanager
def prefect_server() -> Iterator[None]:
    """A server for as long as the block lasts, the same for this process and its workers.

    The embedded one listens on loopback only, on a free port, and ends with the process, after
    Prefect has sent it the last of the log. Left to itself, Prefect would start one in every
    worker process as well.
    """
    configured = get_current_settings().api.url
    if configured:
        _check(configured)
        yield
        return
    server = SubprocessASGIServer()
    with unheard():
        server.start()
    with temporary_settings({PREFECT_API_URL: server.api_url}):
        yield


def running_server() -> str:
    """Address of the configured server, which answers and is of our version.

    Raises NoServer, ServerAway, ServerOfAnotherVersion.
    """
    configured = get_current_settings().api.url
    if not configured:
        raise NoServer
    _check(configured)
    return configured


def _check(url: str) -> None:
    try:
        auth = _login()
        httpx.get(f"{url}/health", timeout=_PATIENCE_SECONDS, auth=auth).raise_for_status()
        answer = httpx.get(f"{url}/admin/version", timeout=_PATIENCE_SECONDS, auth=auth)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServerAway(url, type(error).__name__) from None
    # A server behind something that does not tell its version is none of our business.
    version = answer.text.strip().strip('"') if answer.is_success else prefect.__version__
    if version.split(".")[:2] != prefect.__version__.split(".")[:2]:
        raise ServerOfAnotherVersion(url, version)


def _login() -> httpx.BasicAuth | None:
    """Name and password of PREFECT_API_AUTH_STRING, where the server asks for them."""
    given = get_current_settings().api.auth_string
    if given is None:
        return None
    name, _, password = given.get_secret_value().partition(":")
    return httpx.BasicAuth(name, password)
