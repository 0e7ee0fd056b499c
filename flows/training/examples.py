"""Paragraphs with labels, cut and normalised as the pipeline does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from flows.normalise import clean, straighten
from flows.quotes.marks import pair, paragraphs
from flows.quotes.pieces import cut
from flows.quotes.tokens import Tokens, tokens

if TYPE_CHECKING:
    from flows.normalise.text import Text
    from flows.training.gold import GoldArticle, Span

OUTSIDE: Final = 0
_TRIM: Final = frozenset("\"'`“”‘’")


@dataclass(frozen=True, slots=True)
class Cue:
    """Tokens `start` to `end` of a paragraph are a cue; `roles` is a tag for each token."""

    start: int
    end: int
    roles: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Example:
    """One piece of a paragraph with the cues that annotators or a teacher see in it."""

    tokens: Tokens
    cue_tags: NDArray[np.int8]
    cues: tuple[Cue, ...]
    is_annotated: bool = True


def examples(article: GoldArticle) -> Iterator[Example]:
    """The pieces of an article's paragraphs with its attributions, those within one piece."""
    marked = straighten(clean(article.text))
    forth = _forth(marked.text, len(article.text))
    placed = [
        {
            role: [(int(forth[a]), int(forth[b - 1]) + 1) for a, b in getattr(each, role) if a < b]
            for role in ("cue", "source", "content")
        }
        for each in article.attributions
    ]
    text = marked.text.value
    for paragraph in paragraphs(text, marked.marks):
        whole = tokens(text, paragraph, pair(text, paragraph))
        for piece in cut(whole):
            yield _labelled(piece, placed)


def _forth(text: Text, length: int) -> NDArray[np.int32]:
    """For each code point of the raw text the character of `text` that came from it."""
    forth = np.full(length + 1, -1, np.int32)
    for index in range(len(text)):
        start, end = text.raw_span(index, index + 1)
        forth[start:end] = index
    gaps = forth < 0
    filled = np.maximum.accumulate(np.where(gaps, 0, forth))
    return np.where(gaps, filled, forth).astype(np.int32)


def _labelled(piece: Tokens, placed: list[dict[str, list[Span]]]) -> Example:
    tags = np.zeros(len(piece), np.int8)
    if not len(piece):
        return Example(piece, tags, ())
    first, last = int(piece.starts[0]), int(piece.ends[-1])
    by_cue: dict[tuple[int, int], NDArray[np.int8]] = {}
    for each in placed:
        if not each["cue"] or not first <= each["cue"][0][0] < last:
            continue
        start, end = _words(piece, each["cue"][0])
        if start >= end:
            continue
        roles = by_cue.setdefault((start, end), np.zeros(len(piece), np.int8))
        for name, begin in (("source", 3), ("content", 1)):
            for fragment in each[name]:
                _mark(roles, piece, fragment, begin)
        roles[start:end] = OUTSIDE
    cues: list[Cue] = []
    for (start, end), roles in sorted(by_cue.items()):
        if tags[start:end].any():
            continue  # cues that overlap: two in 19,832
        tags[start], tags[start + 1 : end] = 1, 2
        cues.append(Cue(start, end, roles))
    return Example(piece, tags, tuple(cues))


def _words(piece: Tokens, span: Span) -> tuple[int, int]:
    start = int(np.searchsorted(piece.ends, span[0], "right"))
    return start, int(np.searchsorted(piece.starts, span[1], "left"))


def _mark(roles: NDArray[np.int8], piece: Tokens, span: Span, begin: int) -> None:
    """Without the marks around it and a leading "that": they are put back by rule."""
    start, end = _words(piece, span)
    while start < end and piece.words[start] in _TRIM:
        start += 1
    while start < end and (piece.words[end - 1] in _TRIM or piece.words[end - 1] in ".,;:"):
        end -= 1
    if begin == 1 and end - start > 1 and piece.words[start].lower() == "that":
        start += 1
    if start < end:
        roles[start], roles[start + 1 : end] = begin, begin + 1
