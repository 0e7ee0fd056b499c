"""Which characters are quotation marks, and what becomes of each.

What a character turns into depends on the characters next to it only, so a passage cut out of
a document is straightened as it was inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Side = Literal["open", "close", "either"]
Level = Literal["double", "single"]


class Glyph(NamedTuple):
    """The straight form, the level, and the side on which most languages print it."""

    straight: str
    level: Level
    side: Side


def _glyphs(printed: str, straight: str, side: Side) -> dict[str, Glyph]:
    level: Level = "double" if straight == '"' else "single"
    return {glyph: Glyph(straight, level, side) for glyph in printed.split()}


GLYPHS: Final = {
    **_glyphs('" \uff02 \U0001f678', '"', "either"),
    **_glyphs("“ „ ‟ « 「 ｢ 〝 ❝ ⹂ \U0001f676 `` ‘‘ ‚‚ ,,", '"', "open"),
    **_glyphs("” » 」 ｣ 〞 〟 ❞ \U0001f677 '' ’’ ´´", '"', "close"),
    **_glyphs("' \uff07", "'", "either"),
    **_glyphs("‘ ‚ ‛ ‹ 『 ` ❛", "'", "open"),
    **_glyphs("’ › 』 ´ ❜", "'", "close"),
}
"""Every mark that is straightened; 《》 and 〈〉 name works and stay as they are."""

PRIMES: Final = {glyph: Glyph(glyph, "single", "either") for glyph in "′‵"} | {
    glyph: Glyph(glyph, "double", "either") for glyph in "″‴‶‷⁗"
}
"""Feet, inches, minutes and seconds: they stay as printed and never pair."""

_SINGLE_CHARACTERS: Final = "".join(
    re.escape(glyph) for glyph in (*GLYPHS, *PRIMES) if len(glyph) == 1
)
# Two single marks make a double one. Of three, the inner one stands where it has to: '' takes
# the last two (the run closes), `` and ‘‘ the first two (it opens). Between letters (don''t)
# two apostrophes stay two.
_MARK: Final = re.compile(
    f"[{_SINGLE_CHARACTERS}]"
    r"(?:(?<=')'(?!')(?:(?<!\w'')|(?!\w))|(?<=’)’(?!’)|(?<=‘)‘|(?<=`)`|(?<=´)´(?!´)|(?<=‚)‚)?"
)
_MARK_OR_COMMAS: Final = re.compile(rf"(?<![^\s(\[\"“]),,(?=\w)|{_MARK.pattern}")

_INNER_BLANK: Final = re.compile(r"(?<![^\s(\[{\"'“‘’”—–-])[«‹] (?=[^\s»›])")
_INNER_BLANK_BEFORE: Final = re.compile(r"(?<=[^\s«‹]) [»›](?![^\s,;:!?)\]}»\"'”’—–.-]|\.\.)")


class Printed(NamedTuple):
    """A mark as it stands in the printed text, with the blank that belongs to it."""

    start: int
    end: int
    glyph: str


def printed_marks(value: str) -> Iterator[Printed]:
    """Every mark and prime of `value` in order.

    A guillemet takes the blank on its inner side along, « mot »; the blank beside the outer
    side of »mot« belongs to the sentence.
    """
    pattern = _MARK_OR_COMMAS if ",," in value else _MARK
    for match in pattern.finditer(value):
        start, end = match.span()
        glyph = match.group()
        if glyph in "«‹" and _INNER_BLANK.match(value, start):
            end += 1
        elif glyph in "»›" and start and _INNER_BLANK_BEFORE.match(value, start - 1):
            start -= 1
        yield Printed(start, end, glyph)
