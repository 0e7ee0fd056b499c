"""The quotations of some articles, looked for together by the tagger that a run chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.batch.article import Article
from flows.normalise.marks import Marked
from flows.quotes import Passage, Quotation, Story, Tagger, find_quotations, tagger

MARKS = "marks"
"""Instead of a tagger's name: what stands in quotation marks, and nothing else."""


def find_in(
    articles: Sequence[Article], name: str, people: Mapping[str, str] | None = None
) -> list[tuple[Quotation, ...]]:
    """The quotations of each article; an error names the article it happened on."""
    engine = engine_of(name)
    try:
        return list(find_quotations([story_of(each) for each in articles], engine, people))
    except Exception:
        for each in articles:  # Which one is it?
            _try(each, engine, people)
        raise


def _try(article: Article, engine: Tagger | None, people: Mapping[str, str] | None) -> None:
    try:
        list(find_quotations([story_of(article)], engine, people))
    except Exception as error:
        error.add_note(f"while looking for the quotations of {article.headline.text.value!r}")
        raise


def engine_of(name: str) -> Tagger | None:
    """The tagger of this name; None for the marks alone."""
    return None if name == MARKS else tagger(name)


def story_of(article: Article) -> Story:
    """What of an article is searched."""
    return Story(_passage(article.headline), _passage(article.text), article.language)


def _passage(marked: Marked) -> Passage:
    return Passage(marked.text.value, marked.marks)
