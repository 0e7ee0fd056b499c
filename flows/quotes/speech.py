"""Telling speech from scare quotes, terms and titles of works, by the words in marks alone."""

from __future__ import annotations

import re
from typing import Final, Literal

from flows.quotes.marks import MarkedSpan

Shape = Literal["sentence", "fragment", "name"]
"""A sentence of its own; a piece of one; a title or a term, capitalised throughout."""

_WORD: Final = re.compile(r"[^\W\d_][\w'-]*")
_ENDS: Final = ".!?…,—–-。！？，"
_SHORT: Final = frozenset(
    ("a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "of", "on", "or", "the", "to")
)
_LONGEST_NAME: Final = 9


def shape_of(text: str, span: MarkedSpan) -> Shape:
    """What kind of words stand between the marks of `span`."""
    words = _WORD.findall(text, span.start, min(span.end, span.start + 200))
    if not words:
        return "sentence" if text[span.end - 1] in "。！？" else "fragment"
    ends = text[span.end - 1] in _ENDS or text[span.end + 1 : span.end + 2] in (",", ".")
    if len(words) <= _LONGEST_NAME and _capitalised(words) and text[span.end - 1] not in "!?…。":
        return "name"
    return "sentence" if ends and not words[0][0].islower() else "fragment"


def _capitalised(words: list[str]) -> bool:
    return all(word[0].isupper() or word in _SHORT for word in words) and words[0][0].isupper()
