"""What the quotes stage gives: one reported statement with its cue and its speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
"""Start and end, in code points of the field's text, the end exclusive."""

Kind = Literal["direct", "indirect", "mixed"]
SpeakerKind = Literal["person", "organisation", "place", "document", "group", "unknown"]
Resolution = Literal["stated", "surname", "pronoun", "title", "lookup", "marks", "none"]
"""How a mention became a name; `none` where it did not, `marks` in a language that is not read."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """One reported statement of a field, `headline` or `text`; all offsets are code points in it.

    The extent `char_start:char_end` reaches from the first of `parts` to the last, the cue
    between them included; `text` is the parts joined by " … ". `mark` is the opening mark as
    printed. `speaker_names` holds each of joint speakers, `speaker_reason` says why there is no
    name. `confidence` is the share of statements with the same evidence that annotators marked
    too, times how sure the name is.
    """

    field: str
    paragraph: int
    text: str
    char_start: int
    char_end: int
    parts: tuple[Span, ...]
    kind: Kind
    mark: str | None
    cue: str | None
    cue_start: int | None
    cue_end: int | None
    speaker_mention: str | None
    speaker_start: int | None
    speaker_end: int | None
    speaker_name: str | None
    speaker_names: tuple[str, ...]
    speaker_kind: SpeakerKind
    speaker_title: str | None
    speaker_reason: str | None
    resolution: Resolution
    confidence: float
