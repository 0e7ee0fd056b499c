"""The quotations of some articles, looked for together by the tagger that a run chose."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flows.batch.article import Article
from flows.normalise.marks import Marked
from flows.quotes import Passage, Quotation, Story, Tagger, find_quotations, tagger, version_named
from flows.quotes.people import people

MARKS = "marks"
"""Instead of a tagger's name: what stands in quotation marks, and nothing else."""


@dataclass(frozen=True, slots=True)
class Finder:
    """What finds quotations: the name of a tagger or MARKS, and a user's table of people."""

    tagger: str = "fast"
    people: Path | None = None

    @classmethod
    def of_json(cls, written: Mapping[str, Any]) -> Finder:
        """From what `asdict` and JSON made of one."""
        table = written["people"]
        return cls(written["tagger"], None if table is None else Path(table))

    @property
    def engine(self) -> Tagger | None:
        """The tagger, loaded once a process; None for the marks alone."""
        return None if self.tagger == MARKS else tagger(self.tagger)

    def versions(self) -> dict[str, str]:
        """What the manifest says of it: `tagger` -> name and version, `people` -> a hash."""
        marks = self.tagger == MARKS
        found = {"tagger": MARKS if marks else f"{self.tagger} {version_named(self.tagger)}"}
        if self.people is not None:
            found["people"] = hashlib.sha256(self.people.read_bytes()).hexdigest()[:16]
        return found


BY_DEFAULT: Final = Finder()


def find_in(articles: Sequence[Article], finder: Finder) -> list[tuple[Quotation, ...]]:
    """The quotations of each article; an error names the article it happened on."""
    engine, aliases = finder.engine, people(finder.people)
    try:
        return list(find_quotations([story_of(each) for each in articles], engine, aliases))
    except Exception:
        for each in articles:  # Which one is it?
            _try(each, engine, aliases)
        raise


def _try(article: Article, engine: Tagger | None, aliases: Mapping[str, str]) -> None:
    try:
        list(find_quotations([story_of(article)], engine, aliases))
    except Exception as error:
        error.add_note(f"while looking for the quotations of {article.headline.text.value!r}")
        raise


def story_of(article: Article) -> Story:
    """What of an article is searched."""
    subheads = frozenset(number for number, _, _ in article.subheads)
    return Story(_passage(article.headline), _passage(article.text), article.language, subheads)


def _passage(marked: Marked) -> Passage:
    return Passage(marked.text.value, marked.marks)
