"""Where the parts of an article stand in its cleaned text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.parse.patterns import Span
from flows.parse.profile import Profile

__all__ = ["Layout", "Span"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One document as one profile reads it; nothing is interpreted yet, only found.

    `fields` has the spans of every field in the order they were found, `paragraphs` the body
    without dateline, captions, furniture and footers; a paragraph that was wrapped still holds its
    line ends. `subheads` are numbers of paragraphs. `score` counts what the profile matched,
    `removed` the paragraphs that were taken out of the body by what they are.
    """

    profile: Profile
    score: int
    fields: Mapping[str, tuple[Span, ...]]
    paragraphs: tuple[Span, ...]
    captions: tuple[Span, ...]
    subheads: tuple[int, ...]
    is_correction: bool
    removed: Mapping[str, int]

    def first(self, field: str) -> Span | None:
        """The first span of `field`, or None."""
        spans = self.fields.get(field)
        return spans[0] if spans else None
