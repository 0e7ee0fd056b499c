"""Sources that are no local path: any address that fsspec reads, such as s3:// or https://."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from flows.errors import SourceNotFound, SourceUnreadable, WrongUsage
from flows.receive.naming import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS = re.compile(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]{1,30}(?:::|://)")
_PIECE = 1024 * 1024
_SECRET = re.compile(
    r"(?<=//)[^/\s@]*:[^/\s@]*(?=@)"
    # A key of S3 may have slashes in it; a name alone before a web server is a token.
    r"|(?<=s3://)[^/\s@:]*:[^\s@]*(?=@)|(?<=s3a://)[^/\s@:]*:[^\s@]*(?=@)"
    r"|(?<=http://)[^/\s@]+(?=@)|(?<=https://)[^/\s@]+(?=@)"
    r"|(?<=[?&])(?:x-amz-signature|x-amz-security-token|x-goog-signature|sig|token|access_token"
    r"|api_?key|password|secret)=[^&\s]*",
    re.IGNORECASE,
)
"""Who is let in, in an address: name and password, or what a signed link carries."""


class AddressHoldsSecret(WrongUsage):
    """An address of a source, a lake or a store has a password or a key in it.

    It would be kept with every row and run, and be in every log.
    """

    def __init__(self, address: str) -> None:
        self.address = without_secret(address)
        super().__init__(
            f"there is a secret in the address {shown(self.address)}, which the lake would keep",
            remedy="give it by the environment (AWS_*) or the provider's own configuration instead",
        )


class SourceKindMissing(WrongUsage):
    """The library that reads this kind of address is not installed."""

    def __init__(self, source: str, reason: str) -> None:
        self.source = source
        super().__init__(
            f"{source} cannot be read without another library ({reason})",
            remedy='pip install "broadsheet[remote]", or copy the files here first',
        )


def without_secret(address: str) -> str:
    """An address as a message may show it.

    >>> without_secret("https://ida:hush@h/a?sig=hush&b=1")
    'https://…@h/a?…&b=1'
    """
    return _SECRET.sub("…", address)


def is_remote(source: str) -> bool:
    """Whether a source is an address and no path.

    >>> is_remote("s3://news/2024"), is_remote("news/2024"), is_remote("C:/news")
    (True, False, False)
    """
    return _ADDRESS.match(source) is not None


def check_address(address: str) -> None:
    """Raise AddressHoldsSecret for a password or a signature in an address, which is not shown."""
    if _SECRET.search(address):
        raise AddressHoldsSecret(address)


def check_remote(source: str) -> None:
    """Raise SourceKindMissing for a kind that nothing installed reads, AddressHoldsSecret."""
    _system(source)


def remote_files(source: str) -> Iterator[tuple[str, int]]:
    """Yield address and size of each file at an address, those of folders below it included.

    Raises SourceNotFound, SourceUnreadable, SourceKindMissing.
    """
    system, path = _system(source)
    try:
        if system.isdir(path):
            found = system.find(path, detail=True)
            entries = [(name, int(info.get("size") or 0)) for name, info in found.items()]
        else:
            entries = [(path, int(system.info(path).get("size") or 0))]
    except FileNotFoundError as error:
        raise SourceNotFound(shown(source)) from error
    except Exception as error:
        # Each kind of store has failures of its own, and none of them is ours.
        raise SourceUnreadable(shown(source), _said(error)) from error
    for name, size in sorted(entries):
        below = name.removeprefix(path)
        if not any(part.startswith(".") for part in PurePosixPath(below).parts):
            yield system.unstrip_protocol(name), size


def open_remote(uri: str, at_most: int) -> io.BufferedReader:
    """A file at an address as a local one without a name, which can be read in any order.

    Raises OSError where it cannot be fetched, or is larger than `at_most` bytes.
    """
    system, path = _system(uri)
    file = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    try:
        with system.open(path, "rb") as remote:
            while piece := remote.read(_PIECE):
                file.write(piece)
                if file.tell() > at_most:
                    break
    except OSError:
        file.close()
        raise
    except Exception as error:
        file.close()
        raise OSError(_said(error)) from error
    if file.tell() > at_most:
        file.close()
        raise OSError(f"more than {at_most:,} bytes")
    file.seek(0)
    return file  # type: ignore[return-value]  # a BufferedRandom reads as a BufferedReader does


def _system(source: str) -> tuple[Any, str]:
    import fsspec  # noqa: PLC0415  only addresses need it

    check_address(source)
    try:
        system, path = fsspec.core.url_to_fs(source)
    except ImportError as error:
        raise SourceKindMissing(shown(source), _said(error)) from error
    except ValueError as error:
        raise SourceNotFound(shown(source)) from error
    except Exception as error:
        raise SourceUnreadable(shown(source), _said(error)) from error
    return system, path


def _said(error: Exception) -> str:
    return shown(" ".join(str(error).split())) or type(error).__name__
