"""Requests to one bucket of an object store, by s3fs.

Credentials, region and endpoint come from the environment or the provider's chain (AWS_*).
Requests are tried again by botocore with back-off; a body that breaks off is fetched again here.
"""

from __future__ import annotations

import io
import mimetypes
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from flows.lake.s3_faults import (
    BROKEN_OFF,
    Contended,
    LakeKindMissing,
    StoreRefused,
    code_of,
    refused,
)
from flows.receive.remote import check_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ATTEMPTS = 5
READ_TIMEOUT_SECONDS = 30.0
CONNECT_TIMEOUT_SECONDS = 10.0
GIVE_UP_SECONDS = 300.0
"""For a request with all its retries: nothing else ends one whose server never says 100."""
SLOWEST_BYTES_A_SECOND = 100_000
WAIT_SECONDS = 0.2
PART_BYTES = 16 * 2**20
"""A file of twice this size or more goes up in parts, PARTS_AT_ONCE of them in memory."""
PARTS_AT_ONCE = 2
AT_ONCE = 1000
"""Objects that one request may list or delete."""
WRITER = "writer"
"""Metadata of a commit, by which a writer knows its own where the first answer was lost."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object without its bytes; `written_at` and `age` are by the store's clock (UTC)."""

    key: str
    size: int
    written_at: datetime
    age: timedelta


@dataclass(frozen=True, slots=True)
class Store:
    """One bucket. Raises FileNotFoundError, FileExistsError, Contended, and StoreRefused."""

    bucket: str

    def system(self) -> Any:
        """The file system of fsspec, one for each process and thread."""
        try:
            import s3fs  # noqa: PLC0415  # of an extra, and slow
        except ImportError as error:
            raise LakeKindMissing(f"s3://{self.bucket}") from error
        config: dict[str, Any] = {
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "read_timeout": READ_TIMEOUT_SECONDS,
        }
        if "AWS_MAX_ATTEMPTS" not in os.environ:
            mode = os.environ.get("AWS_RETRY_MODE", "standard")
            config["retries"] = {"mode": mode, "total_max_attempts": ATTEMPTS}
        found = s3fs.S3FileSystem(endpoint_url=_endpoint(), config_kwargs=config)
        # Its own retries on top of botocore's would take the product of both.
        found.retries = 1
        return found

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One request by its name in botocore."""
        system = self.system()
        try:
            answer: dict[str, Any] = system.call_s3(
                method, Bucket=self.bucket, timeout=GIVE_UP_SECONDS, **parameters
            )
        except _failures() as error:
            raise _said(error, self.bucket) from None
        return answer

    def head(self, key: str) -> Object:
        """What is known of an object without its bytes."""
        about = self.call("head_object", Key=key)
        return _object(about, key, about["ContentLength"], about["LastModified"])

    def get(self, key: str, start: int | None = None, end: int | None = None) -> bytes:
        """The bytes of an object, or of a part of it."""
        system = self.system()
        for tries in range(ATTEMPTS):
            try:
                content: bytes = system.cat_file(
                    f"{self.bucket}/{key}",
                    start=start,
                    end=end,
                    max_concurrency=1,
                    timeout=GIVE_UP_SECONDS,
                )
            except _failures() as error:
                if code_of(error) not in BROKEN_OFF or tries + 1 == ATTEMPTS:
                    raise _said(error, self.bucket) from None
                time.sleep(WAIT_SECONDS * 2**tries)
            else:
                return content
        raise AssertionError("unreachable")

    def put(self, key: str, content: bytes) -> None:
        """Write an object, whole or not at all; a browser is told what it is by its name."""
        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        self.call("put_object", Key=key, Body=content, ContentType=kind)

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Write an object that is not there; False where it is."""
        try:
            self.call("put_object", Key=key, Body=content, IfNoneMatch="*")
        except (FileExistsError, Contended):
            return False
        return True

    def commit(self, key: str, content: bytes, writer: str) -> bool:
        """Write an object that is not there; False where another `writer` came first.

        A lost answer is no lost commit: what is there then tells by its metadata whose it is.
        """
        for tries in range(ATTEMPTS):
            try:
                about = {WRITER: writer}
                self.call("put_object", Key=key, Body=content, IfNoneMatch="*", Metadata=about)
            except FileExistsError:
                return self._writer(key) == writer
            except (Contended, FileNotFoundError):
                # 409, or 404 where it was deleted in the same moment: the store asks for a retry.
                time.sleep(WAIT_SECONDS * 2**tries)
            except StoreRefused as error:
                return self._after_all(key, writer, error)
            else:
                return True
        return False

    def _writer(self, key: str) -> str | None:
        metadata = self.call("head_object", Key=key).get("Metadata", {})
        return str(metadata[WRITER]) if WRITER in metadata else None

    def _after_all(self, key: str, writer: str, error: StoreRefused) -> bool:
        """The last answer was a failure: look whether the object is there all the same."""
        try:
            return self._writer(key) == writer
        except FileNotFoundError:
            raise error from None
        except StoreRefused:
            raise StoreRefused(
                self.bucket,
                error.code,
                f"{error.what}, and whether the commit came through cannot be told",
                remedy=error.remedy,
            ) from None

    def upload(self, path: Path, key: str, *, over: bool = False) -> None:
        """Write a file, in parts if it is large. Raises FileExistsError unless `over` another."""
        system = self.system()
        try:
            system.put_file(
                str(path),
                f"{self.bucket}/{key}",
                mode="overwrite" if over else "create",
                chunksize=PART_BYTES,
                max_concurrency=PARTS_AT_ONCE,
                timeout=GIVE_UP_SECONDS + path.stat().st_size / SLOWEST_BYTES_A_SECOND,
            )
        except _failures() as error:
            raise _said(error, self.bucket) from None

    def list(self, prefix: str, most: int | None = None) -> Iterator[Object]:
        """The objects below a prefix, by key; `most` of them at most."""
        more: dict[str, str] = {}
        while True:
            answer = self.call(
                "list_objects_v2", Prefix=prefix, MaxKeys=min(most or AT_ONCE, AT_ONCE), **more
            )
            for each in answer.get("Contents", ()):
                yield _object(answer, each["Key"], each["Size"], each["LastModified"])
            if most is not None or not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; those that are not there are no failure."""
        for start in range(0, len(keys), AT_ONCE):
            objects = [{"Key": key} for key in keys[start : start + AT_ONCE]]
            answer = self.call("delete_objects", Delete={"Objects": objects, "Quiet": True})
            if failed := answer.get("Errors"):
                raise refused(_Answered(failed[0]), self.bucket)

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the bucket."""
        self.call("copy_object", Key=target, CopySource={"Bucket": self.bucket, "Key": source})

    def abort_older(self, prefix: str, than: timedelta) -> None:
        """Give up the uploads in parts that were begun so long ago and never completed."""
        answer = self.call("list_multipart_uploads", Prefix=prefix)
        for each in answer.get("Uploads", ()):
            if _date(answer) - each["Initiated"].astimezone(UTC) >= than:
                self.call("abort_multipart_upload", Key=each["Key"], UploadId=each["UploadId"])


class _Answered(Exception):  # carries what an answer says of one object
    def __init__(self, error: dict[str, Any]) -> None:
        self.response = {"Error": error}
        super().__init__()


class RemoteFile(io.RawIOBase):
    """An object that is read in any order, a request for each read. `size` in bytes."""

    def __init__(self, store: Store, key: str, size: int) -> None:
        self._store, self._key, self._size = store, key, size
        self._at = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset; nothing is fetched."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Fetch so many bytes, or all the rest."""
        end = self._size if size is None or size < 0 else min(self._at + size, self._size)
        if end <= self._at:
            return b""
        content = self._store.get(self._key, self._at, end)
        self._at += len(content)
        return content

    def readall(self) -> bytes:
        """Fetch all the rest."""
        return self.read()


def _endpoint() -> str | None:
    """The store that is asked, if it is not the provider's own. Raises AddressHoldsSecret."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint is not None:
        check_address(endpoint)
    return endpoint


def _failures() -> tuple[type[Exception], ...]:
    """What the libraries raise where the store or the way to it fails."""
    from aiohttp import ClientError  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    return OSError, BotoCoreError, ClientError


def _said(error: Exception, bucket: str) -> Exception:
    """The failure in plain words; a mistake of ours stays what it is."""
    return error if code_of(error) == "ParamValidationError" else refused(error, bucket)


def _object(answer: dict[str, Any], key: str, size: int, written_at: datetime) -> Object:
    return Object(key, int(size), written_at.astimezone(UTC), _date(answer) - written_at)


def _date(answer: dict[str, Any]) -> datetime:
    """The store's clock, as it stands in the header of an answer."""
    stated = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return parsedate_to_datetime(stated).astimezone(UTC) if stated else datetime.now(UTC)
