"""What the tagger found and what the marks show, put together paragraph by paragraph.

Content that touches a mark snaps to it; words in marks that no cue of the tagger claims are taken
as the marks layer sees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flows.quotes.quotation import Span

if TYPE_CHECKING:
    from flows.quotes.marks import MarkedSpan
    from flows.quotes.roles import Claim
    from flows.quotes.tagger import Tagged

_TOUCH: Final = 0.3
"""Share of the words in marks from which a fragment is held to be all of them."""


def snapped(tagged: Tagged, spans: Sequence[MarkedSpan]) -> Tagged:
    """The content as far as the marks reach that it touches; a cue in marks stays within them."""
    parts: list[Span] = []
    for fragment in tagged.content:
        parts.append(_snap(fragment, tagged.cue, spans))
    return replace(tagged, content=tuple(_united(parts)))


def _snap(fragment: Span, cue: Span, spans: Sequence[MarkedSpan]) -> Span:
    start, end = fragment
    for span in spans:
        if span.end <= start or span.start >= end:
            continue
        if span.start <= cue[0] < span.end:  # a statement within a quotation
            start, end = max(start, span.start), min(end, span.end)
            continue
        covered = min(end, span.end) - max(start, span.start)
        if covered >= _TOUCH * (span.end - span.start):
            start, end = min(start, span.start), max(end, span.end)
        elif start < span.start:
            end = min(end, span.start)
    return start, end


def _united(parts: Sequence[Span]) -> list[Span]:
    united: list[Span] = []
    for start, end in sorted(parts):
        if united and start <= united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        elif start < end:
            united.append((start, end))
    return united


def unclaimed(claims: Sequence[Claim], tagged: Sequence[Tagged]) -> list[Claim]:
    """The claims of the marks layer whose words no cue of the tagger claims."""
    taken = _united([part for each in tagged for part in each.content])
    return [claim for claim in claims if not any(_meets(part, taken) for part in claim.parts)]


def _meets(part: Span, taken: Sequence[Span]) -> bool:
    return any(start < part[1] and part[0] < end for start, end in taken)
