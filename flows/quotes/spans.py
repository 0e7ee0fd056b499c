"""Spans of a text in its order, of which no two share a character: which of them meet another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from flows.quotes.quotation import Span


class HasExtent(Protocol):
    """Anything from `start` to `end`."""

    @property
    def start(self) -> int:
        """Its first code point."""

    @property
    def end(self) -> int:
        """The one after its last."""


Placed = TypeVar("Placed", bound=HasExtent)


class InOrder(Generic[Placed]):
    """Disjoint things in text order; a look costs the logarithm of their number."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self._placed = placed
        self._starts = [each.start for each in placed]
        self._ends = [each.end for each in placed]

    def meeting(self, start: int, end: int) -> Iterator[Placed]:
        """Those that share a character with `start` to `end`, in text order."""
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end)
        return iter(self._placed[first:last])


def united(parts: Iterable[Span]) -> list[Span]:
    """The same characters as disjoint spans in text order; touching ones become one.

    >>> united([(4, 6), (0, 3), (2, 4), (9, 9)])
    [(0, 6)]
    """
    whole: list[Span] = []
    for start, end in sorted(parts):
        if whole and start <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        elif start < end:
            whole.append((start, end))
    return whole


def meets(disjoint: Sequence[Span], start: int, end: int) -> bool:
    """One of the `disjoint` spans, in text order, shares a character with `start` to `end`."""
    after = bisect_right(disjoint, start, key=lambda each: each[1])
    return after < len(disjoint) and disjoint[after][0] < end
