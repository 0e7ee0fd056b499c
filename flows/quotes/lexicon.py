"""What the taggers read of a word, looked up once for each word and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from flows.quotes.tokens import Tokens
from flows.quotes.wordpieces import WordPieces

Ids = NDArray[np.int64]
_MOST_KEPT: Final = 200_000
_MOST_PIECES: Final = 510


class Features(Protocol):
    """Tokens of several paragraphs as the padded arrays that a net reads."""

    def batch(self, chosen: Sequence[Tokens]) -> dict[str, Ids]:
        """Arrays by the name of the net's input, (N, T, ...) each, but for the lengths (N)."""


class Lexicon:
    """Word, suffix and prefix ids of the tagger from scratch; 0 is padding, 1 unknown."""

    def __init__(
        self, words: Sequence[str], suffixes: Sequence[str], prefixes: Sequence[str]
    ) -> None:
        self._words, self._suffixes, self._prefixes = (
            {each: number for number, each in enumerate(table, 2)}
            for table in (words, suffixes, prefixes)
        )
        self._known: dict[str, tuple[int, int, int]] = {}

    def batch(self, chosen: Sequence[Tokens]) -> dict[str, Ids]:
        """`features` (N, T, 6): word, suffix, prefix, quote, shape, first."""
        lengths = np.fromiter(map(len, chosen), np.int64, len(chosen))
        out = np.zeros((len(chosen), int(lengths.max()), 6), np.int64)
        for row, each in enumerate(chosen):
            size = len(each)
            out[row, :size, :3] = [self._of(word) for word in each.words]
            out[row, :size, 3] = each.quote
            out[row, :size, 4] = each.shape
            out[row, :size, 5] = each.first
        return {"features": out, "lengths": lengths}

    def _of(self, word: str) -> tuple[int, int, int]:
        found = self._known.get(word)
        if found is None:
            if len(self._known) > _MOST_KEPT:
                self._known.clear()
            plain = word.lower()
            found = self._known[word] = (
                self._words.get(plain, 1),
                self._suffixes.get(plain[-3:], 1),
                self._prefixes.get(plain[:3], 1),
            )
        return found


class Pieces:
    """Word pieces of the tagger on the pre-trained encoder."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._pieces = WordPieces(vocabulary)

    def batch(self, chosen: Sequence[Tokens]) -> dict[str, Ids]:
        """`pieces` (N, P), `firsts`, `quote` and `shape` (N, T).

        A word beyond the encoder's 512 positions is read as the last one within.
        """
        rows: list[list[int]] = []
        lengths = np.fromiter(map(len, chosen), np.int64, len(chosen))
        wide = (len(chosen), int(lengths.max()))
        firsts, quote, shape = (np.zeros(wide, np.int64) for _ in range(3))
        for row, each in enumerate(chosen):
            pieces = [self._pieces.begin]
            for at, word in enumerate(each.words):
                firsts[row, at] = min(len(pieces), _MOST_PIECES)
                pieces += self._pieces.of(word)
            rows.append([*pieces[: _MOST_PIECES + 1], self._pieces.end])
            quote[row, : len(each)] = each.quote
            shape[row, : len(each)] = each.shape
        padded = np.zeros((len(rows), max(map(len, rows))), np.int64)
        for row, numbers in enumerate(rows):
            padded[row, : len(numbers)] = numbers
        return {
            "pieces": padded,
            "firsts": firsts,
            "quote": quote,
            "shape": shape,
            "lengths": lengths,
        }
