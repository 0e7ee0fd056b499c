"""The quotations of articles, from their words and marks to their speakers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flows.quotes.join import join
from flows.quotes.marks import MarkedSpan, Paragraph, pair, paragraphs
from flows.quotes.pieces import cut
from flows.quotes.quotation import Quotation
from flows.quotes.resolve import UNKNOWN, Resolver
from flows.quotes.roles import Claim, claims
from flows.quotes.tokens import Tokens, tokens
from flows.quotes.turns import is_transcript, turn

if TYPE_CHECKING:
    from flows.normalise.marks import Mark
    from flows.quotes.resolve import Resolved
    from flows.quotes.statement import Statement
    from flows.quotes.tagger import Tagged, Tagger

TRAINED_ON: Final = frozenset(("en",))
"""Languages that the taggers read; of the others the marks alone are."""
_ARTICLES_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class Passage:
    """A headline or a body, with blank lines between its paragraphs and its marks."""

    text: str
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Story:
    """What of an article is searched: its fields in their order, and its language (BCP 47)."""

    headline: Passage
    text: Passage
    language: str


@dataclass(slots=True)
class _Read:
    """A paragraph on its way: its marks, what they claim, and its words in pieces."""

    paragraph: Paragraph
    spans: tuple[MarkedSpan, ...]
    claims: list[Claim]
    pieces: tuple[Tokens, ...]
    tagged: list[Tagged] = field(default_factory=list)


def find_quotations(
    stories: Sequence[Story], tagger: Tagger | None
) -> Iterator[tuple[Quotation, ...]]:
    """The quotations of each story, those of the headline first, in text order.

    Without a tagger, or in a language that it was not trained on, those in marks alone. What is
    found in a story does not depend on the others; the time is linear in the length of the texts.
    """
    for at in range(0, len(stories), _ARTICLES_AT_ONCE):
        yield from _find(stories[at : at + _ARTICLES_AT_ONCE], tagger)


def _find(stories: Sequence[Story], tagger: Tagger | None) -> Iterator[tuple[Quotation, ...]]:
    read: list[tuple[list[_Read], list[_Read]]] = []
    for story in stories:
        words = tagger is not None and story.language in TRAINED_ON
        read.append((list(_read(story.headline, words)), list(_read(story.text, words))))
    if tagger is not None:
        every = [each for both in read for paras in both for each in paras]
        _tag(every, tagger)
    for story, (headline, text) in zip(stories, read, strict=True):
        resolver = Resolver(story.text.text, headline=story.headline.text)
        found = [
            *_quotations("headline", story.headline.text, headline, resolver),
            *_quotations("text", story.text.text, text, resolver),
        ]
        yield tuple(found)


def _read(passage: Passage, words: bool) -> Iterator[_Read]:
    """The paragraphs; a quotation that runs on keeps its speaker."""
    carried: Claim | None = None
    continued = False
    text = passage.text
    transcript = is_transcript(text)
    for paragraph in paragraphs(text, passage.marks):
        spans = pair(text, paragraph, continued=continued)
        said = turn(text, paragraph, spans) if transcript else None
        made = claims(text, paragraph, spans, carried) if spans else []
        if said is not None:
            made = [said, *(each for each in made if each.parts[0][0] >= said.parts[-1][1])]
        continued = bool(spans) and not spans[-1].closed
        carried = made[-1] if continued and made else None
        pieces = tuple(cut(tokens(text, paragraph, spans))) if words else ()
        if made or pieces:
            yield _Read(paragraph, spans, made, pieces)


def _tag(read: Sequence[_Read], tagger: Tagger) -> None:
    owners = [each for each in read for _ in each.pieces]
    pieces = [piece for each in read for piece in each.pieces]
    for owner, tagged in zip(owners, tagger.tag(pieces), strict=True):
        owner.tagged += tagged


def _quotations(
    field_name: str, text: str, read: Sequence[_Read], resolver: Resolver
) -> Iterator[Quotation]:
    for each in read:
        number = each.paragraph.number
        for statement in join(text, number, each.spans, each.claims, each.tagged):
            resolved = UNKNOWN
            if statement.mention is not None:
                start, end = statement.mention
                resolved = resolver.resolve(text[start:end], start)
            yield _quotation(field_name, text, statement, resolved)


def _quotation(field_name: str, text: str, statement: Statement, resolved: Resolved) -> Quotation:
    cue, mention = statement.cue, statement.mention
    return Quotation(
        field=field_name,
        paragraph=statement.paragraph,
        text=" … ".join(text[start:end] for start, end in statement.parts),
        char_start=statement.parts[0][0],
        char_end=statement.parts[-1][1],
        parts=statement.parts,
        kind=statement.kind,
        mark=None if statement.opening is None else statement.opening.printed,
        cue=None if cue is None else text[cue[0] : cue[1]],
        cue_start=None if cue is None else cue[0],
        cue_end=None if cue is None else cue[1],
        speaker_mention=None if mention is None else text[mention[0] : mention[1]],
        speaker_start=None if mention is None else mention[0],
        speaker_end=None if mention is None else mention[1],
        speaker_name=resolved.name,
        speaker_kind=resolved.kind,
        speaker_title=resolved.title,
        resolution=resolved.resolution,
        confidence=statement.confidence,
    )
