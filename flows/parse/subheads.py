"""Which paragraphs of a body are sub-heads: told by their shape and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.parse.layout import Span

Subhead = tuple[int, int, int]
"""The number of a paragraph, its start and its end in code points of the text."""
_BREAK = "\n\n"
_LONGEST = 70
_MOST_WORDS = 10
_LEAST_PARAGRAPH = 80
"""Code points: no sub-head is longer, and what it stands above is no shorter."""
_SHAPE = re.compile(
    r"[^\W_a-zß-öø-ÿ]"  # A capital, a digit, or a letter of a script without either
    r"|[\"'“‘«„¿¡](?=[^\W_a-z])"
)
_NO_END = re.compile(
    r"[.!,;:…。！，；：、\-–—]$|[a-z]{2}[.!?] [A-Z]|[.!。！][\"'”’»」)]$|[\"”»」]$"
)
_NO_SUBHEAD = re.compile(
    r"https?://|www\.|@|[|>•*=_]|\.{3}|^[—–-]|^\(|\)$|^\d[\d.,:/ %-]*$|^\d{1,2}[.:]\d\d\b"
    r"|^[QA]\b|/[A-Z]|\?\?"
    r"|^(?:Mr|Mrs|Ms|Dr)\.|^(?i:so|but|and|or|because)\b.*\?$"
    r"|\b(?:at|by|the|of|to|and|in|for|with|from|is|are|a|an)$"
    r"|^(?i:by|via|photo|image|video|source|watch|read|listen|click|scroll|related|free stock"
    r"|with (?:additional )?inputs?|hide|updated|published|advertisement)\b"
)
_ENDED = re.compile(r"[.!?。！？…][\"'”’»」)\]]*$")


def subheads(value: str, paragraphs: Sequence[Span]) -> tuple[int, ...]:
    r"""The numbers of the paragraphs that are sub-heads, of those of one body in their order.

    One is short, ends as no sentence does, and stands alone between a paragraph that has ended and
    a longer one that it is above; several short lines together are a list, or verse. Neither the
    first nor the last paragraph is one.

    >>> body = ["It rained.", "The river rises", "The river " + "rose " * 20 + "and fell."]
    >>> value, at = "\n".join(body), [0, 11, 27]
    >>> subheads(value, [(start, start + len(text)) for start, text in zip(at, body)])
    (1,)
    """
    return tuple(
        at
        for at in range(1, len(paragraphs) - 1)
        if _is_short(value, paragraphs[at])
        and _ENDED.search(value[slice(*paragraphs[at - 1])][-6:])
        and paragraphs[at + 1][1] - paragraphs[at + 1][0] >= _LEAST_PARAGRAPH
        and not value[paragraphs[at + 1][0]].islower()  # Else a link broke a sentence in three.
    )


def _is_short(value: str, span: Span) -> bool:
    start, end = span
    if not 2 <= end - start <= _LONGEST:
        return False
    text = value[start:end]
    return (
        _SHAPE.match(text) is not None
        and _NO_END.search(text) is None
        and _NO_SUBHEAD.search(text) is None
        and len(text.split()) <= _MOST_WORDS
    )


def subhead_spans(text: str, numbers: Sequence[int]) -> tuple[Subhead, ...]:
    r"""Where paragraphs stand in a text that parts them by blank lines.

    >>> subhead_spans("It rained.\n\nThe river\n\nIt rises.", [1])
    ((1, 12, 21),)
    """
    wanted, found, start = {*numbers}, [], 0
    for number, paragraph in enumerate(text.split(_BREAK) if wanted else ()):
        if number in wanted:
            found.append((number, start, start + len(paragraph)))
        start += len(paragraph) + len(_BREAK)
    return tuple(found)
