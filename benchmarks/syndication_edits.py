"""Known edits of real articles: what an editor does to a text that another outlet printed first."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.measure import CORPORA
from flows.batch.article import Article, read_article
from flows.receive import FieldMapping, Limits, decode, documents, scan
from flows.receive.documents import Decoded

PARAGRAPH = "\n\n"
LEAD_WORDS = 45
EDITED_WORDS = 30
Edit = Callable[[str, random.Random, Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Printed:
    """One real article: what a fingerprint is made from, and its day as printed."""

    outlet: str
    headline: str
    text: str


def corpus() -> Iterator[Printed]:
    """Every article of the real corpora, one of each text."""
    seen = set()
    for article in _articles():
        text = article.text.text.value
        if text not in seen:
            seen.add(text)
            headline = article.headline.text.value
            yield Printed(article.outlet_id, headline, text)


def _articles() -> Iterator[Article]:
    for file in scan([str(CORPORA)]).files:
        for document in documents(file, Limits(), FieldMapping()):
            decoded = decode(document) if document.problem is None else None
            if isinstance(decoded, Decoded):
                article = read_article(decoded, document.name)
                if isinstance(article, Article):
                    yield article


def cut(share: float) -> Edit:
    """The first so much of the words."""

    def edit(text: str, _own: random.Random, _donors: Sequence[str]) -> str:
        words = text.split()
        return " ".join(words[: int(len(words) * share)])

    return edit


def added_lead(text: str, own: random.Random, donors: Sequence[str]) -> str:
    """A first paragraph that nobody else has: words of another article in no order of theirs."""
    words = own.choice(donors).split()
    return " ".join(own.choices(words, k=LEAD_WORDS)) + PARAGRAPH + text


def other_headline(text: str, _own: random.Random, _donors: Sequence[str]) -> str:
    """The text as it is: a headline is no part of what is compared."""
    return text


def replaced(run: int) -> Edit:
    """EDITED_WORDS words replaced by those of another article, `run` at a time, all over."""

    def edit(text: str, own: random.Random, donors: Sequence[str]) -> str:
        words, other = text.split(), own.choice(donors).split()
        places = EDITED_WORDS // run
        step = len(words) / places
        for number in range(places):
            at = int(number * step + own.random() * max(1.0, step - run))
            source = own.randrange(len(other) - run)
            words[at : at + run] = other[source : source + run]
        return " ".join(words)

    return edit


def together(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(text: str, own: random.Random, donors: Sequence[str]) -> str:
        for each in edits:
            text = each(text, own, donors)
        return text

    return edit


EDITS: dict[str, Edit] = {
    "cut to the first half": cut(1 / 2),
    "cut to the first third": cut(1 / 3),
    "lead paragraph added (45 words)": added_lead,
    "headline changed": other_headline,
    "30 words replaced, one by one": replaced(1),
    "30 words replaced, 3 at a time": replaced(3),
    "30 words replaced, in one piece": replaced(30),
    "half, lead": together(cut(1 / 2), added_lead),
    "third, lead": together(cut(1 / 3), added_lead),
    "half, lead, 30 words by 3": together(cut(1 / 2), replaced(3), added_lead),
}
HARDER: dict[str, Edit] = {
    "half, lead, 30 words one by one": together(cut(1 / 2), replaced(1), added_lead),
}
"""Where less than half of the words are in common in runs of three: shown, not gated."""
