"""One Prefect server for all tests of flows, and the command as a person calls it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from flows.lake import Lake
from tests import object_store

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
        prefect_test_harness(server_startup_timeout=600),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield str(PREFECT_API_URL.value())


@pytest.fixture
def on_a_thread(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run on a thread of this process, where its worker processes are not what is tested."""
    from prefect.task_runners import ThreadPoolTaskRunner

    import flows.ingest

    monkeypatch.setattr(flows.ingest, "pool", lambda workers: ThreadPoolTaskRunner(max_workers=1))


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 server with an empty bucket."""
    with object_store.s3_server() as address:
        yield address


@pytest.fixture(scope="session")
def s3_proxied(s3: str) -> Iterator[tuple[str, object_store.Proxy]]:
    """The address of a proxy before it, and the proxy."""
    with object_store.proxy_before(s3) as (address, proxy):
        yield address, proxy


@pytest.fixture
def s3_environment(s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """What a user sets; returns the address of a lake that is not there yet."""
    from flows.lake.s3 import Store

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    environment = {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "loopback-user",
        "AWS_SECRET_ACCESS_KEY": object_store.SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    Store(object_store.BUCKET).call("create_bucket")
    return f"s3://{object_store.BUCKET}/{uuid.uuid4().hex[:12]}"


@pytest.fixture
def far(s3_environment: str) -> Lake:
    """An empty lake in an object store."""
    return Lake.create(s3_environment)


@pytest.fixture
def proxied(
    far: Lake, s3_proxied: tuple[str, object_store.Proxy], monkeypatch: pytest.MonkeyPatch
) -> Iterator[object_store.Proxy]:
    """From now on everybody talks to the store through a proxy."""
    address, proxy = s3_proxied
    proxy.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    yield proxy
    proxy.reset()
