"""Ctrl-C: a terminal sends it to every process of a run, and one of them alone answers it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import active_children, parent_process
from multiprocessing.connection import wait
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


def end_with_parent() -> None:
    """Let this worker process end when the one that started it is gone, however that died.

    Killed by kill -9 a flow ends nobody; its workers would wait for work for ever, in their memory.
    """
    parent = parent_process()
    if parent is not None:
        watch = threading.Thread(target=_end_after, args=(parent,), daemon=True)
        watch.start()


def _end_after(parent: BaseProcess) -> None:
    wait([parent.sentinel])
    os._exit(1)


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
