"""Quotation marks: opening and closing are understood first, then straightened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flows.normalise.marks_glyphs import GLYPHS, PRIMES, Level, Printed, Side, printed_marks
from flows.normalise.marks_roles import Role, read_paragraph
from flows.normalise.text import Text

__all__ = ["Level", "Mark", "Marked", "Role", "Side", "straighten"]


class Mark(NamedTuple):  # A text has dozens; a frozen dataclass takes four times as long to make.
    """One mark as it was printed, and what it does where it stands.

    `position` is the code point of the straightened text at which it stands now. Apostrophes
    and primes are on neither side.
    """

    position: int
    printed: str
    side: Side
    level: Level
    role: Role


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with straight marks only, and what each of them was, in text order."""

    text: Text
    marks: tuple[Mark, ...]


def straighten(text: Text) -> Marked:
    r"""Every quotation mark of `text` made straight, and what it was; primes stay as printed.

    Which character a mark becomes depends on its neighbours only, its side and role on the
    paragraph (paragraphs are parted by blank lines). Linear in the length of the text.

    >>> marked = straighten(Text("« Oui », dit-elle : „Ja, so war’s.“"))
    >>> marked.text.value
    '"Oui", dit-elle : "Ja, so war\'s."'
    >>> [(mark.printed, mark.side, mark.role) for mark in marked.marks if mark.position > 15]
    [('„', 'open', 'quotation'), ('’', 'either', 'apostrophe'), ('“', 'close', 'quotation')]
    """
    found = list(printed_marks(text.value))
    if not found:
        return Marked(text, ())
    straight = _straightened(text, found)
    return Marked(straight, _read(straight.value, found))


def _straightened(text: Text, found: Sequence[Printed]) -> Text:
    if all(end - start == 1 for start, end, _ in found):
        value = text.value
        for glyph in {glyph for _, _, glyph in found}:
            if glyph in GLYPHS:
                value = value.replace(glyph, GLYPHS[glyph].straight)
        return text.same_length(value)
    return text.edited(
        (start, end, GLYPHS[glyph].straight)
        for start, end, glyph in found
        if glyph in GLYPHS and (end - start > 1 or glyph != GLYPHS[glyph].straight)
    )


def _read(value: str, found: Sequence[Printed]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    shift = 0
    positions: list[int] = []
    for start, end, _ in found:
        positions.append(start - shift)
        shift += end - start - 1
    first = 0
    for last in _paragraph_ends(value, positions):
        glyphs = [found[index].glyph for index in range(first, last)]
        at = positions[first:last]
        sides, roles = read_paragraph(value, at, glyphs)
        for position, glyph, side, role in zip(at, glyphs, sides, roles, strict=True):
            level = GLYPHS[glyph].level if glyph in GLYPHS else PRIMES[glyph].level
            marks.append(Mark(position, glyph, side, level, role))
        first = last
    return tuple(marks)


def _paragraph_ends(value: str, positions: Sequence[int]) -> list[int]:
    """The indices into `positions` at which a paragraph's marks end."""
    ends = [
        index
        for index in range(1, len(positions))
        if value.find("\n\n", positions[index - 1], positions[index]) >= 0
    ]
    return [*ends, len(positions)]
