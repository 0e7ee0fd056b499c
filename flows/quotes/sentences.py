"""The sentences of a paragraph, with the words in marks left unread."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flows.quotes.marks import MarkedSpan, Paragraph

_ABBREVIATION: Final = (
    r"(?<![\s.][A-Z]\.)(?<!\b(?:Mr|Ms|Dr|St|No|vs|Lt|Jr|Sr)\.)"
    r"(?<!\b(?:Mrs|Sen|Gov|Rep|Gen|Col|Sgt|Rev|Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec)\.)"
    r"(?<!\b(?:Prof|Capt|Sept|Reps|Sens)\.)"
)
_BOUNDARY: Final = re.compile(
    rf"[.!?…。！？](?:(?=\s+[\"“])|{_ABBREVIATION})[\"')\]]*"
    r"(?:\s+(?=[\"“'(\[]?[A-Z0-9])|(?<=[。！？\"])(?=[“\u4e00-\u9fff]))"
)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Where sentences begin, in code points of the text, the end of the paragraph last."""

    starts: tuple[int, ...]

    def around(self, position: int) -> tuple[int, int]:
        """Start and end of the sentence that `position` is in, the blank after it included."""
        index = min(max(bisect_right(self.starts, position), 1), len(self.starts) - 1)
        return self.starts[index - 1], self.starts[index]


def sentences(text: str, paragraph: Paragraph, spans: Sequence[MarkedSpan]) -> Sentences:
    """The sentences of `paragraph`; a full stop inside marks counts only at their end."""
    pieces: list[str] = []
    at = paragraph.start
    for span in spans:
        if span.opening is not None:  # "“" as in the pattern: it begins a sentence, and ends none.
            pieces += (text[at : span.opening.position], "“")
            at = span.opening.position + 1
        pieces += (text[at : span.start + 1], "x" * (span.end - span.start - 2))
        at = max(span.start + 1, span.end - 1)
    pieces.append(text[at : paragraph.end])
    starts = [paragraph.start + match.end() for match in _BOUNDARY.finditer("".join(pieces))]
    return Sentences((paragraph.start, *starts, paragraph.end))
