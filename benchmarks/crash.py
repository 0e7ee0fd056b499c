"""Worker and flow killed together by kill -9: how long until all is as if nothing had been.

`python -m benchmarks.crash [--gate]` starts a real server, worker and lake of their own in a
temporary folder. No text of ../shared is needed. Times are seconds after the kill.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import psutil

from benchmarks.measure import TOP, print_table
from flows.lake import Lake

CRASHED_WITHIN = 150.0
"""100 s of silence, the server's look every 5 s, and what a busy machine adds."""
DONE_WITHIN = 240.0
PATIENCE = 600.0
RECORDS = 60_000
MISSED = 5
BODY = "The harbour office of Calder Bay counted {number} boats and nobody complained. " * 12


class Service:
    """A server with an empty database, and the product's and Prefect's commands against it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = folder / "lake"
        self.source = folder / "landing"
        self.source.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.api = f"http://127.0.0.1:{self.port}/api"
        own = {
            "PREFECT_API_URL": self.api,
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "BROADSHEET_LAKE": str(self.lake),
            "BROADSHEET_WORKERS": "1",
            "BROADSHEET_TAGGER": "marks",
            "PYTHONPATH": str(TOP),
            "NO_PROXY": "127.0.0.1",
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "BROADSHEET"))}
        self.heard: list[str] = []
        self.hook = listening(self.heard)
        own["BROADSHEET_ALERT_URL"] = f"http://127.0.0.1:{self.hook.server_port}/hush"
        self.environment = {**kept, **own}
        self.log = (folder / "log.txt").open("wb")
        self.client = httpx.Client(base_url=self.api, timeout=60, trust_env=False)

    def start(self, *arguments: str) -> psutil.Process:
        """Start Prefect's command beside this process."""
        line = [sys.executable, "-m", "prefect", *arguments]
        options: dict[str, Any] = {"stdout": self.log, "stderr": self.log, "cwd": TOP}
        return psutil.Popen(line, env=self.environment, **options)

    def call(self, *line: str) -> None:
        """Run a command of Python modules to its end."""
        options: dict[str, Any] = {"stdout": self.log, "stderr": self.log, "cwd": TOP}
        subprocess.run([sys.executable, "-m", *line], env=self.environment, check=True, **options)

    def post(self, path: str, body: Any) -> Any:
        """Ask the server; again where its SQLite is busy, as on a busy machine it is at times."""
        answer = self.client.post(path, json=body)
        for _ in range(60):
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(1.0)
            answer = self.client.post(path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def runs(self, deployment: str) -> dict[str, dict[str, Any]]:
        """The runs of a deployment by id."""
        found = self.post(
            "/flow_runs/filter", {"deployments": {"id": {"any_": [deployment]}}, "limit": 200}
        )
        return {each["id"]: each for each in found}


@contextmanager
def service() -> Iterator[Service]:
    """A server that answers, with `broadsheet setup` done and ingest deployed."""
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        made = Service(Path(folder))
        server = made.start("server", "start", "--host", "127.0.0.1", "--port", str(made.port))
        try:
            until(lambda: answers(made), "the server answers")
            made.call("flows.cli", "setup")
            sources = json.dumps([str(made.source)])
            made.call("prefect", "--no-prompt", "deploy", "--name", "ingest",
                      "--param", f"sources={sources}")  # fmt: skip
            yield made
        except BaseException:
            made.log.flush()
            print((made.folder / "log.txt").read_text("utf-8", "replace")[-4000:], file=sys.stderr)
            raise
        finally:
            end(server)


def listening(heard: list[str]) -> ThreadingHTTPServer:
    """A chat service on loopback, which keeps what it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that http.server looks for
            """Keep the body."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(body.decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def answers(made: Service) -> bool:
    """Whether the server is up."""
    with suppress(httpx.HTTPError):
        return made.client.get("/health").is_success
    return False


def end(process: psutil.Process) -> None:
    """Kill a process and all that it started."""
    with suppress(psutil.NoSuchProcess):
        for each in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                each.kill()


def until(happened: Callable[[], Any], what: str) -> Any:
    """Wait for something; the end of the program where it never happens."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if value := happened():
            return value
        time.sleep(0.5)
    raise SystemExit(f"after {PATIENCE:.0f} s: not {what}")


def measured(made: Service) -> list[tuple[str, float, float]]:
    """Kill a worker and its flow in the middle of an ingest; seconds to each thing, its limit."""
    (made.source / "large.jsonl").write_text(records(RECORDS), encoding="utf-8")
    deployment = made.client.get("/deployments/name/ingest/ingest").json()["id"]
    worker = made.start("worker", "start", "--pool", "broadsheet")
    first = made.post(f"/deployments/{deployment}/create_flow_run", {})["id"]
    until(lambda: reading(made, first), "a batch is being read")
    flow = [each for each in worker.children(recursive=True) if is_flow(each)]
    orphans = [each for parent in flow for each in parent.children(recursive=True)]
    for each in [worker, *flow]:
        os.kill(each.pid, signal.SIGKILL)
    killed = time.monotonic()
    assert flow, "no process of the flow was found"
    (made.source / "large.jsonl").write_text(records(3), encoding="utf-8")
    late = missed(made, deployment)
    worker = made.start("worker", "start", "--pool", "broadsheet")
    try:
        seen = {"its worker processes are gone": gone(orphans) - killed}
        until(lambda: state(made, deployment, first) == "CRASHED", "the run is marked as crashed")
        seen["the run is marked as crashed"] = time.monotonic() - killed
        until(lambda: any("crashed" in each for each in made.heard), "an alert has come")
        seen["an alert has come"] = time.monotonic() - killed
        until(lambda: states(made, deployment, late)["COMPLETED"], "a scheduled run succeeds")
        seen["a scheduled run has succeeded"] = time.monotonic() - killed
    finally:
        end(worker)
    check(made, deployment, late)
    limits = (*[CRASHED_WITHIN] * 3, DONE_WITHIN)
    return [(what, at, limit) for (what, at), limit in zip(seen.items(), limits, strict=True)]


def check(made: Service, deployment: str, late: set[str]) -> None:
    """One scheduled run did the work of all that were missed, and the lake has it."""
    found = states(made, deployment, late)
    assert found == {"COMPLETED": 1, "CANCELLED": MISSED - 1}, found
    snapshot = Lake.open(made.lake).snapshot()
    assert snapshot is not None
    assert snapshot.rows("articles") == 3
    limit = made.client.get(f"/deployments/{deployment}").json()["global_concurrency_limit"]
    assert limit["active_slots"] == 0, limit


def missed(made: Service, deployment: str) -> set[str]:
    """Runs of the schedule that were due in the last hours, while nobody was there."""
    now = time.time()
    window = [datetime.fromtimestamp(now - 3600 * back, UTC) for back in (MISSED, 0)]
    body: dict[str, Any] = {"start_time": window[0].isoformat(), "end_time": window[1].isoformat()}
    made.post(
        f"/deployments/{deployment}/schedule", {**body, "min_runs": MISSED, "max_runs": MISSED}
    )
    runs = made.runs(deployment).values()
    before = window[1].isoformat()
    late = {r["id"] for r in runs if r["auto_scheduled"] and r["expected_start_time"] < before}
    assert len(late) == MISSED, len(late)
    return late


def states(made: Service, deployment: str, runs: set[str]) -> Counter[str]:
    """How many of some runs are in which state."""
    return Counter(run["state_type"] for k, run in made.runs(deployment).items() if k in runs)


def records(count: int) -> str:
    """Articles as JSON Lines, all of them made up."""
    lines = (
        {
            "headline": f"Harbour office counts boat {number}",
            "text": BODY.format(number=number),
            "published": f"2024-03-{number % 28 + 1:02d}",
        }
        for number in range(count)
    )
    return "".join(json.dumps(each) + "\n" for each in lines)


def reading(made: Service, run: str) -> bool:
    """Whether a task of the run is running, in a worker process of its own."""
    tasks = made.post("/task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})
    return any(task["state_type"] == "RUNNING" for task in tasks)


def is_flow(process: psutil.Process) -> bool:
    """Whether a process is the one of a flow, and not one of its own workers."""
    with suppress(psutil.NoSuchProcess):
        line = " ".join(process.cmdline())
        return "prefect" in line and "multiprocessing" not in line
    return False


def gone(processes: list[psutil.Process]) -> float:
    """When the last of them has ended."""
    until(lambda: not any(alive(each) for each in processes), "its worker processes are gone")
    return time.monotonic()


def alive(process: psutil.Process) -> bool:
    """Whether it runs; one that ended and that nobody asked about does not."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def state(made: Service, deployment: str, run: str) -> str:
    """State of one run."""
    return str(made.runs(deployment)[run]["state_type"])


def main() -> None:
    """Measure, print, and gate."""
    with service() as made:
        rows = measured(made)
    print_table(["after kill -9 of worker and flow", "s", "limit"], rows)
    late = [what for what, at, limit in rows if at > limit]
    if "--gate" in sys.argv and late:
        sys.exit(f"too late: {', '.join(late)}")


if __name__ == "__main__":
    main()
