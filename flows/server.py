"""The Prefect server that a run reports to: the one that is configured, else an embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect.server.api.server import SubprocessASGIServer
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

from flows.errors import BroadsheetError
from flows.interrupts import unheard

_PATIENCE_SECONDS = 10.0


class ServerAway(BroadsheetError):
    """A Prefect server is configured and does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        super().__init__(
            f"the Prefect server at {url} does not answer ({reason})",
            remedy="start it, or unset PREFECT_API_URL to use the embedded one",
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


def _check(url: str) -> None:
    try:
        httpx.get(f"{url}/health", timeout=_PATIENCE_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        raise ServerAway(url, type(error).__name__) from None
