"""The quotations of articles, from their words and marks to their speakers."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flows.quotes.attribute import Found, attribute
from flows.quotes.join import join
from flows.quotes.marks import MarkedSpan, Paragraph, pair, paragraphs
from flows.quotes.pieces import cut
from flows.quotes.roles import Claim, claims
from flows.quotes.story import Passage, Story
from flows.quotes.tokens import Tokens, tokens
from flows.quotes.turns import is_transcript, signed_headline, turn

if TYPE_CHECKING:
    from flows.quotes.quotation import Quotation
    from flows.quotes.statement import Statement
    from flows.quotes.tagger import Tagged, Tagger

_ARTICLES_AT_ONCE: Final = 64


@dataclass(slots=True)
class _Read:
    """A paragraph on its way: its marks, what they claim, and its words in pieces."""

    paragraph: Paragraph
    spans: tuple[MarkedSpan, ...]
    claims: list[Claim]
    pieces: tuple[Tokens, ...]
    tagged: list[Tagged] = field(default_factory=list)


def find_quotations(
    stories: Sequence[Story], tagger: Tagger | None, aliases: Mapping[str, str] | None = None
) -> Iterator[tuple[Quotation, ...]]:
    """The quotations of each story, those of the headline first, in text order.

    Without a tagger, or in a language that it was not trained on, those in marks alone. `aliases`
    maps names of people to the one they are published by. What is found in a story does not depend
    on the others; the time is linear in the length of the texts.
    """
    for at in range(0, len(stories), _ARTICLES_AT_ONCE):
        yield from _find(stories[at : at + _ARTICLES_AT_ONCE], tagger, aliases)


def _find(
    stories: Sequence[Story], tagger: Tagger | None, aliases: Mapping[str, str] | None
) -> Iterator[tuple[Quotation, ...]]:
    read: list[tuple[list[_Read], list[_Read]]] = []
    for story in stories:
        words = tagger is not None and story.is_read
        headline = list(_read(story.headline, words))
        if words:
            _sign(story.headline.text, headline)
        read.append((headline, list(_read(story.text, words, story.subheads))))
    if tagger is not None:
        _tag([each for both in read for several in both for each in several], tagger)
    for story, (headline, text) in zip(stories, read, strict=True):
        found = Found(
            tuple(_statements(story.headline.text, headline)),
            tuple(_statements(story.text.text, text)),
        )
        yield attribute(story, found, aliases)


def _read(
    passage: Passage, words: bool, passed_over: Container[int] = frozenset()
) -> Iterator[_Read]:
    """The paragraphs but those passed over; a quotation that runs on keeps its speaker."""
    carried: Claim | None = None
    continued = False
    text = passage.text
    transcript = is_transcript(text)
    for paragraph in paragraphs(text, passage.marks):
        if paragraph.number in passed_over:
            continue
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


def _sign(text: str, headline: Sequence[_Read]) -> None:
    """A headline that ends with its speaker is one statement, whatever stands in it."""
    for each in headline:
        claim = signed_headline(text, each.paragraph, each.spans)
        if claim is not None:
            each.claims, each.pieces = [claim], ()


def _tag(read: Sequence[_Read], tagger: Tagger) -> None:
    owners = [each for each in read for _ in each.pieces]
    pieces = [piece for each in read for piece in each.pieces]
    for owner, tagged in zip(owners, tagger.tag(pieces), strict=True):
        owner.tagged += tagged


def _statements(text: str, read: Sequence[_Read]) -> Iterator[Statement]:
    for each in read:
        yield from join(text, each.paragraph.number, each.spans, each.claims, each.tagged)
