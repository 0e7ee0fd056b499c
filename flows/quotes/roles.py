"""Which words in marks are whose: spans put together with the cue and the speaker beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flows.normalise.marks import Mark
from flows.quotes.attribution import Attribution, attribution_before
from flows.quotes.clauses import Clause, reported_clause
from flows.quotes.cues import find_cues
from flows.quotes.marks import MarkedSpan, Paragraph
from flows.quotes.quotation import Kind, Span
from flows.quotes.scene import BETWEEN, Scene

_FRAGMENT_WORDS: Final = 4
"""Fewer words that no cue claims are a scare quote or a term: of those in PolNeAR train under
four words 54 % lie in any statement and 3 % are one, from four on 86 % and 11 %."""
_SPANS_TOGETHER: Final = 12
"""Marked spans of one sentence that are looked at together."""
_LEAD: Final = 240
_PARENTHETIC: Final = ' ,—–-"'
_ADVERBIAL_WORDS: Final = 9
_ADVERBIAL: Final = re.compile(
    r"(?:in|on|at|by|under|over|with|without|above|below|behind|beside|across|along|around|inside|"
    r"outside|near|within|between|among|through|towards?|into|onto|beyond|beneath)\b"
)
"""A shorter fragment that begins so says where or how, in the words of a rule or a plan."""
_OCCASION: Final = re.compile(
    r"(?:On|In|At|During|After|Before|Earlier|Later|Last|This|When|As|While|Asked|Speaking|Then|But|"
    r"And|However|Meanwhile|Yesterday|Today)\b"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Words and, where one was found, the cue and mention that attribute them.

    `evidence` names what speaks for them being a statement (schemas/lookups/evidence.csv);
    `closed` is False where the quotation goes on in the next paragraph.
    """

    paragraph: int
    parts: tuple[Span, ...]
    kind: Kind
    opening: Mark | None
    attribution: Attribution | None
    evidence: str
    closed: bool


def claims(
    text: str, paragraph: Paragraph, spans: Sequence[MarkedSpan], carried: Claim | None
) -> list[Claim]:
    """The claims on the spans of one paragraph, in text order; no two share a character.

    `carried` is the claim that the paragraph before ended with inside marks: its speaker goes
    on, so a first span that nothing else claims is theirs.
    """
    scene = Scene(text, paragraph, spans)
    made: list[Claim] = []
    index = taken = 0
    while index < len(spans):
        claim, following = _claim(scene, index, carried)
        if claim is not None and claim.parts[0][0] < taken:
            claim, following = _alone(scene, index, in_claim=True)
        if claim is not None and claim.parts[0][0] >= taken:
            made.append(claim)
            taken = claim.parts[-1][1]
        index = following
    return made


def _claim(scene: Scene, index: int, carried: Claim | None) -> tuple[Claim | None, int]:
    """The claim on span `index`, None if it is no statement, and the next span to look at."""
    start, opening = scene.lead(index)
    before = attribution_before(scene.text, start, opening)
    if before is not None and not scene.is_adjacent(before, opening):
        before = scene.after(index) or before
    if before is not None and scene.begins_speech(index):
        return _direct(scene, index, before, "before")
    if not scene.text[start:opening].strip(BETWEEN):
        after = scene.after(index)
        if after is not None:
            evidence = "signed" if after.cue.kind == "dash" else "after"
            return _direct(scene, index, after, evidence)
        if index == 0 and carried is not None and carried.attribution is not None:
            return _direct(scene, index, carried.attribution, "carried")
        announced = scene.announced() if index == 0 else None
        if announced is not None:
            return _direct(scene, index, announced, "announced")
    return _in_clause(scene, index) or _alone(scene, index)


def _direct(scene: Scene, index: int, attribution: Attribution, evidence: str) -> tuple[Claim, int]:
    """A quotation in full, with the parts that follow it under the same attribution."""
    first = scene.spans[index].start
    fronted = _fronted(scene, index, attribution, first) if evidence == "before" else []
    more, following = scene.following_parts(index + 1, attribution)
    parts = [*fronted, scene.content(index), *more]
    kind: Kind = "mixed" if fronted else "direct"
    return _claim_on(scene, range(index, following), parts, kind, attribution, evidence=evidence)


def _fronted(scene: Scene, index: int, attribution: Attribution, first: int) -> list[Span]:
    """No change of name, she said, "hides what it is": the first words belong to the content.

    `first` is where the rest of the content begins.
    """
    mention, cue = attribution.mention, attribution.cue
    start, _ = scene.lead(index)
    if mention is None or cue.kind != "statement" or not scene.text[first].islower():
        return []
    edge, last = min(mention[0], cue.start), max(mention[1], cue.end)
    if not start < edge <= start + _LEAD or scene.text[last:first].strip(_PARENTHETIC):
        return []
    while start < edge and not scene.text[start].isalnum():
        start += 1
    lead = scene.text[start:edge].rstrip()
    if not lead.endswith(",") or _OCCASION.match(lead) is not None:
        return []
    return [(start, start + len(lead.rstrip(BETWEEN)))]


def _in_clause(scene: Scene, index: int) -> tuple[Claim, int] | None:
    """Words in marks that are part of a reported clause, or all of it."""
    sentence = scene.sentences.around(scene.spans[index].start)
    start, opening = scene.lead(index)
    if scene.shapes[index] == "sentence" and not scene.text[start:opening].strip(BETWEEN):
        return None
    following = _same_clause(scene, index, sentence[1])
    clause = reported_clause(scene.text, sentence, scene.spans[index:following])
    if clause is None or _is_occasion(scene, index, clause):
        return None
    found = clause.attribution
    if _is_whole(scene, index, clause):
        whole = range(index, index + 1)
        return _claim_on(scene, whole, [scene.content(index)], "direct", found, evidence="clause")
    inverted = found.mention is not None and found.mention[0] > found.cue.start
    fronted = _fronted(scene, index, found, clause.span[0]) if inverted else []
    more: list[Span] = []
    if found.cue.start >= clause.span[1]:
        more, following = scene.following_parts(following, found)
    parts = [*fronted, clause.span, *more]
    return _claim_on(scene, range(index, following), parts, "mixed", found, evidence="mixed")


def _is_occasion(scene: Scene, index: int, clause: Clause) -> bool:
    """On "Morning Harbour" on Friday, she said: a title in what leads up to an attribution."""
    first, last = clause.span
    if scene.shapes[index] != "name" or clause.attribution.cue.start < last:
        return False
    return _OCCASION.match(scene.text, first) is not None


def _same_clause(scene: Scene, index: int, end: int) -> int:
    """The first span after `index` that another cue or another sentence parts from it."""
    following = index + 1
    last = min(len(scene.spans), index + _SPANS_TOGETHER)
    while following < last and scene.spans[following].start < end:
        if next(find_cues(scene.text, *scene.gap_before(following)), None) is not None:
            break
        following += 1
    return following


def _is_whole(scene: Scene, index: int, clause: Clause) -> bool:
    start, end = scene.spans[index].start, scene.spans[index].end
    first, last = clause.span
    outside = scene.text[first:start] + scene.text[end:last]
    return not outside.strip("\"' .,")


def _alone(scene: Scene, index: int, *, in_claim: bool = False) -> tuple[Claim | None, int]:
    """Words that no cue claims: a statement if they have the shape of speech.

    `in_claim` says that the sentence they are in is claimed already.
    """
    shape, (start, end) = scene.shapes[index], scene.content(index)
    words = scene.text.count(" ", start, end) + 1
    if shape == "name" or (shape == "fragment" and (in_claim or words < _FRAGMENT_WORDS)):
        return None, index + 1
    if shape == "fragment" and words < _ADVERBIAL_WORDS and _ADVERBIAL.match(scene.text, start):
        return None, index + 1
    spans = range(index, index + 1)
    return _claim_on(scene, spans, [(start, end)], "direct", None, evidence=f"alone-{shape}")


def _claim_on(
    scene: Scene,
    spans: range,
    parts: Sequence[Span],
    kind: Kind,
    attribution: Attribution | None,
    *,
    evidence: str,
) -> tuple[Claim, int]:
    claim = Claim(
        paragraph=scene.paragraph.number,
        parts=tuple(parts),
        kind=kind,
        opening=scene.spans[spans.start].opening,
        attribution=attribution,
        evidence=evidence,
        closed=scene.spans[spans.stop - 1].closed,
    )
    return claim, spans.stop
