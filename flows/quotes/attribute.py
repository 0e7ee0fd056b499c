"""Statements as quotations: each with the speaker whom the whole article gives its mention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flows.quotes.quotation import Quotation
from flows.quotes.resolve import Mention, resolve_article
from flows.quotes.resolved import UNKNOWN, Resolved

if TYPE_CHECKING:
    from flows.quotes.statement import Statement
    from flows.quotes.story import Story

_UNREAD: Final = "the article is in a language that is not read: {language}"


@dataclass(frozen=True, slots=True)
class Found:
    """The statements of headline and text, each in text order."""

    headline: Sequence[Statement]
    text: Sequence[Statement]


def attribute(
    story: Story, found: Found, aliases: Mapping[str, str] | None
) -> tuple[Quotation, ...]:
    """The quotations of a story, those of the headline first.

    In a language that is not read the mention stays as written, and the resolution is `marks`.
    """
    if not found.headline and not found.text:
        return ()
    if story.is_read:
        resolved = resolve_article(
            story.text.text,
            [*_mentions(found.text)],
            headline=story.headline.text,
            headline_mentions=[*_mentions(found.headline)],
            aliases=aliases,
        )
        headline, text = iter(resolved.headline), iter(resolved.text)
    else:
        unread = Resolved(
            None, (), "unknown", None, "marks", _UNREAD.format(language=story.language), 0.0
        )
        headline = iter([unread] * len(found.headline))
        text = iter([unread] * len(found.text))
    quotations = []
    for name, passage, statements, speakers in (
        ("headline", story.headline, found.headline, headline),
        ("text", story.text, found.text, text),
    ):
        for statement in statements:
            speaker = UNKNOWN if statement.mention is None else next(speakers)
            quotations.append(_quotation(name, passage.text, statement, speaker))
    return tuple(quotations)


def _mentions(statements: Sequence[Statement]) -> Sequence[Mention]:
    return [Mention(*each.mention, each.parts) for each in statements if each.mention is not None]


def _quotation(name: str, text: str, statement: Statement, speaker: Resolved) -> Quotation:
    cue, mention = statement.cue, statement.mention
    sure = statement.confidence * (speaker.confidence if speaker.name is not None else 1)
    return Quotation(
        field=name,
        paragraph=statement.paragraph,
        text=" … ".join(text[start:end] for start, end in statement.parts),
        char_start=statement.extent[0],
        char_end=statement.extent[1],
        parts=statement.parts,
        kind=statement.kind,
        mark=None if statement.opening is None else statement.opening.printed,
        cue=None if cue is None else text[cue[0] : cue[1]],
        cue_start=None if cue is None else cue[0],
        cue_end=None if cue is None else cue[1],
        speaker_mention=None if mention is None else text[mention[0] : mention[1]],
        speaker_start=None if mention is None else mention[0],
        speaker_end=None if mention is None else mention[1],
        speaker_name=speaker.name,
        speaker_names=speaker.names,
        speaker_kind=speaker.kind,
        speaker_title=speaker.title,
        speaker_reason=speaker.reason,
        resolution=speaker.resolution,
        confidence=round(sure, 3),
    )
