"""A text together with the way back to the characters it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int32]
Edit = tuple[int, int, str]
"""Start and end in the text as it is, in code points, and what stands there afterwards."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A string that knows, for each of its code points, where it came from in the raw document.

    `starts[i]` and `ends[i]` are the code points of the decoded raw document between which the
    source of character i lies. Both are None while the text is one unchanged run of the
    document, which begins at `origin`: that is most of all texts, and costs nothing.
    """

    value: str
    origin: int = 0
    starts: Offsets | None = None
    ends: Offsets | None = None

    def __len__(self) -> int:
        return len(self.value)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the raw document that the characters from `start` to `end` came from.

        Characters that were dropped inside the span belong to it, those at its edges do not.
        """
        if not 0 <= start <= end <= len(self.value):
            raise IndexError(f"{start}:{end} is not inside a text of {len(self.value)} code points")
        if self.starts is None or self.ends is None:
            return self.origin + start, self.origin + end
        if start == end:
            at = int(self.starts[start]) if start < len(self.value) else _raw_end(self)
            return at, at
        return int(self.starts[start]), int(self.ends[end - 1])

    def slice(self, start: int, end: int) -> Text:
        """The characters from `start` to `end`, with their way back. Raises IndexError."""
        first, _ = self.raw_span(start, end)
        value = self.value[start:end]
        if self.starts is None or self.ends is None or not value:
            return Text(value, first)  # An empty one still knows where it stood.
        return Text(value, self.origin, self.starts[start:end], self.ends[start:end])

    def same_length(self, value: str) -> Text:
        """Another string of the same length, character for character from the same places."""
        if len(value) != len(self.value):
            raise ValueError("the strings differ in length")
        return self if value == self.value else Text(value, self.origin, self.starts, self.ends)

    def edited(self, edits: Iterable[Edit]) -> Text:
        """The text after `edits`, which are sorted, do not overlap and each replace something.

        Where a replacement is as long as what it replaces, characters map one to one;
        else each of its characters leads back to the whole of what was replaced. Raises
        ValueError for edits out of order, and for an insertion: it would lead back to nothing.

        >>> text = Text("fish &amp; chips").edited([(5, 10, "&")])
        >>> text.value, text.raw_span(5, 6), text.raw_span(7, 12)
        ('fish & chips', (5, 10), (11, 16))
        """
        values: list[str] = []
        runs: list[tuple[int, int, int, int]] = []
        at = 0
        for start, end, new in edits:
            if not at <= start < end <= len(self.value):
                raise ValueError(f"the edit {start}:{end} is empty, out of order or outside")
            values += (self.value[at:start], new)
            runs.append((start - at, at, at, 1))
            if len(new) == end - start:
                runs.append((len(new), start, start, 1))
            else:
                runs.append((len(new), start, end - 1, 0))
            at = end
        if not values:
            return self
        values.append(self.value[at:])
        runs.append((len(self.value) - at, at, at, 1))
        return self._through("".join(values), *_unrolled(runs))

    def _through(self, value: str, firsts: Offsets, lasts: Offsets) -> Text:
        """A text whose character i was made from this one's characters firsts[i] to lasts[i]."""
        if self.starts is None or self.ends is None:
            return Text(value, 0, firsts + np.int32(self.origin), lasts + np.int32(self.origin + 1))
        return Text(value, 0, self.starts[firsts], self.ends[lasts])


def _raw_end(text: Text) -> int:
    if text.ends is None or not len(text.ends):
        return text.origin + len(text.value)
    return int(text.ends[-1])


def _offsets(text: Text) -> tuple[Offsets, Offsets]:
    if text.starts is None or text.ends is None:
        starts = np.arange(text.origin, text.origin + len(text.value), dtype=np.int32)
        return starts, starts + np.int32(1)
    return text.starts, text.ends


def _unrolled(runs: list[tuple[int, int, int, int]]) -> tuple[Offsets, Offsets]:
    """Index arrays from (length, first, last, step) runs; step 0 repeats first and last."""
    table = np.array(runs, dtype=np.int32)
    lengths = table[:, 0]
    within = np.arange(int(lengths.sum()), dtype=np.int32)
    within -= np.repeat(np.cumsum(lengths, dtype=np.int32) - lengths, lengths)
    within *= np.repeat(table[:, 3], lengths)
    return within + np.repeat(table[:, 1], lengths), within + np.repeat(table[:, 2], lengths)


def joined(pieces: Sequence[Text], separator: str) -> Text:
    """Pieces of one document put together; the separator leads back to the gap it stands for.

    >>> whole = Text("One.  Two.")
    >>> both = joined([whole.slice(0, 4), whole.slice(6, 10)], " ")
    >>> both.value, both.raw_span(4, 5), both.raw_span(5, 9)
    ('One. Two.', (4, 6), (6, 10))
    """
    if len(pieces) == 1:
        return pieces[0]
    value = separator.join(piece.value for piece in pieces)
    starts = np.empty(len(value), dtype=np.int32)
    ends = np.empty(len(value), dtype=np.int32)
    at = 0
    for number, piece in enumerate(pieces):
        if number:
            before, after = _raw_end(pieces[number - 1]), piece.raw_span(0, 0)[0]
            starts[at : at + len(separator)] = before
            ends[at : at + len(separator)] = max(before, after)
            at += len(separator)
        first, last = _offsets(piece)
        starts[at : at + len(piece)] = first
        ends[at : at + len(piece)] = last
        at += len(piece)
    return Text(value, 0, starts, ends)
