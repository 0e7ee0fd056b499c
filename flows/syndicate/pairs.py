"""Which articles copy each other: pairs that share a band, verified, and joined to groups.

What counts is a function of the set of fingerprints alone. A node is a signature with its number
of runs: a thousand identical texts are one node. Two nodes are held against each other where they
share a band; in a band that more than REPRESENTATIVES nodes share, each is held against the
representatives only, those with the lowest mark, so that boilerplate costs in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from flows.syndicate.signatures import BANDS, bands_of, common, common_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Places = NDArray[np.int64]
    Pairs = tuple[Places, Places]

ACROSS_OUTLETS = 0.4
"""Share of the shorter text's runs that has to be in the other, where two outlets print them. What
has less in common has a statement or a paragraph of background in common."""
WITHIN_OUTLET = 0.6
"""The same where one outlet prints both, or none is known: outlets use their background, their
forms and their furniture again."""
LEAST_SIMILARITY = 1 / 8
"""Of all runs that either text has. Below that chance decides: beside a text of 40,000 runs one
slot in common looks like 400 of them. So a copy of less than an eighth of a text is not found."""
REPRESENTATIVES = 64
MIXED_OUTLETS = -1
"""Outlet of a node whose identical texts several outlets print."""
_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Prints:
    """Articles as rows of arrays: signatures (n, SLOTS), their runs, and outlets as numbers."""

    slots: NDArray[np.uint16]
    runs: NDArray[np.int32]
    outlets: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.runs)

    def marks(self) -> NDArray[np.uint64]:
        """A number for each that follows from its signature and runs, in no telling order."""
        mark = self.runs.astype(np.uint64)
        for at in range(self.slots.shape[1]):
            weight = np.uint64((at + 1) * 0x9E3779B97F4A7C15 % (1 << 64))
            mark ^= (self.slots[:, at] + np.uint64(1)) * weight
            mark *= np.uint64(0xFF51AFD7ED558CCD)
            mark ^= mark >> np.uint64(32)
        return mark


@dataclass(frozen=True, slots=True)
class Nodes:
    """The different signatures among some articles, no copy of which is made."""

    prints: Prints
    of: Places
    """The node of each article."""
    first: Places
    """An article of each node."""
    outlets: NDArray[np.int32]
    marks: NDArray[np.uint64]

    @classmethod
    def among(cls, prints: Prints) -> Nodes:
        """Tell signatures apart by their mark, or byte by byte where two have the same."""
        marks = prints.marks()
        _, first, node = np.unique(marks, return_index=True, return_inverse=True)
        for start in range(0, len(prints), _AT_ONCE):
            here = slice(start, start + _AT_ONCE)
            other = first[node[here]]
            if not (
                np.array_equal(prints.slots[here], prints.slots[other])
                and np.array_equal(prints.runs[here], prints.runs[other])
            ):
                first, node = _told_apart(prints)
                break
        low = np.full(len(first), np.iinfo(np.int32).max, np.int32)
        high = np.full(len(first), np.iinfo(np.int32).min, np.int32)
        np.minimum.at(low, node, prints.outlets)
        np.maximum.at(high, node, prints.outlets)
        outlets = np.where(low == high, low, MIXED_OUTLETS).astype(np.int32)
        return cls(prints, node, first, outlets, marks[first])

    def __len__(self) -> int:
        return len(self.first)

    def band(self, number: int) -> NDArray[np.uint32]:
        """The value that each node has in one band."""
        return np.asarray(bands_of(self.prints.slots)[self.first, number], np.uint32)

    def marked(self, articles: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The nodes of the articles that are marked."""
        found = np.zeros(len(self), np.bool_)
        found[self.of[articles]] = True
        return found

    def alike(self, first: Places, second: Places) -> NDArray[np.bool_]:
        """Whether the nodes at these places are copies of each other, pair by pair."""
        parts = range(0, len(first), _AT_ONCE)
        found = [self._alike(first[at : at + _AT_ONCE], second[at : at + _AT_ONCE]) for at in parts]
        return np.concatenate([np.zeros(0, np.bool_), *found])

    def _alike(self, first: Places, second: Places) -> NDArray[np.bool_]:
        a, b = self.first[first], self.first[second]
        runs = self.prints.runs[a], self.prints.runs[b]
        similarity = common(self.prints.slots[a], self.prints.slots[b])
        shared = common_runs(similarity, *runs)
        same = (self.outlets[first] == self.outlets[second]) & (self.outlets[first] >= 0)
        least = np.where(same, WITHIN_OUTLET, ACROSS_OUTLETS) * np.minimum(*runs)
        return np.asarray((shared >= least) & (similarity >= LEAST_SIMILARITY), np.bool_)


def _told_apart(prints: Prints) -> tuple[Places, Places]:
    keys = np.concatenate([prints.slots, prints.runs.astype("<i4").view("<u2").reshape(-1, 2)], 1)
    whole = np.ascontiguousarray(keys).view(f"V{keys.shape[1] * 2}").ravel()
    _, first, node = np.unique(whole, return_index=True, return_inverse=True)
    return first, node


def groups(prints: Prints, fresh: NDArray[np.bool_], joined: Places) -> Places:
    """A label for each article, equal for those of one group.

    `joined` are labels under which articles hold together already, -1 for none. Only pairs of
    which one is `fresh` are looked at: what the others have in common is in `joined`.
    """
    nodes = Nodes.among(prints)
    known = np.flatnonzero(joined >= 0)
    order = known[np.argsort(joined[known], kind="stable")]
    chained = joined[order[1:]] == joined[order[:-1]]
    forest = _Forest(len(nodes))
    forest.join(nodes.of[order[:-1][chained]], nodes.of[order[1:][chained]])
    touched = nodes.marked(fresh)
    for band in range(BANDS):
        for left, right in candidates(nodes.band(band), nodes.marks):
            is_open = (touched[left] | touched[right]) & forest.apart(left, right)
            first, second = left[is_open], right[is_open]
            true = nodes.alike(first, second)
            forest.join(first[true], second[true])
    return np.asarray(forest.roots[nodes.of], np.int64)


def candidates(values: NDArray[np.uint32], marks: NDArray[np.uint64]) -> Iterator[Pairs]:
    """Pairs of places with the same value; where many have it, pairs with a representative."""
    if not len(values):
        return
    order = np.lexsort((marks, values))
    bounds = np.flatnonzero(np.append(True, np.diff(values[order]) != 0))
    sizes = np.diff(np.append(bounds, len(order)))
    for size in np.unique(sizes[(sizes > 1) & (sizes <= REPRESENTATIVES)]):
        members = order[bounds[sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(int(size), 1)
        yield members[:, left].ravel(), members[:, right].ravel()
    for start, size in zip(bounds, sizes, strict=True):
        if size > REPRESENTATIVES:
            members = order[start : start + size]
            for at in range(REPRESENTATIVES):
                others = members[at + 1 :]
                yield np.full(len(others), members[at]), others


def shifted(
    prints: Prints, before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Articles, there before and after, that began or ceased to stand for a band that many share.

    What held together through them has to be looked at again.
    """
    nodes = Nodes.among(prints)
    was, is_now = nodes.marked(before), nodes.marked(after)
    changed = np.zeros(len(nodes), np.bool_)
    for band in range(BANDS):
        values = nodes.band(band)
        stood = _representing(values, nodes.marks, was)
        changed |= (stood ^ _representing(values, nodes.marks, is_now)) & was & is_now
    return np.asarray(changed[nodes.of] & after, np.bool_)


def _representing(
    values: NDArray[np.uint32], marks: NDArray[np.uint64], present: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which of the nodes that are there are among the lowest of their band."""
    places = np.flatnonzero(present)
    order = places[np.lexsort((marks[places], values[places]))]
    bounds = np.flatnonzero(np.append(True, np.diff(values[order]) != 0)) if len(order) else order
    sizes = np.diff(np.append(bounds, len(order)))
    rank = np.arange(len(order)) - np.repeat(bounds, sizes)
    found = np.zeros(len(values), np.bool_)
    found[order[rank < REPRESENTATIVES]] = True
    return found


class _Forest:
    """Union-find over numbers; the lowest of a tree is its root, whatever the order of joins."""

    def __init__(self, size: int) -> None:
        self.roots = np.arange(size)

    def apart(self, first: Places, second: Places) -> NDArray[np.bool_]:
        return np.asarray(self.roots[first] != self.roots[second], np.bool_)

    def join(self, first: Places, second: Places) -> None:
        """Unite pair by pair: the higher root hangs on the lower, until nothing moves."""
        while len(first):
            a, b = self.roots[first], self.roots[second]
            moving = a != b
            if not moving.any():
                return
            high, low = np.maximum(a, b)[moving], np.minimum(a, b)[moving]
            np.minimum.at(self.roots, high, low)
            while not np.array_equal(self.roots, shorter := self.roots[self.roots]):
                self.roots = shorter
            first, second = first[moving], second[moving]
