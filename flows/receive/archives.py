"""What an archive hands out, one member at a time, and what makes a member unfit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.receive.documents import Limits, Rejection, rejection
from flows.receive.naming import escapes, printable
from flows.receive.streams import Broken, Readable

if TYPE_CHECKING:
    import io
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Member:
    """One member, to be read before the next is asked for.

    `packed` gives its bytes as they lie in the archive, for when they cannot be unpacked. The
    `media_type` is set where the content is not what the name says: a link, an encrypted text.
    """

    name: str
    stream: io.BufferedReader
    problem: Rejection | None
    media_type: str | None = None
    packed: Callable[[], Readable] | None = None


class Names:
    """The names given out for one archive: printable, and each only once.

    >>> names = Names()
    >>> [names.unique(name) for name in ("a.txt", "a.txt", "./a.txt")]
    ['a.txt', 'a.txt#2', './a.txt']
    """

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._asked: Counter[str] = Counter()

    def unique(self, name: str) -> str:
        """Return the printable name, with #2, #3 and so on where it was given before."""
        wanted = given = printable(name) or "unnamed"
        while given in self._given:
            self._asked[wanted] += 1
            given = f"{wanted}#{self._asked[wanted] + 1}"
        self._given.add(given)
        return given


def escape_of(name: str) -> Rejection | None:
    """Return the rejection of a member whose name leads out of the archive."""
    if not escapes(name):
        return None
    message = "its path leads out of the archive, nothing was written; pack it under a plain name"
    return rejection("archive.escape", message)


def link_of(what: str) -> Rejection:
    """Return the rejection of a member that is not a file of its own."""
    return rejection("archive.link", f"{what} and no file; pack the file itself")


def too_many_members(limits: Limits) -> Broken:
    """Return the failure of an archive with more members than are read."""
    message = f"the archive has more than {limits.archive_members:,} members; split it"
    return Broken("archive.members", message)
