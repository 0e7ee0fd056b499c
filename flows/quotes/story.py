"""What of an article is searched for quotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from flows.normalise.marks import Mark

TRAINED_ON: Final = frozenset(("en",))
"""Languages that the taggers and the resolution read; of the others the marks alone are."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A headline or a body, with blank lines between its paragraphs and its marks."""

    text: str
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Story:
    """The fields of an article, and its language (BCP 47).

    Nobody speaks in the paragraphs of the text that are `subheads`, by their numbers.
    """

    headline: Passage
    text: Passage
    language: str
    subheads: frozenset[int] = frozenset()

    @property
    def is_read(self) -> bool:
        """Its words are read, not only its marks."""
        return self.language in TRAINED_ON
