"""Who speaks by the layout alone: WALLACE: "It holds." and "It holds." - Ida Holm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from flows.quotes.attribution import Attribution
from flows.quotes.cues import Cue
from flows.quotes.roles import Claim

if TYPE_CHECKING:
    from flows.quotes.marks import MarkedSpan, Paragraph

_LABEL: Final = re.compile(r"^[\"']?(?P<name>[A-Z][A-Z.'’ -]{1,40}[A-Z.]):(?=\s)", re.MULTILINE)
"""A name in capitals and a colon at the beginning of a paragraph."""
_FEWEST_TURNS: Final = 3
_FEWEST_SPEAKERS: Final = 2
"""So many make a transcript: one label alone may be UPDATE: or VIDEO:."""


def is_transcript(text: str) -> bool:
    """Several paragraphs begin with the names of at least two speakers in capitals."""
    labels = [match["name"] for match in _LABEL.finditer(text)]
    return len(labels) >= _FEWEST_TURNS and len(set(labels)) >= _FEWEST_SPEAKERS


def turn(text: str, paragraph: Paragraph, spans: Sequence[MarkedSpan]) -> Claim | None:
    """What is said in a paragraph of a transcript, None where no label begins it.

    With a mark before the label the words up to the closing one are the speaker's, else all.
    """
    label = _LABEL.match(text, paragraph.start)
    if label is None or label.end() >= paragraph.end:
        return None
    marked = spans[0] if spans and spans[0].start <= label.start("name") < spans[0].end else None
    start, end = label.end(), paragraph.end if marked is None else marked.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ".,"):
        end -= 1
    if start == end:
        return None
    name = label.span("name")
    return Claim(
        paragraph=paragraph.number,
        parts=((start, end),),
        kind="indirect" if marked is None else "direct",
        opening=None if marked is None else marked.opening,
        attribution=Attribution(Cue(name[1], name[1] + 1, "colon"), name),
        evidence="turn",
        closed=marked is None or marked.closed,
    )
