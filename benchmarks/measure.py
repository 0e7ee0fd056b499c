"""What the benchmarks share: the texts, a table, a gate, and the product's own command."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

TOP = Path(__file__).resolve().parent.parent
SHARED = TOP.parent / "shared"
CORPORA = SHARED / "corpora"


def need(path: Path) -> Path:
    """`path`, or the end of the program with a line that says what is missing."""
    if not path.exists():
        sys.exit(f"{path} is not here: the real texts are not part of the project")
    return path


def named(otherwise: str) -> str:
    """The tagger that `--tagger=NAME` names."""
    chosen = [each.removeprefix("--tagger=") for each in sys.argv if each.startswith("--tagger=")]
    return chosen[0] if chosen else otherwise


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table in Markdown, its columns aligned: text to the left, numbers to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[at]) for row in [list(header), *cells]) for at in range(len(header))]
    right = [all(isinstance(row[at], int | float) for row in rows) for at in range(len(header))]
    print(_line(list(header), widths, right))
    print(
        "|"
        + "|".join(
            "-" * (width + 1) + (":" if r else "-") for width, r in zip(widths, right, strict=True)
        )
        + "|"
    )
    for row in cells:
        print(_line(row, widths, right))
    print(flush=True)


def _line(row: list[str], widths: list[int], right: list[bool]) -> str:
    cells = (
        text.rjust(width) if to_right else text.ljust(width)
        for text, width, to_right in zip(row, widths, right, strict=True)
    )
    return "| " + " | ".join(cells) + " |"


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@dataclass(slots=True)
class Gate:
    """Figures against their floors and ceilings; says at the end which one fell short."""

    failures: list[str] = field(default_factory=list)

    def at_least(self, what: str, value: float, floor: float) -> None:
        """Note a figure that must not be below its floor."""
        if value < floor:
            self.failures.append(f"{what}: {value:,.2f} is below {floor:,.2f}")

    def at_most(self, what: str, value: float, ceiling: float) -> None:
        """Note a figure that must not be above its ceiling."""
        if value > ceiling:
            self.failures.append(f"{what}: {value:,.2f} is above {ceiling:,.2f}")

    def close(self) -> None:
        """End the program with 1 if `--gate` was given and a figure fell short."""
        for failure in self.failures:
            print(f"below its floor: {failure}", file=sys.stderr)
        if self.failures and "--gate" in sys.argv:
            sys.exit(1)


@dataclass(slots=True)
class Ran:
    """A command that ended: its output, its seconds, and the largest resident set by process."""

    output: str
    seconds: float
    resident: dict[str, float]
    """In megabytes (10^6 bytes), by what the process is."""


@contextmanager
def empty_folder() -> Iterator[Path]:
    """A folder for one measurement, removed at its end."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as folder:
        yield Path(folder)


def broadsheet(*arguments: str | Path, home: Path) -> Ran:
    """Run the command as a user would, Prefect's own folder in `home`, and watch its memory."""
    environment = os.environ | {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    environment.pop("PREFECT_API_URL", None)
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        cwd=TOP,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        resident: dict[str, float] = {}
        watcher = threading.Thread(target=_watch, args=(process.pid, resident), daemon=True)
        watcher.start()
        output = process.stdout.read() if process.stdout else ""
        process.wait()
        watcher.join()
    if process.returncode:
        sys.exit(
            f"broadsheet {' '.join(map(str, arguments))} ended with {process.returncode}:\n{output}"
        )
    return Ran(output, time.perf_counter() - start, resident)


def _watch(pid: int, resident: dict[str, float]) -> None:
    """Keep the largest resident set of a process and its descendants, four times a second."""
    try:
        parent = psutil.Process(pid)
        while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
            for process in [parent, *parent.children(recursive=True)]:
                try:
                    name = _role(process, pid)
                    megabytes = process.memory_info().rss / 1e6
                    resident[name] = max(resident.get(name, 0.0), megabytes)
                except psutil.Error:
                    continue
            time.sleep(0.25)
    except psutil.Error:
        return


def _role(process: psutil.Process, parent: int) -> str:
    if process.pid == parent:
        return "flow"
    command = " ".join(process.cmdline())
    if "prefect" in command and ("server" in command or "uvicorn" in command):
        return "server"
    return f"worker {process.pid}" if "spawn_main" in command else "other"
