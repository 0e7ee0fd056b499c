"""Lines and blocks of a cleaned text, and whether its lines are paragraphs or wrapped."""

from __future__ import annotations

import re

from flows.parse.layout import Span

_LINE = re.compile(r"[^\n]+")
_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")

_WRAP_WIDTH = 100
"""Code points. Wires and mailers wrap below 80; a paragraph on one line is longer than this."""
_LEAST_WIDTH = 30
_OPEN_END = re.compile(r"[^.!?:\"'”’)\]。！？：」』]$")


def lines(value: str) -> list[Span]:
    """The spans of the lines that hold anything."""
    return [match.span() for match in _LINE.finditer(value)]


def paragraphs(value: str, start: int, end: int) -> list[Span]:
    r"""The spans of the paragraphs between `start` and `end`.

    Each line is a paragraph, unless the text is wrapped: then blank lines part them.

    >>> text = "It is\nwrapped at a\nnarrow width,\nlike this.\n\nAnd goes\non for\nthree lines."
    >>> [text[a:b].count("\n") for a, b in paragraphs(text, 0, len(text))]
    [3, 2]
    """
    blocks = [match.span() for match in _BLOCK.finditer(value, start, end)]
    if _is_wrapped(value, blocks):
        return blocks
    return [match.span() for match in _LINE.finditer(value, start, end)]


def wrapped_top(value: str) -> bool:
    r"""Whether a text begins in the midst of a wrapped paragraph, so that its first line is no title.

    >>> wrapped_top("The harbour of Almery will be closed\nuntil May while the pier is mended, its\n"
    ...             "office said on Monday.\n\nTickets stay.")
    True
    """
    match = _BLOCK.search(value)
    if match is None:
        return False
    block = match.group().split("\n")
    inner = block[:-1]
    return (
        len(inner) >= 2
        and sum(line[0].islower() for line in block[1:]) >= 0.4 * len(inner)
        and max(map(len, inner)) <= _WRAP_WIDTH
        and min(map(len, inner)) >= _LEAST_WIDTH
        and sum(bool(_OPEN_END.search(line)) for line in inner) >= 0.6 * len(inner)
    )


def _is_wrapped(value: str, blocks: list[Span]) -> bool:
    """Whether most lines that are followed by another stop short and in mid-sentence."""
    inner = [
        line
        for start, end in blocks
        if value.find("\n", start, end) >= 0
        for line in value[start:end].split("\n")[:-1]
    ]
    if len(inner) < 3 or max(map(len, inner)) > _WRAP_WIDTH:
        return False
    return sum(bool(_OPEN_END.search(line)) for line in inner) >= 0.6 * len(inner)
