"""What a run shows while it works: a bar on a terminal, artifacts and a quiet log on its page."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from flows.errors import BroadsheetError
from flows.report.run import RunReport


class RunPage:
    """Progress over source files: on the page of the Prefect run, and on a terminal."""

    def __init__(self, files: int) -> None:
        self._files = max(files, 1)
        self._done = 0
        self._artifact: UUID = create_progress_artifact(  # type: ignore[assignment]
            progress=0.0, key="ingest-progress", description="Source files read, in per cent"
        )
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("Reading files", total=files)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def advance(self, files: int) -> None:
        """So many more files are read."""
        self._done += files
        self._bar.advance(self._task, files)
        update_progress_artifact(self._artifact, progress=100.0 * self._done / self._files)

    @staticmethod
    def show(report: RunReport) -> None:
        """Put the report on the page of the run, as text and as a table."""
        create_markdown_artifact(report.as_markdown(), key="ingest-report")
        create_table_artifact(report.as_table(), key="ingest-counts")


class _OneLine(logging.Filter):
    """A deliberate failure says all in its line; its traceback would only bury it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, BroadsheetError):
            record.exc_info = record.exc_text = None
            record.msg, record.args = "%s", (str(error),)
        return True


def quiet() -> None:
    """Let Prefect's log tell deliberate failures in one line, in this process."""
    one_line: Any = _OneLine()
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.engine", "prefect"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _OneLine) for each in logger.filters):
            logger.addFilter(one_line)
