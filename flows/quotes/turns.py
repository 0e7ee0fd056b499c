"""Who speaks by the layout alone: WALLACE: It holds. And in headlines, Bridge holds: mayor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from flows.quotes.attribution import Attribution
from flows.quotes.cues import Cue
from flows.quotes.roles import Claim
from flows.quotes.speakers import identify

if TYPE_CHECKING:
    from flows.quotes.marks import MarkedSpan, Paragraph

_LABEL: Final = re.compile(r"^[\"']?(?P<name>[A-Z][A-Z.'’ -]{1,40}[A-Z.]):(?=\s)", re.MULTILINE)
"""A name in capitals and a colon at the beginning of a paragraph."""
_FEWEST_TURNS: Final = 3
_FEWEST_SPEAKERS: Final = 2
"""So many make a transcript: one label alone may be UPDATE: or VIDEO:."""
_SPEAKER_WORDS: Final = 5
_FEWEST_WORDS: Final = 3
"""Of a headline before the colon."""
_LONG_WORD: Final = 4
"""Letters; shorter words are small in a title too."""
_COUNTED: Final = re.compile(
    r"(?:\d|no\b|one\b|two\b|three\b|four\b|five\b|six\b|ten\b|part\b)", re.IGNORECASE
)


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


def signed_headline(
    text: str, paragraph: Paragraph, spans: Sequence[MarkedSpan], body: str
) -> Claim | None:
    """What a headline says before its last colon, where a speaker stands behind it.

    The headline is written as a sentence is, and the speaker in lower case or as the `body` has
    it: of 30 headlines of Chinese and American outlets in which a speaker seems to stand behind
    the colon, that is so for the 17 in which one does, and for one of the others.

    >>> from flows.quotes.marks import Paragraph
    >>> text = "Old bridge to hold for a century: city engineer"
    >>> claim = signed_headline(text, Paragraph(0, 0, len(text), ()), (), "")
    >>> text[slice(*claim.parts[0])], text[slice(*claim.attribution.mention)]
    ('Old bridge to hold for a century', 'city engineer')
    """
    colon = text.rfind(": ", paragraph.start, paragraph.end)
    said, name = text[paragraph.start : colon], text[colon + 2 : paragraph.end].strip(" .")
    if colon < 0 or said.count(" ") + 1 < _FEWEST_WORDS or name.count(" ") >= _SPEAKER_WORDS:
        return None
    if _COUNTED.match(name) or identify(name).kind in ("unknown", "place"):
        return None
    if not _is_sentence_case(said) or not (name[0].islower() or name in body):
        return None
    start, end = paragraph.start, colon
    if spans and spans[0].start <= start + 1 and spans[0].end >= end - 1:
        start, end = spans[0].start, spans[0].end
    elif any(mark in said for mark in "\"'"):
        return None
    first = text.index(name, colon)
    return Claim(
        paragraph=paragraph.number,
        parts=((start, end),),
        kind="direct" if start > paragraph.start else "indirect",
        opening=spans[0].opening if start > paragraph.start else None,
        attribution=Attribution(Cue(colon, colon + 1, "colon"), (first, first + len(name))),
        evidence="headline",
        closed=True,
    )


def _is_sentence_case(said: str) -> bool:
    """Most of the longer words behind the first begin with a small letter."""
    longer = [word for word in said.split()[1:] if len(word) >= _LONG_WORD]
    return sum(word[0].islower() for word in longer) * 2 >= len(longer)
