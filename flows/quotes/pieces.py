"""Paragraphs cut at sentences into pieces short enough for the tagger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flows.quotes.tokens import Tokens

LONGEST: Final = 192
"""Words. 99.9 % of the paragraphs of news are shorter."""


def cut(whole: Tokens) -> Iterator[Tokens]:
    """`whole`, or pieces of at most LONGEST words that end where a sentence ends, if one does."""
    start = 0
    while len(whole) - start > LONGEST:
        end = start + LONGEST
        sentence = next((at for at in range(end, start, -1) if whole.first[at]), end)
        yield _slice(whole, start, sentence)
        start = sentence
    yield _slice(whole, start, len(whole)) if start else whole


def _slice(whole: Tokens, start: int, end: int) -> Tokens:
    return Tokens(
        whole.words[start:end],
        whole.starts[start:end],
        whole.ends[start:end],
        whole.quote[start:end],
        whole.shape[start:end],
        whole.first[start:end],
    )
