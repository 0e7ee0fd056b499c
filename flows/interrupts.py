"""Ctrl-C: a terminal sends it to every process of a run, and one of them alone answers it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import active_children
from multiprocessing.process import BaseProcess

_PATIENCE_SECONDS = 5.0


@contextmanager
def unheard() -> Iterator[None]:
    """Threads and processes started meanwhile inherit that they never hear it.

    Else each worker would fill the screen with the traceback of whatever it was importing, and the
    embedded server would be gone before the end of the run can be told to it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def ends_workers() -> Iterator[None]:
    """Where the block is interrupted or terminated, the processes started in it end at once.

    They write to the run's staging folder only, which goes with the run.
    """
    others = set(active_children())
    try:
        yield
    except BaseException as end:
        if not isinstance(end, Exception):
            _end(set(active_children()) - others)
        raise


def _end(workers: set[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(_PATIENCE_SECONDS)
