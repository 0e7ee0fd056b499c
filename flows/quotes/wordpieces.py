"""Word pieces of the pre-trained encoder's vocabulary, longest match first (Wu et al. 2016)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

_LONGEST_WORD: Final = 40


class WordPieces:
    """Ids of the pieces of words, lower case and without accents; what is met is kept."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._known: dict[str, tuple[int, ...]] = {}
        self.begin, self.end = self._ids["[CLS]"], self._ids["[SEP]"]
        self.unknown = self._ids["[UNK]"]

    def of(self, word: str) -> tuple[int, ...]:
        """The ids of a word's pieces, at least one."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) > 200_000:
                self._known.clear()
            found = self._known[word] = self._cut(word)
        return found

    def _cut(self, word: str) -> tuple[int, ...]:
        plain = unicodedata.normalize("NFD", word.lower())
        plain = "".join(each for each in plain if unicodedata.category(each) != "Mn")
        if not plain or len(plain) > _LONGEST_WORD:
            return (self.unknown,)
        return tuple(piece for part in _parts(plain) for piece in self._pieces(part))

    def _pieces(self, part: str) -> tuple[int, ...]:
        pieces: list[int] = []
        at = 0
        while at < len(part):
            end = len(part)
            while end > at and (("##" if at else "") + part[at:end]) not in self._ids:
                end -= 1
            if end == at:
                return (self.unknown,)
            pieces.append(self._ids[("##" if at else "") + part[at:end]])
            at = end
        return tuple(pieces)


def _parts(word: str) -> list[str]:
    """The encoder knows punctuation as words of their own."""
    parts: list[str] = []
    run = ""
    for each in word:
        if each.isalnum():
            run += each
            continue
        parts += [run, each] if run else [each]
        run = ""
    return [*parts, run] if run else parts
