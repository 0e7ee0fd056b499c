"""Speakers resolved from annotated mentions, so that nothing but the resolving is measured.

    python -m benchmarks.resolve [GOLD_FOLDER] [--errors] [--gate]

Every mention of the annotated articles goes through `resolve_article` in text order; a name is
right where the scorer's own rule finds it the same as the annotator's.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import SHARED, Gate, need, print_table
from benchmarks.quotes_table import scorer
from flows.quotes.resolve import Mention, Resolved, resolve_article
from flows.quotes.speaker_words import pronoun_of
from flows.quotes.speakers import identify

FLOOR = 0.95
WORDS = 753
"""Words of the article that the issue speaks of."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One annotated mention and what became of it."""

    document: str
    mention: str
    kind: str
    gold: str
    found: Resolved
    right: bool


def main() -> None:
    """Print accuracy by kind of mention, reliability, and time."""
    options = [each for each in sys.argv[1:] if each.startswith("--")]
    folders = [Path(each) for each in sys.argv[1:] if not each.startswith("--")]
    folder = need(folders[0] if folders else SHARED / "gold")
    judged = list(judge(folder))
    _print_kinds(judged)
    print()
    _print_reliability(judged)
    print()
    _print_speed(folder)
    _print_growth()
    if "--errors" in options:
        for each in judged:
            if not each.right:
                print(each.document, repr(each.mention), "->", each.found.name, "|", each.gold)
                print("    ", each.found.resolution, each.found.reason)
    gate = Gate()
    share = sum(each.right for each in judged) / len(judged)
    gate.at_least("resolved", share, FLOOR)
    gate.close()


def judge(folder: Path) -> Iterator[Judged]:
    """Every annotated mention with a speaker, resolved."""
    rules = scorer()
    for name, (text, versions) in rules.load_gold(str(folder)).items():
        quotes = [each for each in versions[0][1] if each.get("source") and each["speaker"]]
        for quote, mention, found in _resolved(text, quotes):
            gold = quote["speaker"]
            right = found.name is not None and rules.same_name(found.name) == rules.same_name(gold)
            yield Judged(name, mention, _kind(mention), gold, found, right)


def _resolved(text: str, quotes: Sequence[Any]) -> Iterator[tuple[Any, str, Resolved]]:
    """The mentions of one file, its first line taken as the headline where others follow."""
    break_at = text.find("\n")
    ordered = sorted(quotes, key=lambda quote: quote["source"][0][0])
    above = [quote for quote in ordered if quote["source"][0][0] < break_at]
    below = [quote for quote in ordered if quote["source"][0][0] >= break_at]
    start = max(0, break_at)
    found = resolve_article(
        text[start:],
        [_mention(quote, start) for quote in below],
        headline=text[:start],
        headline_mentions=[_mention(quote, 0) for quote in above],
    )
    for quote, speaker in zip([*above, *below], [*found.headline, *found.text], strict=True):
        first, end = quote["source"][0]
        yield quote, text[first:end], speaker


def _mention(quote: Any, shift: int) -> Mention:
    first, end = quote["source"][0][0], quote["source"][-1][1]
    content = tuple((each[0] - shift, each[1] - shift) for each in quote["content"])
    return Mention(first - shift, end - shift, content)


def _kind(mention: str) -> str:
    if pronoun_of(mention) is not None:
        return "pronoun"
    speaker = identify(mention)
    if speaker.kind == "person":
        named = "full name" if speaker.is_full else "surname"
        return "title" if speaker.name is None else named
    if speaker.kind == "organisation" and speaker.name is None:
        return "body described"
    kinds = {"place": "country", "organisation": "body", "document": "document"}
    return kinds.get(speaker.kind, "group")


def _print_kinds(judged: Sequence[Judged]) -> None:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for each in judged:
        verdict = "right" if each.right else "null" if each.found.name is None else "wrong"
        for row in (each.kind, "all"):
            rows[row][verdict] += 1
    table = [
        (kind, sum(counts.values()), counts["right"], counts["wrong"], counts["null"],
         round(100 * counts["right"] / sum(counts.values()), 1))
        for kind, counts in sorted(rows.items(), key=lambda row: (row[0] == "all", row[0]))
    ]  # fmt: skip
    print_table(("mention", "n", "right", "wrong", "null", "right %"), table)


def _print_reliability(judged: Sequence[Judged]) -> None:
    bins: dict[tuple[str, float], list[bool]] = defaultdict(list)
    for each in judged:
        bins[each.found.resolution, each.found.confidence].append(each.right)
    table = [
        (how, sure, len(right), round(sum(right) / len(right), 3))
        for (how, sure), right in sorted(bins.items())
    ]
    print_table(("resolution", "confidence", "n", "right"), table)


def _print_growth() -> None:
    """Time for each mention as a text grows; the same all the way where it is linear."""
    piece, mention = "The mayor, Ida Holm of the Harbour Bank (HB), met Per Ek. She ", "She"
    rows = []
    for pieces in (50, 500, 5000):
        text = f"{piece}said the tide is high.\n" * pieces
        step = len(text) // pieces
        at = [each * step + piece.rindex(mention) for each in range(pieces)]
        before = time.process_time()
        resolve_article(text, [Mention(start, start + len(mention)) for start in at])
        spent = time.process_time() - before
        rows.append((len(text.split()), pieces, round(1e6 * spent / pieces)))
    print_table(("words", "mentions", "microseconds a mention"), rows)


def _print_speed(folder: Path) -> None:
    """CPU time of resolving alone, by article of 753 words and by mention."""
    articles = [
        (text, [each for each in versions[0][1] if each.get("source") and each["speaker"]])
        for text, versions in scorer().load_gold(str(folder)).values()
    ]
    words = sum(len(text.split()) for text, _ in articles)
    mentions = sum(len(quotes) for _, quotes in articles)
    spent = []
    for _ in range(7):
        before = time.process_time()
        for text, quotes in articles:
            for _ in _resolved(text, quotes):
                pass
        spent.append(time.process_time() - before)
    print(
        f"{1000 * min(spent[1:]) / words * WORDS:.2f} ms for {WORDS} words with "
        f"{mentions / words * WORDS:.0f} mentions; the first time, caches empty: "
        f"{1000 * spent[0] / words * WORDS:.2f} ms"
    )


if __name__ == "__main__":
    main()
