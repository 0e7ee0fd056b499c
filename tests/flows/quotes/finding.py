"""The quotations of a text written in a test."""

from __future__ import annotations

from flows.normalise.marks import straighten
from flows.normalise.text import Text
from flows.quotes import Passage, Quotation, Story, Tagger, find_quotations


def passage(raw: str) -> Passage:
    marked = straighten(Text(raw))
    return Passage(marked.text.value, marked.marks)


def story(raw: str, headline: str = "", language: str = "en") -> Story:
    return Story(passage(headline), passage(raw), language)


def found(raw: str, field: str = "text", tagger: Tagger | None = None) -> tuple[Quotation, ...]:
    """By the marks alone where no tagger is given."""
    texts = {"headline": "", "text": ""} | {field: raw}
    (quotations,) = find_quotations([story(texts["text"], texts["headline"])], tagger)
    return quotations
