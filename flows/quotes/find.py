"""The quotations of one text, from its marks to its speakers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from flows.normalise.marks import Mark
from flows.quotes.marks import pair, paragraphs
from flows.quotes.quotation import Quotation
from flows.quotes.resolve import UNKNOWN, Resolver
from flows.quotes.roles import Claim, claims


@cache
def confidences() -> Mapping[str, float]:
    """Evidence -> the share of such claims that annotators marked too (evidence.csv)."""
    with files("schemas").joinpath("lookups/evidence.csv").open(encoding="utf-8") as rows:
        return {row["evidence"]: float(row["confidence"]) for row in csv.DictReader(rows)}


def find_quotations(text: str, marks: Sequence[Mark], field: str) -> tuple[Quotation, ...]:
    """The quotations of `text`, a headline or a body with blank lines between paragraphs.

    `marks` are those of `text` itself, as `straighten` gives them. In text order; the time is
    linear in the length of the text.

    >>> from flows.normalise.marks import straighten
    >>> from flows.normalise.text import Text
    >>> article = straighten(Text("“It holds,” said Ida Holm, a surveyor. “I jumped on it.”"))
    >>> for found in find_quotations(article.text.value, article.marks, "text"):
    ...     print(found.text, "|", found.speaker_name, "|", found.speaker_title)
    It holds … I jumped on it | Ida Holm | surveyor
    """
    if not any(mark.role == "quotation" for mark in marks):
        return ()
    resolver = Resolver(text)
    return tuple(_quotation(text, field, claim, resolver) for claim in attributed(text, marks))


def attributed(text: str, marks: Sequence[Mark]) -> Iterator[Claim]:
    """The claims of every paragraph; a quotation that runs on keeps its speaker."""
    carried: Claim | None = None
    continued = False
    for paragraph in paragraphs(text, marks):
        spans = pair(text, paragraph, continued=continued)
        made = claims(text, paragraph, spans, carried) if spans else []
        yield from made
        continued = bool(spans) and not spans[-1].closed
        carried = made[-1] if continued and made else None


def _quotation(text: str, field: str, claim: Claim, resolver: Resolver) -> Quotation:
    found = claim.attribution
    mention = None if found is None else found.mention
    resolved = UNKNOWN
    if mention is not None:
        resolved = resolver.resolve(text[mention[0] : mention[1]], mention[0])
    return Quotation(
        field=field,
        paragraph=claim.paragraph,
        text=" … ".join(text[start:end] for start, end in claim.parts),
        char_start=claim.parts[0][0],
        char_end=claim.parts[-1][1],
        parts=claim.parts,
        kind=claim.kind,
        mark=None if claim.opening is None else claim.opening.printed,
        cue=None if found is None else text[found.cue.start : found.cue.end],
        cue_start=None if found is None else found.cue.start,
        cue_end=None if found is None else found.cue.end,
        speaker_mention=None if mention is None else text[mention[0] : mention[1]],
        speaker_start=None if mention is None else mention[0],
        speaker_end=None if mention is None else mention[1],
        speaker_name=resolved.name,
        speaker_kind=resolved.kind,
        speaker_title=resolved.title,
        resolution=resolved.resolution,
        confidence=confidences()[claim.evidence],
    )
