"""A lake in an object store: content-named objects, and a commit is one conditional PUT.

    <lake>/_lake.json                    says that a lake is here
    <lake>/_commits/00000042.json        the manifest; empty once the snapshot was withdrawn
    <lake>/_withdrawn/00000042.json      its manifest, as long as readers may still have it pinned
    <lake>/data/<dataset>/published_month=2024-01/<first 16 digits of the hash>.parquet
    <lake>/_guides/<first 16 digits of the hash>-README.md, and the other guides of snapshots
    <lake>/runs/, <lake>/backfills/, <lake>/report.html    as in a folder

The key of a commit is never free again, so that no writer can commit below the newest snapshot.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from flows.errors import LakeUnusable, WrongUsage
from flows.lake.faults import SnapshotTaken
from flows.lake.layout import MANIFEST, snapshot_name, snapshot_number
from flows.lake.objects_care import ensure, refresh, sweep
from flows.lake.s3 import RemoteFile, Store
from flows.lake.s3_faults import NoConditionalWrites, StoreRefused
from flows.lake.snapshot import manifest_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator
    from datetime import datetime

    from flows.lake.s3 import Object
    from flows.lake.snapshot import DataFile, Snapshot

MARK = "_lake.json"
COMMITS, WITHDRAWN, DAMAGED = "_commits/", "_withdrawn/", "_damaged/"
DATA, GUIDES = "data/", "_guides/"
SAYS_LAKE = b'{"broadsheet": "lake"}\n'
WHOLE_BYTES = 4 * 2**20
"""A file up to this size is fetched at once, a larger one in the parts that are read."""
UPLOADS = 4
FETCHES = 16


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of a bucket below a prefix (empty, or ending in a slash); see Home."""

    store: Store
    prefix: str
    is_far = True

    @property
    def address(self) -> str:
        """As s3://bucket/prefix."""
        return f"s3://{self.store.bucket}/{self.prefix}".rstrip("/")

    @property
    def scratch(self) -> Path:
        """A folder of this user and this lake below TMPDIR."""
        own = Path(tempfile.gettempdir()) / f"broadsheet-{os.getuid()}"
        own.mkdir(mode=0o700, exist_ok=True)
        if own.is_symlink() or own.stat().st_uid != os.getuid():
            raise LakeUnusable(
                f"{own} belongs to somebody else", remedy="name another folder by TMPDIR"
            )
        folder = own / sha256(self.address.encode()).hexdigest()[:16]
        folder.mkdir(exist_ok=True)
        return folder

    def is_lake(self) -> bool:
        """By its mark, or by a commit where a copy left that out."""
        try:
            self.store.head(self.prefix + MARK)
        except FileNotFoundError:
            return any(self.store.list(self.prefix + COMMITS, most=1))
        return True

    def foreign(self) -> str | None:
        """The first object below the prefix, where no lake is."""
        first = next(self.store.list(self.prefix, most=1), None)
        if first is None or self.is_lake():
            return None
        return first.key.removeprefix(self.prefix)

    def make(self) -> None:
        """Leave the mark, if the store can hold a lake at all."""
        self.ready()

    def ready(self) -> None:
        """Put one key twice: a store that takes it twice would let two writers commit one number.

        Raises NoConditionalWrites.
        """
        put = partial(self.store.put_if_absent, self.prefix + MARK, SAYS_LAKE)
        try:
            if put() and put():
                raise NoConditionalWrites(self.address)
        except StoreRefused as error:
            if error.code in {"NotImplemented", "501"}:
                raise NoConditionalWrites(self.address) from None
            raise

    def numbers(self) -> Collection[int]:
        """By the keys of the commits that are not empty."""
        return [
            number
            for each in self.store.list(self.prefix + COMMITS)
            if each.size and (number := _number(each.key)) is not None
        ]

    def pointed(self) -> int | None:
        """The newest: an object is whole or not there, so one that is damaged is no half commit."""
        return max(self.numbers(), default=None)

    def folder(self, number: int) -> Path:
        """There is none."""
        raise WrongUsage(
            f"snapshot {number} of {self.address} is in no folder",
            remedy="read it with flows.lake.read",
        )

    def where(self, number: int, file: DataFile | str) -> str:
        """As s3://bucket/key; what is no file that a manifest lists is the manifest."""
        key = self._commit(number) if isinstance(file, str) else self.key(file.path, file.sha256)
        return f"s3://{self.store.bucket}/{key}"

    def filesystem(self) -> Any:
        """That of fsspec."""
        return self.store.system()

    def manifest(self, number: int) -> bytes:
        """Fetch the commit."""
        content = self.store.get(self._commit(number))
        if not content:
            raise FileNotFoundError(self.where(number, MANIFEST))
        return content

    def written_at(self, number: int) -> datetime:
        """When the commit was put."""
        return self.store.head(self._commit(number)).written_at

    def open(self, number: int, file: DataFile) -> BinaryIO:
        """Fetch a small file; of a large one the parts that are read, when they are read."""
        key = self.key(file.path, file.sha256)
        if file.byte_count <= WHOLE_BYTES:
            return io.BytesIO(self.store.get(key))
        size = self.store.head(key).size
        return RemoteFile(self.store, key, size)  # type: ignore[return-value]  # reads as one does

    def bring(self, number: int, file: DataFile, target: Path) -> None:
        """Download it."""
        with self.open(number, file) as source, target.open("xb") as sink:
            shutil.copyfileobj(source, sink, WHOLE_BYTES)

    def identity(self, number: int, file: DataFile) -> Hashable:
        """The key: snapshots that share a file share the object."""
        return self.key(file.path, file.sha256)

    def publish(self, snapshot: Snapshot, origin: Snapshot | None, built: Path) -> None:
        """Upload what is new, then put the commit, if nobody has put one of that number."""
        known = _listed(origin)
        fresh = sorted(_listed(snapshot) - known, key=lambda file: file[0])
        uploads = [(built / path, self.key(path, sha256)) for path, sha256 in fresh]
        with ThreadPoolExecutor(UPLOADS) as pool:
            was_there = list(pool.map(lambda each: refresh(self.store, *each), uploads))
        writer = f"{built.parent.name}-{uuid.uuid4().hex}"
        key = self._commit(snapshot.number)
        if not self.store.commit(key, manifest_bytes(snapshot), writer):
            raise SnapshotTaken(self.where(snapshot.number, ""))
        for (path, where), found in zip(uploads, was_there, strict=True):
            if found:
                # It lay there unused, and a collection may have been about to delete it.
                ensure(self.store, path, where)

    def keep(self, name: str, content: bytes) -> None:
        """Put an object."""
        self.store.put(self.prefix + name, content)

    def kept(self, name: str) -> bytes:
        """Get an object."""
        return self.store.get(self.prefix + name)

    def all_kept(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Get the objects of a folder, some at once."""
        keys = [each.key for each in self.store.list(f"{self.prefix}{folder}/")]
        with ThreadPoolExecutor(FETCHES) as pool:
            for start in range(0, len(keys), FETCHES):
                some = keys[start : start + FETCHES]
                for key, content in zip(some, pool.map(self.store.get, some), strict=True):
                    yield key.removeprefix(self.prefix), content

    def forget(self, name: str) -> None:
        """Delete an object."""
        self.store.delete([self.prefix + name])

    def withdraw(self, number: int) -> bool:
        """Keep the manifest elsewhere, from when on the grace counts, and empty the commit."""
        try:
            content = self.manifest(number)
        except FileNotFoundError:
            return False
        self.store.put(self._withdrawn(number), content)
        self.store.put(self._commit(number), b"")
        return True

    def sweep(self, grace_hours: float) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """See objects_care."""
        return sweep(self, grace_hours)

    def unlisted(self, snapshot: Snapshot) -> Iterator[str]:
        """None: a snapshot has no folder that could be read without its manifest."""
        return iter(())

    def mend(self, number: int, file: DataFile, whole: tuple[int, DataFile] | None) -> bool:
        """Copy the same content from another key."""
        if whole is None:
            return False
        source, target = (self.key(each.path, each.sha256) for each in (whole[1], file))
        self.store.copy(source, target)
        return True

    def set_aside(self, number: int) -> bool:
        """Move a commit that cannot be read; below the newest its key stays taken."""
        numbers = self.numbers()
        if len(numbers) == 1:
            return False
        name = f"{self.prefix}{DAMAGED}{snapshot_name(number)}-{uuid.uuid4().hex}.json"
        self.store.copy(self._commit(number), name)
        if number == max(numbers):
            self.store.delete([self._commit(number)])
        else:
            self.store.put(self._commit(number), b"")
        return True

    def astray(self, newest: int | None) -> tuple[str, str] | None:
        """Nobody is led anywhere: readers take the newest commit."""
        return None

    def withdrawn(self) -> Iterator[tuple[int, Object]]:
        """The snapshots that were withdrawn and not deleted: number and kept manifest."""
        live = set(self.numbers())
        for each in self.store.list(self.prefix + WITHDRAWN):
            number = _number(each.key)
            # Killed in the middle of `withdraw`: it is as it was.
            if number is not None and number not in live:
                yield number, each

    def withdrawn_manifest(self, number: int) -> bytes:
        """What a snapshot listed before it was withdrawn."""
        return self.store.get(self._withdrawn(number))

    @property
    def data_prefix(self) -> str:
        """Before the paths of all data files."""
        return f"{self.prefix}{DATA}"

    @property
    def guides_prefix(self) -> str:
        """Before the names of all guides."""
        return f"{self.prefix}{GUIDES}"

    def key(self, path: str, sha256: str) -> str:
        """Of a file that a manifest lists: guides have the same names in every snapshot."""
        if "/" in path:
            return f"{self.data_prefix}{path}"
        return f"{self.guides_prefix}{sha256[:16]}-{path}"

    def _commit(self, number: int) -> str:
        return f"{self.prefix}{COMMITS}{snapshot_name(number)}.json"

    def _withdrawn(self, number: int) -> str:
        return f"{self.prefix}{WITHDRAWN}{snapshot_name(number)}.json"


def _number(key: str) -> int | None:
    return snapshot_number(key.rpartition("/")[2].removesuffix(".json"))


def _listed(snapshot: Snapshot | None) -> set[tuple[str, str]]:
    return {(f.path, f.sha256) for f in snapshot.everything()} if snapshot is not None else set()
