"""Paragraphs of articles that nobody annotated, for a tagger to learn from another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from flows.batch.article import Unreadable, read_article
from flows.quotes.marks import pair, paragraphs
from flows.quotes.pieces import cut
from flows.quotes.story import TRAINED_ON
from flows.quotes.tokens import tokens
from flows.receive import decode, documents, scan
from flows.receive.documents import Limits, RawDocument, Rejection
from flows.receive.mapping import FieldMapping
from flows.training.examples import Example

if TYPE_CHECKING:
    from flows.normalise.marks import Marked

_FEWEST_WORDS: Final = 4
_NO_WORD: Final = re.compile(r"\W+")


def read_texts(sources: Sequence[Path], known: Sequence[Example] = ()) -> Iterator[Example]:
    """The paragraphs of headlines and bodies at `sources`, each once and none of `known`.

    Sources are read as `broadsheet ingest` reads them; documents that hold no article in a
    language of the taggers are left out.
    """
    seen = {_key(" ".join(each.tokens.words)) for each in known}
    for file in scan(sources).files:
        for document in documents(file, Limits(), FieldMapping()):
            for marked in _fields(document):
                yield from _examples(marked, seen)


def _fields(document: RawDocument) -> tuple[Marked, ...]:
    if document.problem is not None:
        return ()
    decoded = decode(document)
    if isinstance(decoded, Rejection):
        return ()
    article = read_article(decoded, document.name)
    if isinstance(article, Unreadable) or article.language not in TRAINED_ON:
        return ()
    return article.headline, article.text


def _examples(marked: Marked, seen: set[str]) -> Iterator[Example]:
    text = marked.text.value
    for paragraph in paragraphs(text, marked.marks):
        for piece in cut(tokens(text, paragraph, pair(text, paragraph))):
            key = _key(" ".join(piece.words))
            if len(piece) >= _FEWEST_WORDS and key not in seen:
                seen.add(key)
                yield Example(piece, np.zeros(len(piece), np.int8), (), is_annotated=False)


def _key(words: str) -> str:
    return _NO_WORD.sub(" ", words.lower())
