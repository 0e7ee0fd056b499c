"""`broadsheet doctor`: what this installation stands on, each part with what to do about it.

Answers within two seconds: neither Prefect nor Great Expectations is imported for it, and the
server is given a second.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import tomllib
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Literal

import httpx
from packaging.requirements import Requirement

from flows.errors import BroadsheetError, LakeNotFound
from flows.lake import Lake, check_place
from flows.lake.home import home_of
from flows.lake.layout import STAGING
from flows.quotes.tagger import version_of
from flows.receive.remote import without_secret
from flows.settings import settings

POOL = "broadsheet"
PATIENCE_SECONDS = 0.5
CLOCK_SECONDS = 5.0
FREE_BYTES = 2**30
SIZES_OF_SNAPSHOT = 2
Health = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Line:
    """One part looked at; `remedy` says what to do where it is not ok."""

    health: Health
    part: str
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was looked at."""

    seen: tuple[Line, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong; a note is nothing wrong."""
        return all(line.health != "wrong" for line in self.seen)

    def lines(self) -> Iterator[str]:
        """One line for each part."""
        for line in self.seen:
            todo = f"; {line.remedy}" if line.remedy else ""
            yield f"{line.health:<5}  {line.part:<9} {line.found}{todo}"


def look(lake: Path | str | None) -> Verdict:
    """Look at everything; what cannot be looked at is a line as well and never a traceback."""
    parts: tuple[tuple[str, Callable[[], Iterator[Line]]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("settings", _settings),
        ("model", _model),
        ("server", _server),
        ("lake", lambda: _lake(lake)),
        ("disk", lambda: _disk(lake)),
    )
    return Verdict(tuple(line for part, seen in parts for line in _told(part, seen)))


def _told(part: str, seen: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    try:
        yield from seen()
    except BroadsheetError as error:
        yield Line("wrong", part, error.what, error.remedy)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Line("wrong", part, f"cannot be looked at ({reason})", "see who may read it")


def _python() -> Iterator[Line]:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info < (3, 14):
        yield Line("ok", "python", version)
    else:
        yield Line("wrong", "python", version, "make .venv with 3.11 to 3.13 (make install)")


def _packages() -> Iterator[Line]:
    """What pyproject.toml asks for against what is installed, extras left out."""
    try:
        asked = [Requirement(each) for each in metadata.requires("broadsheet") or ()]
    except metadata.PackageNotFoundError:
        yield Line("wrong", "packages", "broadsheet is not installed", "make install")
        return
    asked = [each for each in asked if each.marker is None or each.marker.evaluate({"extra": ""})]
    off = []
    for each in asked:
        try:
            version = metadata.version(each.name)
        except metadata.PackageNotFoundError:
            off.append(f"{each.name} is missing")
            continue
        if not each.specifier.contains(version, prereleases=True):
            off.append(f"{each.name} is {version}, not {each.specifier}")
    if off:
        yield Line("wrong", "packages", ", ".join(off), "make install")
    else:
        yield Line(
            "ok", "packages", f"{len(asked)} as pinned, prefect {metadata.version('prefect')}"
        )


def _settings() -> Iterator[Line]:
    """Raises WrongUsage for what is no setting."""
    given = settings().model_fields_set
    shown = ", ".join(sorted(f"BROADSHEET_{name.upper()}" for name in given))
    yield Line("ok", "settings", shown or "all as they come")
    if settings().alert_url is None:
        yield Line("note", "alerts", "nobody is told of failures", "set BROADSHEET_ALERT_URL")


def _model() -> Iterator[Line]:
    name = settings().tagger
    if name == "marks":
        yield Line("ok", "model", "none: quotation marks only")
        return
    folder = files("flows").joinpath(f"quotes/model/{name}")
    try:
        told = json.loads(folder.joinpath("tagger.json").read_text("utf-8"))
        whole = version_of(folder, told) == told["version"]
    except (OSError, ValueError, KeyError) as error:
        found = f"the tagger {name} cannot be read ({type(error).__name__})"
        yield Line("wrong", "model", found, "git checkout flows/quotes/model")
        return
    if whole:
        yield Line("ok", "model", f"tagger {name} {told['version']}")
    else:
        found = f"the files of the tagger {name} are not those of version {told['version']}"
        yield Line("wrong", "model", found, "git checkout flows/quotes/model")


def server_address() -> str | None:
    """PREFECT_API_URL of the environment, else of Prefect's active profile."""
    if given := os.environ.get("PREFECT_API_URL"):
        return given
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    with suppress(OSError, ValueError, AttributeError):
        kept = tomllib.loads((home / "profiles.toml").read_text("utf-8"))
        name = os.environ.get("PREFECT_PROFILE") or kept.get("active", "")
        found = kept.get("profiles", {}).get(name, {}).get("PREFECT_API_URL")
        return found if isinstance(found, str) else None
    return None


def _server() -> Iterator[Line]:
    address = server_address()
    if not address:
        yield Line("note", "server", "none is set: each run starts one of its own, 15 s each time",
                   "prefect server start, and set PREFECT_API_URL")  # fmt: skip
        return
    try:
        asked = datetime.now(UTC)
        answer = _ask(address, "admin/version")
        answer.raise_for_status()
        version = str(answer.json())
        pool = _ask(address, f"work_pools/{POOL}")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        found = f"the one at {without_secret(address)} does not answer ({type(error).__name__})"
        yield Line("wrong", "server", found, "start it, or unset PREFECT_API_URL")
        return
    own = metadata.version("prefect")
    if version.split(".")[:2] == own.split(".")[:2]:
        yield Line("ok", "server", f"Prefect {version} at {without_secret(address)}")
    else:
        found = f"Prefect {version[:20]!r} at {without_secret(address)}, here is {own}"
        yield Line("wrong", "server", found, "start it from this environment")
    if pool.status_code == httpx.codes.NOT_FOUND:
        yield Line("note", "pool", f"the server has no work pool {POOL}", "broadsheet setup")
    yield from _clock(asked, answer.headers.get("date"))


def _ask(address: str, path: str) -> httpx.Response:
    name, _, password = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    auth = httpx.BasicAuth(name, password) if name else None
    return httpx.get(f"{address}/{path}", timeout=PATIENCE_SECONDS, auth=auth)


def _clock(here: datetime, there: str | None) -> Iterator[Line]:
    if there is None:
        return
    apart = abs((here - parsedate_to_datetime(there)).total_seconds())
    if apart > CLOCK_SECONDS + PATIENCE_SECONDS:
        found = f"{apart:,.0f} s apart from the server's"
        yield Line("wrong", "clock", found, "set both by NTP: schedules and heartbeats need it")
    else:
        yield Line("ok", "clock", "as the server's")


def _lake(given: Path | str | None) -> Iterator[Line]:
    path = given or settings().lake
    if home_of(path).is_far:
        # A store that is down is tried for minutes before it is given up.
        told = f"{path} is in an object store, which is not asked"
        yield Line("note", "lake", told, f"broadsheet history --lake {path}")
        return
    try:
        store = Lake.open(path)
    except LakeNotFound:
        check_place(path)
        yield Line("note", "lake", f"none at {path} yet", "broadsheet ingest SOURCE makes it")
        return
    snapshot = store.snapshot()
    if snapshot is None:
        yield Line("ok", "lake", f"{store.home.address}, without a snapshot yet")
    else:
        yield from _snapshot(store, snapshot.number)
    yield from _writable(store.home.scratch / STAGING)
    newest = [row["started_at"] for row in store.runs().to_pylist()[-1:]]
    if newest and (ahead := (newest[0] - datetime.now(UTC)).total_seconds()) > CLOCK_SECONDS:
        found = f"the last run is {ahead:,.0f} s in the future"
        yield Line("wrong", "clock", found, "the clock of this machine jumped back: set it by NTP")


def _snapshot(store: Lake, number: int) -> Iterator[Line]:
    """Every file of the newest snapshot by its size alone; `verify` reads them."""
    snapshot = store.snapshot(number)
    assert snapshot is not None
    listed = [file for name in snapshot.datasets for file in snapshot.files(name)]
    sizes = ((file, snapshot.path / file.path) for file in listed)
    off = [f.path for f, at in sizes if not at.is_file() or at.stat().st_size != f.byte_count]
    if off:
        found = f"{len(off):,} files of snapshot {number} are missing or cut short: {off[0]}"
        yield Line("wrong", "lake", found, "broadsheet verify --repair")
    else:
        yield Line(
            "ok", "lake", f"snapshot {number} of {store.home.address}, {len(listed):,} files"
        )


def _writable(staging: Path) -> Iterator[Line]:
    """Write a file into staging, link it, and take both away."""
    first, second = (staging / f"doctor-{uuid.uuid4().hex}" for _ in range(2))
    try:
        staging.mkdir(exist_ok=True)
        first.touch()
    except OSError as error:
        found = f"cannot be written to ({error.strerror})"
        yield Line("wrong", "lake", found, "give the user that runs this write permission")
        return
    try:
        os.link(first, second)
        yield Line("ok", "lake", "can be written to, with hard links")
    except OSError:
        yield Line("note", "lake", "its file system knows no hard links: each snapshot is a copy",
                   "put it on ext4, xfs, btrfs or zfs")  # fmt: skip
    finally:
        first.unlink(missing_ok=True)
        second.unlink(missing_ok=True)


def _disk(given: Path | str | None) -> Iterator[Line]:
    """Where runs stage what they read: in the lake, or below TMPDIR for one in an object store."""
    address = given or settings().lake
    is_far = home_of(address).is_far
    path = Path(tempfile.gettempdir() if is_far else address).absolute()
    place = next(each for each in (path, *path.parents) if each.is_dir())
    free = shutil.disk_usage(place).free
    wanted = max(FREE_BYTES, 0 if is_far else SIZES_OF_SNAPSHOT * _newest_bytes(path))
    found = f"{free / 1e9:,.1f} GB free"
    if free < wanted:
        remedy = f"make room for {wanted / 1e9:,.1f} GB (broadsheet collect), or move the lake"
        yield Line("wrong", "disk", found, remedy)
    else:
        yield Line("ok", "disk", found)


def _newest_bytes(path: Path) -> int:
    with suppress(BroadsheetError):
        snapshot = Lake.open(path).snapshot()
        if snapshot is not None:
            listed = [file for name in snapshot.datasets for file in snapshot.files(name)]
            return sum(file.byte_count for file in listed)
    return 0
