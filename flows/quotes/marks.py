"""Quotation marks paired by paragraph into the stretches of text they enclose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from flows.normalise.marks import Level, Mark

_BALANCE: Final = {"open": -1, "close": 1, "either": 0}
"""What a mark adds to the closing marks that stand over once every opening one has its own."""
_SENTENCE_ENDS: Final = (".", "!", "?", "…")


class Paragraph(NamedTuple):
    """One paragraph of a text, `start` to `end` in its code points, with its quotation marks."""

    number: int
    start: int
    end: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """What stands between two marks, the marks left out.

    `closed` is False where the quotation runs on past the end of its paragraph; `opening` is
    None where it runs on from the paragraph before and no mark opens it again.
    """

    paragraph: int
    start: int
    end: int
    opening: Mark | None
    closed: bool
    level: Level


def paragraphs(text: str, marks: Sequence[Mark]) -> Iterator[Paragraph]:
    """The paragraphs of `text` with their quotation marks, apostrophes and primes left out."""
    start = number = 0
    index = 0
    while start <= len(text):
        end = text.find("\n\n", start)
        end = len(text) if end < 0 else end
        first = index
        while index < len(marks) and marks[index].position < end:
            index += 1
        own = tuple(mark for mark in marks[first:index] if mark.role == "quotation")
        yield Paragraph(number, start, end, own)
        start, number = end + 2, number + 1


def pair(text: str, paragraph: Paragraph, *, continued: bool = False) -> tuple[MarkedSpan, ...]:
    """The outermost spans in marks, in text order.

    A mark inside a span belongs to it: a quotation in a quotation is not one of its own. An
    opening mark that nothing closes runs to the end of the paragraph if it opens the paragraph
    or a colon announces it, as the first paragraphs of a long quotation do; else it is dropped.
    `continued` says that the paragraph before ended inside a quotation.
    """
    if not paragraph.marks:
        return ()
    doubles = _pair_level(text, paragraph, "double", continued=continued)
    singles = _pair_level(text, paragraph, "single", continued=False)
    if not singles:
        return tuple(doubles)
    return tuple(_outermost(doubles, singles))


def _pair_level(
    text: str, paragraph: Paragraph, level: Level, *, continued: bool
) -> list[MarkedSpan]:
    marks = [mark for mark in paragraph.marks if mark.level == level]
    surplus = sum(_BALANCE[mark.side] for mark in marks)
    spans: list[MarkedSpan] = []
    opening: Mark | None = None
    start, depth = paragraph.start, 0
    is_open = continued and bool(marks) and marks[0].side == "close"
    for mark in marks:
        surplus -= _BALANCE[mark.side]
        bounds = (start, mark.position)
        if not is_open:
            if mark.side != "close":
                is_open, opening, start = True, mark, mark.position + 1
        elif mark.side == "open" and surplus > 1 + depth:
            depth += 1
        elif mark.side == "open":
            if text[start : mark.position].rstrip()[-1:] in _SENTENCE_ENDS:
                spans += _span(text, paragraph, bounds, opening, level, closed=False)
            opening, start, depth = mark, mark.position + 1, 0
        elif depth:
            depth -= 1
        else:
            spans += _span(text, paragraph, bounds, opening, level, closed=True)
            is_open, opening = False, None
    if is_open and (opening is None or _runs_on(text, paragraph, opening.position)):
        spans += _span(text, paragraph, (start, paragraph.end), opening, level, closed=False)
    return spans


def _span(
    text: str,
    paragraph: Paragraph,
    bounds: tuple[int, int],
    opening: Mark | None,
    level: Level,
    *,
    closed: bool,
) -> Iterator[MarkedSpan]:
    """The span without blanks at its edges; none where it is empty or a value in markup."""
    start, end = bounds
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    attribute = opening is not None and text[max(0, opening.position - 1)] == "="
    if start < end and not attribute:
        yield MarkedSpan(paragraph.number, start, end, opening, closed, level)


def _runs_on(text: str, paragraph: Paragraph, position: int) -> bool:
    """An unclosed mark that announces a quotation which goes on in the next paragraph."""
    before = text[max(paragraph.start, position - 2) : position].strip()
    if not before or before[-1] in ":,":
        return True
    return text[paragraph.end + 2 : paragraph.end + 3] in ('"', "'")


def _outermost(doubles: Sequence[MarkedSpan], singles: Sequence[MarkedSpan]) -> list[MarkedSpan]:
    """Both levels in text order; what lies inside another span goes, and singles that cross one."""
    kept: list[MarkedSpan] = []
    index = 0
    for single in singles:
        while index < len(doubles) and doubles[index].end < single.start:
            kept.append(doubles[index])
            index += 1
        inside = index
        while inside < len(doubles) and doubles[inside].end < single.end:
            inside += 1
        crosses = inside < len(doubles) and doubles[inside].start <= single.end
        starts_inside = index < len(doubles) and doubles[index].start <= single.start
        if not crosses and not starts_inside:
            kept.append(single)
            index = inside
    return [*kept, *doubles[index:]]
