"""A disk that is full while the lake is written: a clear error, and the lake stays as it was."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from prefect.task_runners import ThreadPoolTaskRunner

from flows.cli import main
from flows.errors import LakeUnusable
from flows.ingest import ingest
from flows.lake import Lake, read
from flows.report.run import RunReport

pytestmark = pytest.mark.usefixtures("server")

NEWS = "Ferry number {number} sails\n\nIt left at noon on Friday.\n\n{noise}\n"


def run(source: Path, lake: Path) -> RunReport:
    flow = ingest.with_options(task_runner=ThreadPoolTaskRunner(max_workers=1))
    return flow([str(source)], lake=lake)


@contextmanager
def no_file_larger_than(octets: int) -> Iterator[None]:
    """What a quota does: this process gets EFBIG where a file of its own would grow beyond."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A file system of that size at `folder`; yields what makes it larger."""
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)):
        pytest.skip("only who may mount can make a small disk")
    try:
        yield lambda larger: os.sync() or _mount("-o", f"remount,size={larger}", str(folder))
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles of which each needs a good part of a megabyte, packed or not."""
    folder = tmp_path_factory.mktemp("source")
    for number in range(4):
        words = _noise(number)
        news = NEWS.format(number=number, noise=" ".join(words))
        (folder / f"{number}.txt").write_text(news, encoding="utf-8")
    return folder


def _noise(seed: int) -> Sequence[str]:
    import random

    letters = random.Random(seed)
    return ["".join(letters.choices("abcdefghijklmnop", k=7)) for _ in range(60_000)]


def lake_with_one_article(lake: Path, tmp_path: Path, publish: Callable[..., object]) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "first.txt").write_text(NEWS.format(number=100, noise="It rained."))
    publish(tmp_path / "before", lake)


def assert_as_it_was(lake: Path) -> None:
    assert (lake / "current").readlink() == Path("snapshots/00000001")
    assert [path.name for path in (lake / "snapshots").iterdir()] == ["00000001"]
    assert list((lake / ".staging").iterdir()) == []
    assert read("articles", lake)["headline"].to_pylist() == ["Ferry number 100 sails"]
    (row,) = read("runs", lake).to_pylist()
    assert (row["state"], row["published"], row["snapshot"]) == ("failed", 0, None)


def assert_the_next_run_has_all(source: Path, lake: Path) -> None:
    report = run(source, lake)
    assert (report.seen, report.published, report.snapshot) == (4, 4, 2)
    assert read("articles", lake).num_rows == 5
    assert Lake.open(lake).snapshot() is not None


def test_a_merge_that_may_write_no_more_changes_nothing(
    source: Path, tmp_path: Path, publish: Callable[..., object]
) -> None:
    lake = tmp_path / "lake"
    lake_with_one_article(lake, tmp_path, publish)
    with no_file_larger_than(1_200_000), pytest.raises(LakeUnusable) as caught:
        run(source, lake)
    assert str(caught.value).startswith(f"cannot write to the lake: {lake}")
    assert "make room on the disk" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert_as_it_was(lake)
    assert_the_next_run_has_all(source, lake)


@pytest.mark.parametrize("size", ["3m", "6m"])
def test_a_full_disk_is_one_line_with_the_remedy_and_changes_nothing(
    size: str, source: Path, tmp_path: Path, publish: Callable[..., object]
) -> None:
    with small_disk(tmp_path / "disk", size) as enlarge:
        lake = tmp_path / "disk" / "lake"
        lake_with_one_article(lake, tmp_path, publish)
        with pytest.raises(LakeUnusable) as caught:
            run(source, lake)
        assert str(caught.value).startswith(f"cannot write to the lake: {lake}")
        assert "No space left on device" in str(caught.value)
        assert "make room on the disk" in str(caught.value)
        assert_as_it_was(lake)
        enlarge("64m")
        assert_the_next_run_has_all(source, lake)


def test_a_disk_that_is_full_for_a_worker_ends_the_command_with_one_line(
    source: Path,
    tmp_path: Path,
    publish: Callable[..., object],
    capfd: pytest.CaptureFixture[str],
) -> None:
    with small_disk(tmp_path / "disk", "1m") as enlarge:
        lake = tmp_path / "disk" / "lake"
        lake_with_one_article(lake, tmp_path, publish)
        code = main(["ingest", str(source), "--lake", str(lake), "--workers", "1"])
        printed = capfd.readouterr()
        assert (code, printed.out) == (1, "")
        last = printed.err.splitlines()[-1]
        assert last.startswith(f"broadsheet: cannot write to the lake: {lake}")
        assert "No space left on device" in last
        assert "make room on the disk" in last
        assert "Traceback" not in printed.err
        assert_as_it_was(lake)
        enlarge("64m")
        assert_the_next_run_has_all(source, lake)
