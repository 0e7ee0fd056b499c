"""Words of a paragraph with what the tagger is told of each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flows.quotes.marks import MarkedSpan, Paragraph

_WORD: Final = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.
    r"|[^\W\d_]+?(?=['’]s\b)|['’]s\b"  # the possessive stands by itself
    r"|\w+(?:['’\-‑]\w+)*"
    r"|\.{2,}|-{2,}|[^\w\s]"
)
_ENDS: Final = frozenset(".!?…")
QUOTE_STATES: Final = 6
SHAPES: Final = 12


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of one paragraph or a piece of it.

    `starts` and `ends` are code points of the text. `quote` says where a word stands with regard
    to the marks (0 outside, 1 in double marks, 2 in single ones, 3 a mark that encloses, 4 another
    mark, 5 in marks that are not closed), `shape` how it is written, `first` that it begins a
    sentence.
    """

    words: tuple[str, ...]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    quote: NDArray[np.int8]
    shape: NDArray[np.int8]
    first: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.words)


def tokens(text: str, paragraph: Paragraph, spans: Sequence[MarkedSpan]) -> Tokens:
    """The words of `paragraph`, whose marks are paired into `spans`."""
    found = list(_WORD.finditer(text, paragraph.start, paragraph.end))
    words = tuple(match.group() for match in found)
    starts = np.fromiter((match.start() for match in found), np.int32, len(found))
    ends = np.fromiter((match.end() for match in found), np.int32, len(found))
    shape = np.fromiter((shape_of(word) for word in words), np.int8, len(found))
    return Tokens(words, starts, ends, _quote(words, starts, spans), shape, _first(words))


def _quote(
    words: Sequence[str], starts: NDArray[np.int32], spans: Sequence[MarkedSpan]
) -> NDArray[np.int8]:
    state = np.zeros(len(words), np.int8)
    for index, word in enumerate(words):
        if word in {'"', "'"}:
            state[index] = 4
    for span in spans:
        inside = slice(*np.searchsorted(starts, (span.start, span.end)))
        state[inside] = 5 if not span.closed else 1 if span.level == "double" else 2
        for at in (inside.start - 1, inside.stop):
            if 0 <= at < len(words) and words[at] in {'"', "'"}:
                state[at] = 3
    return state


def _first(words: Sequence[str]) -> NDArray[np.int8]:
    first = np.zeros(len(words), np.int8)
    begins = True
    for index, word in enumerate(words):
        first[index] = begins
        begins = word in _ENDS or (begins and not word[0].isalnum())
    return first


def shape_of(word: str) -> int:
    """How a word is written, one of SHAPES."""
    head = word[0]
    if not head.isalnum():
        return _MARKS.get(head, 0)
    if head.isdigit():
        return 8
    if word.islower():
        return 9
    if word.isupper():
        return 10 if len(word) > 1 else 11
    return 6 if head.isupper() else 7


_MARKS: Final = {",": 1, ".": 2, ":": 3, ";": 3, '"': 4, "'": 4, "(": 5, ")": 5, "-": 3}
