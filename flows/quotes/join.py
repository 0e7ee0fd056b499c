"""What the tagger found and what the marks show, put together paragraph by paragraph.

Content that touches a mark snaps to it; words in marks that no cue of the tagger claims are taken
as the marks layer sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flows.quotes.confidence import confidences
from flows.quotes.spans import InOrder, meets, united
from flows.quotes.speech import shape_of
from flows.quotes.statement import Statement, kind_of

if TYPE_CHECKING:
    from flows.quotes.marks import MarkedSpan
    from flows.quotes.quotation import Span
    from flows.quotes.roles import Claim
    from flows.quotes.tagger import Tagged

_TOUCH: Final = 0.3
"""Share of the words in marks from which a fragment is held to be all of them."""
_STRONG: Final = frozenset(("after", "before", "turn", "signed"))
"""Evidence of the marks layer that annotators agree with in 97 of 100 cases and more."""
_EDGE: Final = " \t\n,.;:"


def join(
    text: str,
    paragraph: int,
    marked: Sequence[MarkedSpan],
    claims: Sequence[Claim],
    tagged: Sequence[Tagged],
) -> list[Statement]:
    """The statements of one paragraph in text order, no two of the same extent."""
    if not tagged:
        return [of_claim(claim) for claim in claims]
    spans = InOrder(marked)
    found = [_snapped(text, paragraph, each, spans) for each in tagged]
    for claim in claims:
        _place(text, claim, found, spans)
    return list(_distinct(_each_to_one(text, found, claims, spans)))


def _place(text: str, claim: Claim, found: list[Statement], spans: InOrder[MarkedSpan]) -> None:
    """Give the words of a claim to the statement by the same cue, or make it one of its own.

    Without a cue right beside the marks it is one only where nobody claims its words; with one,
    unless it tells the same as a statement by another cue, which then gives up those words.
    """
    cue = _cue_of(claim)
    near = [at for at, each in enumerate(found) if _touches(each, claim)]
    free = tuple(
        part for part in claim.parts if not any(meets(found[at].parts, *part) for at in near)
    )
    is_strong = claim.evidence in _STRONG
    for at, each in enumerate(found):
        if cue is not None and each.cue is not None and meets([each.cue], *cue):
            parts = [*each.parts, *(claim.parts if is_strong else free)]
            found[at] = _with(text, each, parts, cue, spans)
            return
    if not near:
        found.append(of_claim(claim))
    elif is_strong and not any(_is_within(found[at], claim) for at in near):
        for at in near:
            kept = tuple(part for part in found[at].parts if not meets(claim.parts, *part))
            if kept:
                found[at] = replace(found[at], parts=kept)
        found.append(of_claim(claim))


def _touches(statement: Statement, claim: Claim) -> bool:
    return any(meets(statement.parts, *part) for part in claim.parts)


def _is_within(statement: Statement, claim: Claim) -> bool:
    return all(
        any(first <= start and end <= last for first, last in claim.parts)
        for start, end in statement.parts
    )


def of_claim(claim: Claim) -> Statement:
    """The statement that the marks layer sees by itself."""
    attribution = claim.attribution
    return Statement(
        claim.paragraph,
        claim.parts,
        claim.kind,
        claim.opening,
        _cue_of(claim),
        None if attribution is None else attribution.mention,
        claim.evidence,
        confidences()[claim.evidence],
    )


def _cue_of(claim: Claim) -> Span | None:
    found = claim.attribution
    return None if found is None else (found.cue.start, found.cue.end)


def _with(
    text: str, found: Statement, parts: Sequence[Span], cue: Span, spans: InOrder[MarkedSpan]
) -> Statement:
    """The statement with these parts, and of its cue the word that the marks layer knows."""
    whole = tuple(united(parts))
    kind, opening = kind_of(text, whole, spans)
    return replace(found, parts=whole, kind=kind, opening=opening, cue=cue)


def _snapped(text: str, paragraph: int, tagged: Tagged, spans: InOrder[MarkedSpan]) -> Statement:
    parts = united(_snap(fragment, tagged.cue, spans) for fragment in tagged.content)
    kept = _without_lead(text, parts, tagged.cue, spans)
    trimmed = tuple(_trimmed(text, part) for part in kept)
    kind, opening = kind_of(text, trimmed, spans)
    return Statement(
        paragraph, trimmed, kind, opening, tagged.cue, tagged.source, "tagger", tagged.confidence
    )


def _snap(fragment: Span, cue: Span, spans: InOrder[MarkedSpan]) -> Span:
    """The fragment as far as the marks reach that it touches; a cue in marks stays within them."""
    start, end = fragment
    for span in spans.meeting(start, end):
        if span.start <= cue[0] < span.end:  # a statement within a quotation
            start, end = max(start, span.start), min(end, span.end)
            continue
        covered = min(end, span.end) - max(start, span.start)
        if covered >= _TOUCH * (span.end - span.start):
            start, end = min(start, span.start), max(end, span.end)
        elif start < span.start:
            end = min(end, span.start)
    return start, end


def _without_lead(
    text: str, parts: Sequence[Span], cue: Span, spans: InOrder[MarkedSpan]
) -> Sequence[Span]:
    """Without what stands before a cue that leads up to a sentence: As it rained, X said, "A".

    Of 463 such statements in PolNeAR train 452 begin with their opening mark.
    """
    for part in parts:
        first = next(spans.meeting(*part), None)
        if first is not None and part[0] == first.start and _leads_up(text, cue, first):
            return [each for each in parts if each[1] > cue[0] or any(spans.meeting(*each))]
    return parts


def _leads_up(text: str, cue: Span, span: MarkedSpan) -> bool:
    """Nothing but a comma or a colon parts the cue from a sentence in marks."""
    if span.opening is None or not text[span.start].isupper():
        return False
    between = text[cue[1] - 1 : span.opening.position].strip()
    return between[-1:] in (",", ":") and len(between) <= 2 and shape_of(text, span) == "sentence"


def _trimmed(text: str, part: Span) -> Span:
    """Without the full stop or comma at the end, and blanks."""
    start, end = part
    while end - 1 > start and text[end - 1] in _EDGE:
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _each_to_one(
    text: str, found: Sequence[Statement], claims: Sequence[Claim], spans: InOrder[MarkedSpan]
) -> Iterator[Statement]:
    """Words in marks are of one statement: that whose clause runs into them, or the claimed one.

    If neither, the nearest. Of 8,626 marked spans in PolNeAR train that a cue outside them
    claims, 2 have several.
    """
    told = {part[0]: _cue_of(claim) for claim in claims for part in claim.parts}
    owners: dict[int, tuple[tuple[bool, bool, int], Span]] = {}
    for each in found:
        for part, span, cue in _claimed(each, spans):
            runs_in = (
                part[0] < span.start - 1
                and text[span.start - 3 : span.start - 1].rstrip()[-1:].isalnum()
            )
            apart = max(span.start - cue[1], cue[0] - span.end)
            rank = not runs_in, cue != told.get(span.start), apart
            owners[span.start] = min(owners.get(span.start, (rank, cue)), (rank, cue))
    for each in found:
        lost = [span for _, span, cue in _claimed(each, spans) if owners[span.start][1] != cue]
        if not lost:
            yield each
            continue
        left = (_trimmed(text, part) for part in _less(each.parts, lost))
        if parts := tuple(part for part in left if any(map(str.isalnum, text[slice(*part)]))):
            kind, opening = kind_of(text, parts, spans)
            yield replace(each, parts=parts, kind=kind, opening=opening)


def _claimed(
    found: Statement, spans: InOrder[MarkedSpan]
) -> Iterator[tuple[Span, MarkedSpan, Span]]:
    """The marked spans in a statement by a cue outside them, with the part they are in, and cue."""
    if found.cue is not None:
        for part in found.parts:
            for span in spans.meeting(*part):
                if not span.start <= found.cue[0] < span.end:
                    yield part, span, found.cue


def _less(parts: Sequence[Span], lost: Sequence[MarkedSpan]) -> Iterator[Span]:
    """The parts without the words and marks of the `lost` spans."""
    gone = InOrder(lost)
    for start, end in parts:
        at = start
        for span in gone.meeting(start, end):
            if at < span.start - 1:
                yield at, span.start - 1
            at = span.end + 1
        if at < end:
            yield at, end


def _distinct(found: Iterable[Statement]) -> Iterator[Statement]:
    """In text order; of several with the same extent the surest."""
    extents: set[Span] = set()
    for each in sorted(found, key=lambda each: (*each.extent, -each.confidence)):
        if each.extent not in extents:
            extents.add(each.extent)
            yield each
