"""A statement as marks and tagger give it, before anyone knows who its speaker is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.quotes.quotation import Kind, Span

if TYPE_CHECKING:
    from flows.normalise.marks import Mark
    from flows.quotes.marks import MarkedSpan
    from flows.quotes.spans import InOrder


@dataclass(frozen=True, slots=True)
class Statement:
    """What is reported, in `parts` in text order, with the cue and the mention of its speaker.

    All spans are code points of the field's text. `evidence` says how it was found:
    what the marks show (schemas/lookups/evidence.csv), or "tagger".
    """

    paragraph: int
    parts: tuple[Span, ...]
    kind: Kind
    opening: Mark | None
    cue: Span | None
    mention: Span | None
    evidence: str
    confidence: float

    @property
    def extent(self) -> Span:
        """From its first word to its last."""
        return self.parts[0][0], self.parts[-1][1]


def kind_of(
    text: str, parts: Sequence[Span], spans: InOrder[MarkedSpan]
) -> tuple[Kind, Mark | None]:
    """How much of the parts stands in the marked `spans`, and the first mark that opens some of it.

    A closing full stop or comma between the words and the mark is no word.
    """
    opening: Mark | None = None
    inside = outside = False
    for start, end in parts:
        at = start
        for span in spans.meeting(start, end):
            inside = True
            opening = opening or span.opening
            outside = outside or _has_word(text, at, span.start)
            at = span.end
        outside = outside or _has_word(text, at, end)
    return ("mixed" if outside else "direct") if inside else "indirect", opening


def _has_word(text: str, start: int, end: int) -> bool:
    return any(map(str.isalnum, text[start:end]))
