"""What a decoded text must not hold: nothing at all, or characters that make it lie or break."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from flows.receive.documents import Rejection, rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
# Letters and symbols by category, blank in print: Braille, Hangul fillers, a joiner.
_BLANKS = frozenset("\u2800\u3164\uffa0\u115f\u1160\u034f")
_SURROGATE = re.compile("[\ud800-\udfff]")
_OVERRIDE = re.compile("[\u202d\u202e]")


def faults(text: str) -> Iterator[Rejection]:
    """Find the rules that a decoded text breaks, with what and where; offsets in code points.

    U+FFFD is let pass: something was lost before the text came here, and the rest is still news.
    """
    if is_blank(text):
        what = "it holds only blanks and invisible characters; fetch it again"
        yield rejection("document.blank", what)
        return
    nul = text.find("\0")
    if nul >= 0:
        what = f"a NUL at character {nul:,}; remove it at the source"
        yield rejection("document.nul", what)
    if text.isascii():
        return
    if surrogate := _SURROGATE.search(text):
        what = f"a lone surrogate U+{ord(surrogate[0]):04X} at character {surrogate.start():,}"
        yield rejection("document.surrogate", f"{what}, half of a character; fetch it again")
    if override := _OVERRIDE.search(text):
        what = f"U+{ord(override[0]):04X} at character {override.start():,}"
        yield rejection("document.bidi_override", f"{what} reverses how it is read; remove it")


def is_blank(text: str) -> bool:
    """Whether nothing of a text would be seen in print."""
    return all(
        unicodedata.category(character) in _UNSEEN or character in _BLANKS for character in text
    )
