"""What resolving a mention gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flows.quotes.quotation import Resolution, Span, SpeakerKind


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a field names the speaker of one quotation, and where that quotation's words are.

    Code points of the field, ends exclusive. People named in `content` are no antecedents of the
    pronouns that follow, unless nothing else is.
    """

    start: int
    end: int
    content: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The speaker of one mention.

    `name` is None where `resolution` is none, and only then `reason` says why. `names` holds each
    of joint speakers, the one name otherwise, nothing where there is none. Joint speakers have
    the kind that all of them share, else group. `confidence` is how sure the name is, from 0 to 1,
    given that the mention is right; 0 without a name.
    """

    name: str | None
    names: tuple[str, ...]
    kind: SpeakerKind
    title: str | None
    resolution: Resolution
    reason: str | None
    confidence: float


def named(
    name: str,
    kind: SpeakerKind,
    resolution: Resolution,
    confidence: float,
    title: str | None = None,
) -> Resolved:
    """A speaker with one name."""
    return Resolved(name, (name,), kind, title, resolution, None, confidence)


def unnamed(reason: str, kind: SpeakerKind = "unknown", title: str | None = None) -> Resolved:
    """A speaker whose name is not clear, and why."""
    return Resolved(None, (), kind, title, "none", reason, 0.0)


UNKNOWN: Final = unnamed("no mention of a speaker")

NOWHERE: Final = Mention(1 << 40, 1 << 40)
"""A mention outside the text, in the headline: all of the text may name whom it means."""
