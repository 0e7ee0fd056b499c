"""An object store that fails in the middle of things: retried or said plainly, the lake whole."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from newsroom import Document, contents, publish

from flows.errors import LakeUnusable, WrongUsage
from flows.lake import Lake, SnapshotTaken, check_place, read
from flows.lake.verify import verify
from tests.object_store import SECRET

HERE = Path(__file__).parent
FIRST = Document("harbour", "The harbour opens.", quotes=("It opens",))
SECOND = Document("bridge", "The bridge is closed.")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a minute or two otherwise."""
    monkeypatch.setattr("flows.lake.s3.ATTEMPTS", 2)
    monkeypatch.setattr("flows.lake.s3.WAIT_SECONDS", 0.01)
    monkeypatch.setattr("flows.lake.objects_care.WAIT_SECONDS", 0.01)


def is_commit(method: str, path: str) -> bool:
    return method == "PUT" and "/_commits/" in path


def headlines(lake: Lake) -> list[str]:
    return sorted(lake.snapshot().table("articles")["headline"].to_pylist())


@pytest.mark.parametrize("fault", [500, 503, "cut", "torn", "deaf"])
def test_what_fails_now_and_then_is_tried_again(far, proxied, fault, monkeypatch):
    monkeypatch.setattr("flows.lake.s3.WAIT_SECONDS", 0.01)
    proxied.fault = lambda number, method, path: fault if number % 3 == 0 else None
    publish(far, [FIRST])
    assert len(proxied.requests) > 6
    assert headlines(far) == ["harbour"]
    proxied.reset()
    assert (far.snapshot().number, verify(far).faults) == (1, ())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (500, "the object store answers InternalError for the bucket press"),
        (503, "the object store answers SlowDown for the bucket press"),
        ("hang", "does not answer ("),
        ("cut", "does not answer ("),
        (403, "refuses access to the bucket press (AccessDenied); give the credentials in use"),
    ],
)
def test_a_store_that_goes_on_failing_is_one_clear_line_and_the_lake_is_whole(
    far, proxied, monkeypatch, fault, said
):
    publish(far, [FIRST])
    if fault == "hang":
        monkeypatch.setattr("flows.lake.s3.READ_TIMEOUT_SECONDS", 0.4)
    proxied.fault = lambda number, method, path: fault if "/data/" in path else None
    with pytest.raises(LakeUnusable) as caught:
        publish(far, [SECOND])
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    proxied.reset()
    assert (headlines(far), verify(far).faults) == (["harbour"], ())


def dead_from(death, last, number, method, path):
    if number < death:
        return None
    return last if number == death else "cut"


def test_a_store_that_dies_at_any_request_leaves_one_snapshot_and_the_next_run_ends_well(
    far, proxied, impatient, monkeypatch
):
    """What a killed writer leaves there, too: a store sees of a death that nothing more comes."""
    monkeypatch.setattr("flows.lake.s3.ATTEMPTS", 1)
    publish(far, [FIRST])
    number, death, seen = 1, 1, []
    while True:
        proxied.reset()
        proxied.fault = partial(dead_from, death, "cut" if death % 2 else "deaf")
        document = Document(f"s{number}", "T.", quotes=("q",))
        try:
            publish(far, [document])
        except LakeUnusable:
            ended = False
        else:
            ended = True
        proxied.reset()
        after_death = far.snapshot().number
        seen.append(after_death - number)
        publish(far, [document])
        number += 1
        assert far.snapshot().number == number
        assert document.story in headlines(far)
        if ended:
            break
        death += 6
    assert set(seen[:-1]) <= {0, 1}
    assert (len(seen) > 4, seen[0]) == (True, 0)
    assert verify(far).faults == ()


@pytest.mark.parametrize("fault", [500, "deaf"])
def test_a_commit_whose_answer_is_lost_is_known_for_ones_own(far, proxied, impatient, fault):
    """The first time it is done and not answered; from then on the store only fails."""
    commits = []

    def lost(number, method, path):
        if not is_commit(method, path):
            return None
        commits.append(path)
        return "deaf" if len(commits) == 1 else fault

    proxied.fault = lost
    _, snapshot = publish(far, [FIRST])
    assert snapshot.number == 1
    assert len(commits) >= 2


def test_a_commit_of_which_nothing_can_be_learned_says_so(far, proxied, impatient):
    dead = []

    def dies(number, method, path):
        dead.extend([path] if is_commit(method, path) else [])
        return "cut" if dead else None

    proxied.fault = dies
    with pytest.raises(LakeUnusable, match="whether the commit came through cannot be told"):
        publish(far, [FIRST])
    proxied.reset()
    publish(far, [FIRST])
    assert headlines(far) == ["harbour"]


def test_a_conflict_in_the_same_moment_is_tried_again_and_then_a_lost_race(far, proxied, impatient):
    conflicts = []

    def contended(number, method, path):
        if is_commit(method, path) and len(conflicts) < most:
            conflicts.append(path)
            return 409
        return None

    proxied.fault, most = contended, 1
    assert publish(far, [FIRST])[1].number == 1
    most = 100
    with pytest.raises(SnapshotTaken, match="run the same command again"):
        publish(far, [SECOND])


@pytest.mark.parametrize("fault", ["careless", 501])
def test_a_store_that_ignores_if_none_match_is_refused(far, proxied, fault):
    proxied.fault = lambda number, method, path: fault if method == "PUT" else None
    for start in (lambda: Lake.create(f"{far.home.address}/new"), lambda: publish(far, [FIRST])):
        with pytest.raises(LakeUnusable, match="ignores If-None-Match when an object is put"):
            start()
    assert far.snapshot() is None


def killed_at(moment, how, number, method, path):
    return how if moment(method, path) else None


def test_a_killed_writer_leaves_one_snapshot_and_the_next_run_ends_well(far, proxied):
    """SIGKILL while files go up, and after the commit but before its answer."""
    publish(far, [FIRST])
    moments = {
        "1": lambda method, path: method == "PUT" and "/data/" in path,
        "2": is_commit,
    }
    child = subprocess.Popen(
        [sys.executable, str(HERE / "s3_writer.py"), far.home.address, *moments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    for name, moment in moments.items():
        writer = int(child.stdout.readline())

        proxied.forwarded = partial(os.kill, writer, signal.SIGKILL)
        proxied.fault = partial(killed_at, moment, "deaf" if name == "2" else "killed")
        child.stdin.write("\n")
        child.stdin.flush()
        assert int(child.stdout.readline()) == -signal.SIGKILL
        proxied.reset()
        assert headlines(far) == ["harbour", *(["s2"] if name == "2" else [])]
    child.communicate()
    assert child.returncode == 0
    for number in "12":
        publish(far, [Document(f"s{number}", "T.")])
    assert headlines(far) == ["harbour", "s1", "s2"]
    assert (far.snapshot().number, verify(far).faults) == (3, ())


def test_failures_before_anything_begins_are_one_line_each(s3_environment, monkeypatch, impatient):
    with pytest.raises(LakeUnusable, match=r"there is no bucket nowhere-at-all; make it, or name"):
        check_place("s3://nowhere-at-all/lake")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(LakeUnusable, match=r"of the bucket press does not answer \(EndpointConn"):
        check_place(s3_environment)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://me:hidden@127.0.0.1:9")
    with pytest.raises(WrongUsage, match=r"a secret in the address http://…@127") as caught:
        check_place(s3_environment)
    assert "hidden" not in str(caught.value)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(WrongUsage, match=r'needs the library s3fs.*pip install "broadsheet\[remo'):
        check_place(s3_environment)


def test_without_credentials_it_says_which_to_set(s3_environment, monkeypatch):
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(LakeUnusable, match=r"no credentials.*set AWS_ACCESS_KEY_ID and AWS_SECRET"):
        Lake.open(s3_environment)
    s3fs.S3FileSystem.clear_instance_cache()


def test_the_secret_is_nowhere(far, proxied, impatient, tmp_path, caplog):
    """Not in what is written, said or logged, at any level, when all is well and when it is not."""
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()  # a new client reads the credentials
    with caplog.at_level(logging.DEBUG):
        publish(far, [FIRST])
        proxied.fault = lambda number, method, path: 403 if "/data/" in path else None
        with pytest.raises(LakeUnusable) as caught:
            publish(far, [SECOND])
        with pytest.raises(LakeUnusable) as unread:
            read("articles", far.home.address)
        proxied.reset()
    store = far.home.store
    written = [store.get(each.key) for each in store.list(far.home.prefix)]
    written += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    said = [repr(far), repr(far.snapshot()), str(store.system()), repr(store.system())]
    said += [f"{each.value!r} {each.getrepr(style='long')}" for each in (caught, unread)]
    said += [record.getMessage() for record in caplog.records]
    assert len(written) > 5
    assert [each for each in written if SECRET.encode() in each] == []
    assert [each for each in said if SECRET in each] == []
    assert contents(far.snapshot())["articles"][0]["headline"] == "harbour"
