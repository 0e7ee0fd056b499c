"""The command as a person meets it: in a process of its own, by its output and its exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from flows import __version__
from flows.cli import main
from flows.lake import Lake, read
from flows.lake.read import READABLE

Command = Callable[..., "subprocess.CompletedProcess[str]"]
REPOSITORY = Path(__file__).resolve().parents[2]
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def assert_one_line(result: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """A deliberate failure: one line on stderr that says what and what to do, nothing else."""
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert result.stderr.startswith("broadsheet: ")
    for word in words:
        assert word in result.stderr


def test_it_says_its_version(broadsheet: Command) -> None:
    result = broadsheet("--version")
    assert (result.returncode, result.stdout) == (0, f"broadsheet {__version__}\n")


def test_it_can_be_called_by_its_name(environment: dict[str, str]) -> None:
    program = Path(sys.executable).parent / "broadsheet"
    result = subprocess.run(
        [program, "--version"], env=environment, capture_output=True, check=True
    )
    assert result.stdout.decode() == f"broadsheet {__version__}\n"


@pytest.mark.parametrize("command", [[], ["ingest"], ["show"]])
def test_help_names_every_command_option_and_exit_code(
    command: list[str], broadsheet: Command
) -> None:
    result = broadsheet(*command, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    expected = {
        (): ("ingest", "show", "--version", "Exit codes: 0 done"),
        ("ingest",): ("SOURCE", "--lake", "--workers", "--map"),
        ("show",): ("DATASET", "--lake", "--limit"),
    }
    for words in expected[tuple(command)]:
        assert words in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ingest", "/nowhere/at/all"], ("no such source: /nowhere/at/all", "name an existing")),
        (["ingest", "data/sample", "/nowhere"], ("no such source: /nowhere",)),
        (["ingest", ""], ("no such source",)),
        (["ingest", "/dev/null"], ("/dev/null is a device", "name a file or a folder")),
        (["ingest", "data/sample", "--map", "x"], ("the field mapping is off", "headline=title")),
        (["show", "article"], ("unknown dataset: article", "ask for one of raw_documents, art")),
        (["show", "articles", "--lake", "/nowhere"], ("no lake at /nowhere", "broadsheet ingest")),
    ],
)
def test_wrong_usage_is_one_line_with_what_to_do(
    arguments: list[str], words: tuple[str, ...], broadsheet: Command
) -> None:
    assert_one_line(broadsheet(*arguments), 2, *words)


@pytest.mark.parametrize(
    ("name", "value", "arguments"),
    [
        ("BROADSHEET_WORKERS", "many", ("ingest", "data/sample")),
        ("BROADSHEET_WORKERS", "0", ("show", "articles")),
        ("BROADSHEET_KEPT_BYTES", "", ("ingest", "data/sample")),
        ("BROADSHEET_LAKE", "", ("show", "articles")),
    ],
)
def test_a_setting_that_is_none_is_one_line_that_names_it(
    name: str, value: str, arguments: tuple[str, ...], broadsheet: Command
) -> None:
    result = broadsheet(*arguments, env={name: value})
    assert_one_line(result, 2, f"{name} is {value!r}", "docs/settings.md")


def test_a_misspelled_setting_is_told_and_not_passed_over(broadsheet: Command) -> None:
    result = broadsheet("show", "articles", env={"BROADSHEET_WORKRES": "2"})
    assert_one_line(result, 2, "there is no setting BROADSHEET_WORKRES", "mean BROADSHEET_WORKERS?")


@pytest.mark.parametrize(
    "arguments",
    [
        ["publish"],
        ["ingest"],
        ["ingest", "data/sample", "--lakes", "x"],
        ["ingest", "data/sample", "--workers", "0"],
        ["ingest", "data/sample", "--lake", ""],
        ["show", "articles", "--limit", "none"],
    ],
)
def test_a_call_that_cannot_be_read_says_how_to_get_help(
    arguments: list[str], broadsheet: Command
) -> None:
    result = broadsheet(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert "--help" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_source_with_a_hostile_name_cannot_write_to_the_terminal(broadsheet: Command) -> None:
    result = broadsheet("ingest", "/nowhere/\x1b]0;owned\x07\nbroadsheet: all is well")
    assert_one_line(result, 2, "no such source")
    assert "\x1b" not in result.stderr


def test_a_lake_that_is_something_else_is_left_alone(
    tmp_path: Path, sample: Path, broadsheet: Command
) -> None:
    (tmp_path / "thesis.odt").write_text("twelve years of work")
    result = broadsheet("ingest", sample, "--lake", tmp_path)
    assert_one_line(result, 2, f"{tmp_path} is no lake and not empty (it holds 'thesis.odt'); name")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]
    for command in ("ingest", "show"):
        result = broadsheet(command, "articles", "--lake", tmp_path / "thesis.odt", cwd=sample)
        words = "no such source" if command == "ingest" else "thesis.odt is a file, not the folder"
        assert_one_line(result, 2, words)


def test_a_source_inside_the_lake_is_refused(sample_lake: Path, broadsheet: Command) -> None:
    result = broadsheet("ingest", sample_lake / "snapshots", "--lake", sample_lake)
    assert_one_line(result, 2, f"{sample_lake}/snapshots lies in the lake {sample_lake}", "another")


@pytest.fixture
def own_copy(tmp_path: Path) -> Path:
    """The product as a user has it who writes profiles and contracts of their own."""
    for package in ("flows", "schemas"):
        leave = shutil.ignore_patterns("__pycache__", "*.onnx")
        shutil.copytree(REPOSITORY / package, tmp_path / package, ignore=leave)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "written", "words"),
    [
        ("profiles/post.yaml", "profile: post\nheader: [", "post.yaml:3: is not YAML"),
        ("quotes.odcs.yaml", "apiVersion: v2\n", "quotes.odcs.yaml:1: "),
    ],
)
def test_a_mistake_in_a_profile_or_a_contract_is_said_before_anything_starts(
    file: str, written: str, words: str, own_copy: Path, broadsheet: Command
) -> None:
    (own_copy / "schemas" / file).write_text(written, encoding="utf-8")
    result = broadsheet("ingest", "schemas", "--lake", own_copy / "lake", cwd=own_copy)
    assert_one_line(result, 1 if "odcs" in file else 2, words)
    assert not (own_copy / "lake").exists()


def test_a_prefect_server_that_does_not_answer_is_one_line(
    broadsheet: Command, tmp_path: Path
) -> None:
    result = broadsheet(
        "ingest",
        "data/sample",
        "--lake",
        tmp_path / "lake",
        env={"PREFECT_API_URL": "http://127.0.0.1:9/api"},
    )
    assert_one_line(result, 1, "http://127.0.0.1:9/api does not answer", "unset PREFECT_API_URL")
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("dataset", [name for name in READABLE if name != "runs"])
def test_rows_of_every_dataset_are_shown_one_value_a_line(
    dataset: str, broadsheet: Command, sample_lake: Path
) -> None:
    result = broadsheet("show", dataset, "--lake", sample_lake, "--limit", "2")
    assert (result.returncode, result.stderr) == (0, "")
    table = read(dataset, sample_lake)
    lines = result.stdout.splitlines()
    assert lines[0] == f"-- {dataset} 1 of {table.num_rows}"
    assert len(lines) == 2 * (1 + table.num_columns)
    assert [line.split(" ")[0] for line in lines[1 : 1 + table.num_columns]] == table.column_names


def test_a_terminal_that_is_not_in_utf8_shows_escapes(
    broadsheet: Command, sample_lake: Path
) -> None:
    arguments = ("show", "articles", "--lake", sample_lake, "--limit", "72")
    result = broadsheet(*arguments, env={"PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (0, "")
    assert "\\u2026" in result.stdout


@pytest.mark.parametrize("dataset", ["articles", "runs"])
def test_a_dataset_without_rows_says_so(dataset: str, broadsheet: Command, tmp_path: Path) -> None:
    Lake.create(tmp_path / "lake")
    result = broadsheet("show", dataset, "--lake", tmp_path / "lake")
    assert (result.returncode, result.stdout) == (0, f"{dataset} has no rows yet\n")


def test_a_reader_that_has_had_enough_ends_show_in_silence(
    environment: dict[str, str], sample_lake: Path
) -> None:
    show = [sys.executable, "-m", "flows.cli", "show", "articles", "--limit", "72", "--lake"]
    with subprocess.Popen(
        [*show, str(sample_lake)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=REPOSITORY,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"-- articles 1 of")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_show_loads_nothing_that_takes_seconds(
    environment: dict[str, str], sample_lake: Path
) -> None:
    program = (
        "import json, sys; from flows.cli import main; "
        f"main(['show', 'quotes', '--lake', {str(sample_lake)!r}]); "
        "print(json.dumps(sorted(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    loaded = set(json.loads(result.stdout.splitlines()[-1]))
    assert not loaded & {"prefect", "great_expectations", "pandas", "ftfy", "py3langid", "httpx"}


def test_an_empty_folder_is_no_failure_and_says_that_nothing_came_in(
    tmp_path: Path, server: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "source").mkdir()
    assert main(["ingest", str(tmp_path / "source"), "--lake", str(tmp_path / "lake")]) == 0
    printed = capfd.readouterr()
    assert printed.out.startswith("Read 0 documents")
    assert "Nothing new" in printed.out
    assert "Traceback" not in printed.err


def test_a_folder_in_which_everything_is_broken_fails_once_and_is_kept(
    tmp_path: Path, on_a_thread: None, capfd: pytest.CaptureFixture[str]
) -> None:
    source, lake = tmp_path / "source", tmp_path / "lake"
    source.mkdir()
    (source / "empty.txt").write_bytes(b"")
    (source / "nul.txt").write_bytes(b"Ferry\0 sails\n\nAt noon.")
    assert main(["ingest", str(source), "--lake", str(lake), "--workers", "1"]) == 1
    printed = capfd.readouterr()
    assert printed.out.startswith("Read 2 documents")
    assert "document.nul" in printed.out
    last = printed.err.splitlines()[-1]
    assert last.startswith("broadsheet: nothing could be published; see what was set aside")
    assert "Traceback" not in printed.err
    rules = [row["rules"] for row in read("quarantine", lake).to_pylist()]
    assert sorted(rules) == [["document.empty"], ["document.nul"]]
    assert main(["ingest", str(source), "--lake", str(lake), "--workers", "1"]) == 0
    assert "Nothing new" in capfd.readouterr().out


def test_a_worker_that_is_killed_is_one_line_and_nothing_is_published(
    tmp_path: Path, sample: Path, server: str, capfd: pytest.CaptureFixture[str]
) -> None:
    ended = Event()
    killer = Thread(target=_kill_the_worker, args=(ended,))
    killer.start()
    try:
        code = main(["ingest", str(sample), "--lake", str(tmp_path / "lake"), "--workers", "1"])
    finally:
        ended.set()
        killer.join()
    printed = capfd.readouterr()
    assert (code, printed.out) == (1, "")
    last = printed.err.splitlines()[-1]
    assert last.startswith("broadsheet: a worker process was killed while it read")
    assert "fewer --workers" in last
    assert "Traceback" not in printed.err
    assert Lake.open(tmp_path / "lake").snapshot() is None
    assert list((tmp_path / "lake" / ".staging").iterdir()) == []
    assert read("runs", tmp_path / "lake")["state"].to_pylist() == ["failed"]


def _kill_the_worker(ended: Event) -> None:
    """As the system does when memory is short: no goodbye."""
    while not ended.wait(0.05):
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()
                return


def test_ctrl_c_ends_the_run_at_once_with_one_line_and_the_lake_as_it_was(
    environment: dict[str, str], server: str, sample: Path, tmp_path: Path
) -> None:
    """As a terminal sends it, to the whole group, while the workers load what they need."""
    lake = tmp_path / "lake"
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "ingest", sample, "--lake", lake, "--workers", "2"],
        stderr=subprocess.PIPE,
        env={**environment, "PREFECT_API_URL": server, "BROADSHEET_BATCH_DOCUMENTS": "40"},
        cwd=REPOSITORY,
        text=True,
        start_new_session=True,
    ) as process:
        group = psutil.Process(process.pid)
        while process.poll() is None and len(group.children()) < 3:  # two workers and their keeper
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait() == 130
    assert "broadsheet: stopped; run it again" in said
    assert "Traceback" not in said
    assert Lake.open(lake).snapshot() is None
    assert list((lake / ".staging").iterdir()) == []
    assert read("runs", lake)["state"].to_pylist() == ["failed"]


@pytest.fixture(scope="module")
def on_a_terminal(
    environment: dict[str, str], sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, str, Path]:
    """Exit code and screen of an ingest on a terminal, with the embedded server; and its lake."""
    lake = tmp_path_factory.mktemp("terminal") / "lake"
    arguments = ["ingest", str(sample), "--lake", str(lake), "--workers", "2"]
    code, screen = _in_terminal(arguments, {**environment, "TERM": "xterm", "COLUMNS": "100"})
    return code, screen, lake


def _in_terminal(arguments: list[str], environment: Mapping[str, str]) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        cwd=REPOSITORY,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        screen = b""
        while select.select([ours], [], [])[0]:
            try:
                arrived = os.read(ours, 65536)
            except OSError:  # Linux's way to say that the other end is closed.
                break
            if not arrived:
                break
            screen += arrived
        code = process.wait()
    os.close(ours)
    return code, screen.decode()


def test_on_a_terminal_the_report_follows_the_bar_and_nothing_is_between(
    on_a_terminal: tuple[int, str, Path],
) -> None:
    code, screen, lake = on_a_terminal
    assert code == 0, screen
    before, report = screen.split("Read 91 documents")
    assert ESCAPE.search(report) is None
    assert f"Snapshot 1 of the lake {lake}" in report.replace("\r\n", "\n")
    # What is left on the screen of all that was written over and over is one finished bar.
    drawn = [_left_of(line) for line in before.split("\n")]
    bars = [line for line in drawn if "Reading files" in line]
    assert len(bars) == 1
    assert "83/83" in bars[0]
    assert "Traceback" not in screen
    rest = [line for line in drawn if line.strip() and "Reading files" not in line]
    assert rest == []


def _left_of(line: str) -> str:
    """What a terminal shows of a line that was drawn over: its last state."""
    return ESCAPE.sub("", line.rstrip("\r").rpartition("\r")[2])


def test_show_has_the_rows_of_what_was_ingested(
    on_a_terminal: tuple[int, str, Path], broadsheet: Command
) -> None:
    result = broadsheet("show", "runs", "--lake", on_a_terminal[2])
    assert result.returncode == 0
    assert re.search(r"^published +72$", result.stdout, re.MULTILINE)
