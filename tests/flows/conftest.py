"""One Prefect server for all tests of flows, and the command as a person calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the command's own Prefect keeps its things, so that nobody else's are touched."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def environment(prefect_home: Path) -> dict[str, str]:
    """Of a command started by a test: this machine's, without what its user has set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BROADSHEET_", "PREFECT_"))
    }
    own = {"BROADSHEET_REPORT": "false", "PREFECT_HOME": str(prefect_home), "PYTHONUNBUFFERED": "1"}
    return {**kept, **own}


@pytest.fixture(scope="session")
def broadsheet(environment: dict[str, str]) -> Command:
    """The command in a process of its own."""

    def run(
        *arguments: str | Path, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            env={**environment, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            **{"cwd": REPOSITORY, **options},
        )

    return run


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server with an empty database, for this process and for others."""
    from prefect.logging.configuration import setup_logging
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )
    from prefect.testing.utilities import prefect_test_harness

    # Now, or the first test that runs a flow would leave the log on a stream of its own, closed
    # when the next one writes to it.
    setup_logging()
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield str(PREFECT_API_URL.value())


@pytest.fixture
def on_a_thread(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run on a thread of this process, where its worker processes are not what is tested."""
    from prefect.task_runners import ThreadPoolTaskRunner

    import flows.ingest

    monkeypatch.setattr(flows.ingest, "pool", lambda workers: ThreadPoolTaskRunner(max_workers=1))
