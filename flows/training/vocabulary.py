"""What a tagger knows by name, and the features that it reads of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from flows.quotes.lexicon import Features, Lexicon, Pieces

if TYPE_CHECKING:
    from flows.training.examples import Example

_MOST_WORDS: Final = 30_000
_MOST_ENDS: Final = 4_000
"""Suffixes, and prefixes."""
_FEWEST: Final = 3
"""Occurrences of a word."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tables of words, suffixes and prefixes, the most frequent first; or of word pieces alone."""

    kind: Literal["words", "pieces"]
    tables: tuple[tuple[str, ...], ...]

    def features(self) -> Features:
        """What turns tokens into ids."""
        return Pieces(self.tables[0]) if self.kind == "pieces" else Lexicon(*self.tables)

    def as_text(self) -> str:
        """An entry a line, a blank line between tables."""
        return "\n\n".join("\n".join(table) for table in self.tables) + "\n"


def vocabulary(found: Iterable[Example]) -> Vocabulary:
    """Words of some examples, lower case, with their last and first three letters."""
    words = Counter(word.lower() for each in found for word in each.tokens.words)
    suffixes: Counter[str] = Counter()
    prefixes: Counter[str] = Counter()
    for word, count in words.items():
        suffixes[word[-3:]] += count
        prefixes[word[:3]] += count
    ends = (_frequent(each, _MOST_ENDS) for each in (suffixes, prefixes))
    return Vocabulary("words", (_frequent(words, _MOST_WORDS), *ends))


def word_pieces(encoder: Path) -> Vocabulary:
    """The vocabulary of the pre-trained encoder in the folder `encoder`."""
    lines = (encoder / "vocab.txt").read_text("utf-8").splitlines()
    return Vocabulary("pieces", (tuple(lines),))


def _frequent(counts: Counter[str], at_most: int) -> tuple[str, ...]:
    kept = [each for each, count in counts.items() if count >= _FEWEST]
    return tuple(sorted(kept, key=lambda each: (-counts[each], each))[:at_most])
