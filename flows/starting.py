"""How a command starts a flow: Prefect's settings before its import, a server, worker processes."""

from __future__ import annotations

import os
import sys
from typing import Any

from flows.settings import settings


def prepare_prefect() -> None:
    """Settings that Prefect reads when it is imported; what the user has set stays."""
    defaults = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # The embedded server takes up to twenty seconds, which is also the default limit.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_CLI_PROMPT": "false",
    }
    if sys.stderr.isatty():
        # The bar has the terminal, then the report or the one line that says what failed; the log
        # still goes to the server.
        defaults["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def run_flow(flow: Any, workers: int | None, **parameters: Any) -> Any:
    """Run a flow on worker processes, with a server of its own where none is set."""
    from flows.console import quiet
    from flows.ingest import pool
    from flows.server import prefect_server

    quiet()
    runner: Any = pool(workers or settings().workers)
    with prefect_server():
        return flow.with_options(task_runner=runner)(**parameters)
