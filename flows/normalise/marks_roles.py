"""What a mark does where it stands: it opens, it closes, it is an apostrophe or a prime.

Each mark is first read by the characters beside it, then by the other marks of its paragraph:
an opening single mark that nothing closes was an apostrophe ('twas), a closing double one that
nothing opened and that follows a digit was inches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from flows.normalise.marks_glyphs import GLYPHS, Side

Role = Literal["quotation", "apostrophe", "prime"]

_OPENING: Final = frozenset("([{<—–-−/=…:（［：")
_CLOSING: Final = frozenset(".,;:!?)]}>—–-/…，。；：！？、）］")
_SURELY_CLOSING: Final = frozenset(",;)]}")
_NEVER_APOSTROPHE: Final = frozenset("‚‹›『』❛❜")
_ELISION: Final = re.compile(
    r"(?:\d0s|\d\d(?!\d)|n(?=['’])|(?:tis|twas|twere|twill|til|till|em|cause|cos|coz|bout|round|"
    r"cept|hood|merica|fraid|nuff|sup|ere|neath|neer|er|im|is|s|d|ll|re|ve|m|t)\b)",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(r" [a-z0-9]")
_FEET: Final = re.compile(r"\d['’′´] ?\d{1,2}(?:[.½¼¾]\d*)?\Z")
_FEET_WIDTH: Final = 12


@dataclass(slots=True)
class _Paragraph:
    """The marks of one paragraph while they are read; the lists run in parallel."""

    value: str
    at: Sequence[int]
    glyphs: Sequence[str]
    left: list[str]
    right: list[str]
    sides: list[Side] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)


def read_paragraph(
    value: str, at: Sequence[int], glyphs: Sequence[str]
) -> tuple[list[Side], list[Role]]:
    """The side and role of each mark of one paragraph.

    `at` are their positions in the straightened `value`, `glyphs` how they were printed.
    """
    paragraph = _Paragraph(value, at, glyphs, *_neighbours(value, at))
    for index, glyph in enumerate(glyphs):
        if glyph in GLYPHS:
            facing = _facing(paragraph.left[index], paragraph.right[index])
            paragraph.sides.append(GLYPHS[glyph].side if facing == "either" else facing)
            paragraph.roles.append("quotation")
        else:
            paragraph.sides.append("either")
            paragraph.roles.append("prime")
    _read_doubles(paragraph)
    _read_singles(paragraph)
    for index, role in enumerate(paragraph.roles):
        if role != "quotation":
            paragraph.sides[index] = "either"
    return paragraph.sides, paragraph.roles


def _neighbours(value: str, at: Sequence[int]) -> tuple[list[str], list[str]]:
    """The character on either side of each mark, past the marks that touch it; "" at an end."""
    left: list[str] = []
    for index, position in enumerate(at):
        touching = index > 0 and at[index - 1] == position - 1
        left.append(left[-1] if touching else value[position - 1 : position] if position else "")
    right: list[str] = []
    for index in range(len(at) - 1, -1, -1):
        touching = index + 1 < len(at) and at[index + 1] == at[index] + 1
        right.append(right[-1] if touching else value[at[index] + 1 : at[index] + 2])
    right.reverse()
    return left, right


@lru_cache(maxsize=8192)
def _facing(left: str, right: str) -> Side:
    """The side that the blanks and stops around a mark tell, whatever mark it is."""
    blank_left = not left or left.isspace()
    blank_right = not right or right.isspace()
    if blank_left and blank_right:
        return _at_an_end(left, right)
    if blank_left:
        return "close" if right in _SURELY_CLOSING else "open"
    if blank_right:
        return "open" if left in "([{（" else "close"
    if left in _OPENING and right not in _CLOSING:
        return "open"
    if right in _CLOSING and left not in _OPENING:
        return "close"
    return "either"


def _at_an_end(left: str, right: str) -> Side:
    """Blanks on both sides: at the end of a line a mark closes, at its start it opens."""
    starts, ends = left in ("", "\n"), right in ("", "\n")
    if starts == ends:
        return "either"
    return "open" if starts else "close"


def _read_doubles(paragraph: _Paragraph) -> None:
    """Tell inches from closing marks."""
    is_open = False
    after_digit: int | None = None
    for index, glyph in enumerate(paragraph.glyphs):
        if glyph not in GLYPHS or GLYPHS[glyph].level == "single":
            continue
        side = paragraph.sides[index]
        measure = paragraph.left[index].isdigit() and GLYPHS[glyph].side != "open"
        if measure and (_after_feet(paragraph, index) or (side != "open" and not is_open)):
            paragraph.roles[index] = "prime"
        elif side == "open" or (side == "either" and not is_open):
            is_open, after_digit = True, None
        elif is_open:
            is_open, after_digit = False, index if measure else None
        elif after_digit is not None:
            paragraph.roles[after_digit] = "prime"
            after_digit = None


def _after_feet(paragraph: _Paragraph, index: int) -> bool:
    position = paragraph.at[index]
    return _FEET.search(paragraph.value, max(0, position - _FEET_WIDTH), position) is not None


def _read_singles(paragraph: _Paragraph) -> None:
    """Pair single marks; those that take part in no pair are apostrophes or primes."""
    between: list[int] = []
    for index, glyph in enumerate(paragraph.glyphs):
        if glyph in GLYPHS and GLYPHS[glyph].level == "single":
            role = _role_inside_word(paragraph, index)
            paragraph.roles[index] = role
            if role == "quotation":
                between.append(index)
    if between:
        _pair_singles(paragraph, between, _surely_closed_later(paragraph, between))


def _role_inside_word(paragraph: _Paragraph, index: int) -> Role:
    """Between letters a single mark is an apostrophe, but not between ideographs."""
    position = paragraph.at[index]
    left = paragraph.value[position - 1] if position else ""
    right = paragraph.value[position + 1 : position + 2]
    if not (left.isalnum() and right.isalnum()) or paragraph.glyphs[index] in _NEVER_APOSTROPHE:
        return "quotation"
    if left.isdigit() and right.isdigit():
        return "prime"
    return "quotation" if left >= "\u2e80" or right >= "\u2e80" else "apostrophe"


def _surely_closed_later(paragraph: _Paragraph, between: Sequence[int]) -> list[bool]:
    """For each single mark: one that can only close comes before the next that opens."""
    closed = [False] * len(between)
    later = False
    for place in range(len(between) - 1, -1, -1):
        closed[place] = later
        index = between[place]
        if paragraph.sides[index] == "open":
            later = False
        elif not _may_be_possessive(paragraph, index):
            later = True
    return closed


def _may_be_possessive(paragraph: _Paragraph, index: int) -> bool:
    """The workers' rights, and the dropped g of goin' home."""
    position = paragraph.at[index]
    before = paragraph.value[max(0, position - 2) : position]
    if paragraph.glyphs[index] in _NEVER_APOSTROPHE or before[-1:] not in "sSn":
        return False
    if before[-1:] == "n" and before != "in":
        return False
    return _GOES_ON.match(paragraph.value, position + 1) is not None


def _pair_singles(
    paragraph: _Paragraph, between: Sequence[int], closed_later: Sequence[bool]
) -> None:
    opened: int | None = None
    for index, closed in zip(between, closed_later, strict=True):
        side = paragraph.sides[index]
        if side == "open" or (side == "either" and opened is None):
            if _is_elision(paragraph, index, inside=opened is not None, closed=closed):
                _unpair(paragraph, index)
                continue
            if opened is not None:
                _unpair(paragraph, opened)
            opened = index
        elif opened is None or (closed and _may_be_possessive(paragraph, index)):
            _unpair(paragraph, index)
        else:
            opened = None
    if opened is not None and not _left_open(paragraph, opened):
        _unpair(paragraph, opened)


def _is_elision(paragraph: _Paragraph, index: int, *, inside: bool, closed: bool) -> bool:
    """'90s, rock 'n' roll, 'twas; but 'Round one is ours,' is an opening mark."""
    position = paragraph.at[index]
    if paragraph.glyphs[index] in _NEVER_APOSTROPHE:
        return False
    if _ELISION.match(paragraph.value, position + 1) is None:
        return False
    return inside or not closed or not paragraph.value[position + 1].isupper()


def _unpair(paragraph: _Paragraph, index: int) -> None:
    if paragraph.glyphs[index] not in _NEVER_APOSTROPHE:
        after_digit = paragraph.left[index].isdigit()
        paragraph.roles[index] = "prime" if after_digit else "apostrophe"


def _left_open(paragraph: _Paragraph, index: int) -> bool:
    """A quotation that goes on in the next paragraph: it opens this one, or follows a colon."""
    position = paragraph.at[index]
    if not paragraph.value[position + 1 : position + 2].isupper():
        return False
    before = paragraph.value[max(0, position - 2) : position]
    return position == 0 or before in ("\n\n", ": ", ", ")
