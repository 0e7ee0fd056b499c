"""How near predicted statements come to annotated ones: `python -m tests.gold_score` prints it.

Contents are compared after `trimmed`: what a scorer must not quibble about (a comma, a mark, a
leading "that") is gone, and fragments with nothing between them but such characters are one.

- Pairs: a predicted and an annotated content that share a character can be a pair. Pairs are made
  one to one, the largest overlap first, and of equal ones that with the least text of its own
  beside it; so equal contents always find each other.
- overlap: a statement with a partner is found.
- exact: found, and the two trimmed contents are equal.
- speaker: found, and the two resolved names are the same; counted over the statements that have a
  speaker. A null costs recall where the annotation has a name, and never precision.

Each is precision (of what was predicted), recall (of what was annotated) and F1, over all
articles together. By kind, recall is over annotations of the kind and precision over predictions
of it; a partner may be of any kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.gold_articles import KINDS, GoldArticle, Span, Statement, load_articles
from tests.gold_engines import ENGINES, Engine, predict

MEASURES: Final = ("exact", "overlap", "speaker")
ROWS: Final = ("all", *KINDS)

_THAT = re.compile(r"that\s+(?=\S)", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:the|an?) (?=.)")


@dataclass(frozen=True, slots=True)
class Figure:
    """Precision, recall and F1 in percent; each is 0 where there is nothing to divide by."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean.

        >>> Figure(100.0, 50.0).f1
        66.66666666666667
        """
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Tally:
    """Counts over articles, by row ("all" or a kind) and measure."""

    annotated: Counter[tuple[str, str]] = field(default_factory=Counter)
    predicted: Counter[tuple[str, str]] = field(default_factory=Counter)
    annotated_hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    predicted_hits: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(
        self, text: str, annotated: Sequence[Statement], predicted: Sequence[Statement]
    ) -> None:
        """Count one article."""
        partners = matched(text, annotated, predicted)
        back = {other: at for at, other in partners.items()}
        for at, gold in enumerate(annotated):
            partner = predicted[partners[at]] if at in partners else None
            _count(self.annotated, self.annotated_hits, gold, _hits(text, gold, partner))
        for at, made in enumerate(predicted):
            partner = annotated[back[at]] if at in back else None
            _count(self.predicted, self.predicted_hits, made, _hits(text, made, partner))

    def figure(self, row: str, measure: str) -> Figure:
        """What was measured in a row."""
        at = row, measure
        return Figure(
            precision=_percent(self.predicted_hits[at], self.predicted[at]),
            recall=_percent(self.annotated_hits[at], self.annotated[at]),
        )


def score(articles: Iterable[GoldArticle], engine: Engine) -> Tally:
    """Run an engine over articles and count."""
    tally = Tally()
    for article in articles:
        tally.add(article.text, article.statements, predict(article.text, engine))
    return tally


def matched(
    text: str, annotated: Sequence[Statement], predicted: Sequence[Statement]
) -> dict[int, int]:
    """Number of an annotated statement -> number of its partner among the predicted."""
    gold = [trimmed(text, each.content) for each in annotated]
    made = [trimmed(text, each.content) for each in predicted]
    candidates = []
    for at, wanted in enumerate(gold):
        for other, content in enumerate(made):
            shared = _shared(wanted, content)
            beside = _length(wanted) + _length(content) - 2 * shared
            if shared:
                candidates.append((-shared, beside, at, other))
    partners: dict[int, int] = {}
    for _, _, at, other in sorted(candidates):
        if at not in partners and other not in partners.values():
            partners[at] = other
    return partners


def trimmed(text: str, content: Iterable[Span]) -> tuple[Span, ...]:
    """Fragments without blanks and punctuation at their edges and without a leading "that".

    >>> text = "Holm said that “it is,” she said, “very late.”"
    >>> [text[start:end] for start, end in trimmed(text, [(10, 23), (34, 46)])]
    ['it is', 'very late']
    """
    kept: list[Span] = []
    for raw in sorted(content):
        start, end = _edged(text, *raw)
        that = _THAT.match(text, start, end)
        if that is not None:
            start, end = _edged(text, that.end(), end)
        if start >= end:
            continue
        if kept and all(map(_is_edge, text[kept[-1][1] : start])):
            kept[-1] = kept[-1][0], max(kept[-1][1], end)
        else:
            kept.append((start, end))
    return tuple(kept)


def same_name(name: str | None, other: str | None) -> bool:
    """Whether two resolved names are one: case, punctuation and a leading article aside.

    >>> same_name("The Harbour Office", "Harbour Office"), same_name("Ida Holm", "Holm")
    (True, False)
    """
    return name is not None and other is not None and _plain(name) == _plain(other)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return _ARTICLE.sub("", " ".join(re.findall(r"\w+", decomposed)), count=1)


def _edged(text: str, start: int, end: int) -> Span:
    while start < end and _is_edge(text[start]):
        start += 1
    while end > start and _is_edge(text[end - 1]):
        end -= 1
    return start, end


def _is_edge(character: str) -> bool:
    return character.isspace() or unicodedata.category(character).startswith("P")


def _shared(content: Sequence[Span], other: Sequence[Span]) -> int:
    return sum(
        max(0, min(end, until) - max(start, since))
        for start, end in content
        for since, until in other
    )


def _length(content: Sequence[Span]) -> int:
    return sum(end - start for start, end in content)


def _hits(text: str, one: Statement, partner: Statement | None) -> tuple[bool, bool, bool]:
    """Exact, overlap and speaker, as MEASURES names them."""
    if partner is None:
        return False, False, False
    exact = trimmed(text, one.content) == trimmed(text, partner.content)
    return exact, True, same_name(one.speaker, partner.speaker)


def _count(
    total: Counter[tuple[str, str]],
    right: Counter[tuple[str, str]],
    statement: Statement,
    hits: tuple[bool, bool, bool],
) -> None:
    for row in ("all", statement.kind):
        for measure, hit in zip(MEASURES, hits, strict=True):
            if measure == "speaker" and statement.speaker is None:
                continue
            total[row, measure] += 1
            right[row, measure] += hit


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def table(engine: str, tally: Tally) -> str:
    """The figures of one engine in Markdown: precision, recall and F1 by kind."""
    header = ("annotated", "predicted", *(f"{measure} P / R / F1" for measure in MEASURES))
    lines = [
        f"| {engine:<8} | " + " | ".join(f"{name:>21}" for name in header) + " |",
        "|" + "|".join(["---"] * (len(header) + 1)) + "|",
    ]
    for row in ROWS:
        counts = [counter[row, "overlap"] for counter in (tally.annotated, tally.predicted)]
        figures = [tally.figure(row, measure) for measure in MEASURES]
        cells = [
            *map(str, counts),
            *(f"{each.precision:.1f} / {each.recall:.1f} / {each.f1:.1f}" for each in figures),
        ]
        lines.append(f"| {row:<8} | " + " | ".join(f"{cell:>21}" for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the figures of every engine."""
    articles = load_articles()
    print(f"{len(articles)} articles, F1 and its parts in %\n")
    for name, engine in ENGINES.items():
        print(table(name, score(articles, engine)), end="\n\n")


if __name__ == "__main__":
    main()
