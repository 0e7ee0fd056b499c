"""The page of a lake after a run: made in a process of its own, linked from the page of the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from prefect import get_run_logger
from prefect.artifacts import create_link_artifact

import flows
from flows.lake.layout import REPORT
from flows.settings import settings

MOST_SECONDS = 600


def renew_page(lake: str) -> None:
    """Make the page anew; whatever goes wrong is a line of the log, for the run has published.

    In a process of its own, so that neither its memory nor an end of it is the run's.
    """
    if not settings().report:
        return
    log = get_run_logger()
    try:
        failed = _made(lake)
        if failed is None:
            page = f"{lake}/{REPORT}"
            link = page if "://" in page else Path(page).as_uri()
            create_link_artifact(
                link, link_text=page, key="lake-report", description="The page of the lake."
            )
            return
    except Exception as error:  # a page is never worth a run
        failed = str(error)
    log.warning("the page of the lake was not made (%s); try broadsheet report", failed)


def _made(lake: str) -> str | None:
    """What the command said last where it failed; None where the page is there."""
    home = str(Path(flows.__file__).parents[1])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "flows.cli", "report", "--lake", lake],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=MOST_SECONDS,
        check=False,
    )
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"it ended with {done.returncode}"
