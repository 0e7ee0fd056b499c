"""Lines and blocks of a cleaned text, and whether its lines are paragraphs or wrapped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from flows.parse.layout import Span

_LINE = re.compile(r"[^\n]+")
_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")

_PARAGRAPH = 40
"""Code points from which on a line is a paragraph, and no byline or day."""
_WRAP_WIDTH = 100
"""Code points. Wires and mailers wrap below 80; a paragraph on one line is longer than this."""
_LEAST_WIDTH = 30
_FULL = 0.85
"""Of the widest line; a line is full that the next one's first word would make wider than this."""
_FLUSH_WIDTH = 60
_INNER_STOP = re.compile(r"[a-z]{2}[.!?][\"'”’]? [A-Z]")
_OPEN_END = re.compile(r"[^.!?:\"'”’)\]。！？：」』]$")


def lines(value: str) -> list[Span]:
    """The spans of the lines that hold anything."""
    return [match.span() for match in _LINE.finditer(value)]


def paragraphs(value: str, start: int, end: int) -> list[Span]:
    r"""The spans of the paragraphs between `start` and `end`.

    Each line is a paragraph, unless the text is wrapped: then blank lines part them.

    >>> text = ("The ferries will sail from May, the\nharbour office said, and tickets stay\n"
    ...         "cheap.\n\nNobody knew on Monday how many there\nwere.")
    >>> [text[a:b].count("\n") for a, b in paragraphs(text, 0, len(text))]
    [2, 1]
    """
    blocks = [match.span() for match in _BLOCK.finditer(value, start, end)]
    if _is_wrapped(value, blocks):
        return blocks
    return _mended(value, [match.span() for match in _LINE.finditer(value, start, end)])


def _mended(value: str, found: list[Span]) -> list[Span]:
    r"""Put together the paragraphs that a drop cap or a link broke.

    A line that begins with a mark that closes, or in the midst of a sentence (in lower case, after
    a line that ends in a letter or a comma), goes on with the paragraph before it.

    >>> value = "C\nhinese ships sail, see\nthe list\n. They fly."
    >>> [value[a:b] for a, b in _mended(value, [(0, 1), (2, 24), (25, 33), (34, 46)])]
    ['C\nhinese ships sail, see\nthe list\n. They fly.']
    """
    whole: list[Span] = []
    for start, end in found:
        if whole and _goes_on(value, whole[-1], start):
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((start, end))
    return whole


def _goes_on(value: str, before: Span, start: int) -> bool:
    first, last = value[start], value[before[1] - 1]
    if before[1] - before[0] == 1:
        return value[before[0]].isupper() and first.islower()
    if first in ".,;:)]”’" and value[start + 1 : start + 2] in ("", " ", "\n"):
        return last.isalnum()
    return first.islower() and (last.islower() or last == ",") and before[1] - before[0] > 20


def wrapped_top(value: str) -> bool:
    r"""Whether a text begins with a wrapped paragraph, so that its first line is no title.

    >>> wrapped_top("The harbour of Almery will be shut\nuntil May while the pier is mended, its\n"
    ...             "office said on Monday.\n\nTickets stay.")
    True
    """
    match = _BLOCK.search(value)
    if match is None:
        return False
    block = match.group().split("\n")
    inner = block[:-1]
    if len(inner) < 2 or _is_flush(block):
        return len(inner) >= 2
    return (
        sum(line[0].islower() for line in block[1:]) >= 0.4 * len(inner)
        and max(map(len, inner)) <= _WRAP_WIDTH
        and min(map(len, inner)) >= _LEAST_WIDTH
        and sum(bool(_OPEN_END.search(line)) for line in inner) >= 0.6 * len(inner)
    )


def _is_flush(block: list[str]) -> bool:
    """Whether lines are as wide as wires wrap, and sentences end within them and not with them."""
    widths = [len(line) for line in block[:-1]]
    return (
        min(widths) >= _FLUSH_WIDTH
        and max(map(len, block)) <= _FLUSH_WIDTH + _FLUSH_WIDTH // 3
        and all(_OPEN_END.search(line) for line in block[:-1])
        and any(_INNER_STOP.search(line) for line in block[1:])
    )


def _is_wrapped(value: str, blocks: list[Span]) -> bool:
    """Whether most lines that are followed by another stop in mid-sentence, and for want of room.

    Short lines that stand together, as in a list, have room for the next one's first word.
    """
    pairs = [
        pair
        for start, end in blocks
        if value.find("\n", start, end) >= 0
        for pair in pairwise(value[start:end].split("\n"))
    ]
    width = max((len(line) for line, _ in pairs), default=0)
    if len(pairs) < 3 or not _LEAST_WIDTH <= width <= _WRAP_WIDTH:
        return False
    full = sum(
        len(line) + 1 + len(after.partition(" ")[0]) > _FULL * width for line, after in pairs
    )
    open_ = sum(bool(_OPEN_END.search(line)) for line, _ in pairs)
    return open_ >= 0.6 * len(pairs) and full >= 0.5 * len(pairs)


def is_closing(value: str, at: int) -> bool:
    """Whether a line begins with a mark that closes what the line before it began."""
    return value[at] in ".,;:)" and value[at + 1 : at + 2] in ("", " ", "\n")


def is_glued(value: str, tops: Sequence[Span], used: int) -> bool:
    """Whether the line after these is a paragraph, and no blank line parts them."""
    if used >= len(tops):
        return False
    start, end = tops[used]
    is_paragraph = end - start >= _PARAGRAPH or value[end - 1] in ".!?"
    return is_paragraph and not value.startswith("\n\n", tops[used - 1][1])
