"""What is read off the real texts besides their words, against the truth that lies beside them.

A row for each set and field: how many values are right, wrong, missing, and invented where the
truth has none. The truth is read off indexes, attributes and headers by plain searches that share
nothing with the product (see `metadata_sets`). `--only SET,SET` reads some of the sets, and
`--wrong SET.FIELD` prints what is not right.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import CORPORA, Gate, need, print_table
from benchmarks.metadata_sets import SETS, Case, Truth, plain
from flows.batch.article import Article, read_article
from flows.receive import decode
from flows.receive.documents import Rejection

FLOORS = Path(__file__).with_name("metadata_floors.toml")
_HEADER = ("set", "field", "right", "wrong", "missing", "invented", "none", "right %", "floor")


def main() -> None:
    """Print the table; with `--gate` end with 1 where a share is below its floor."""
    need(CORPORA)
    floors: dict[str, dict[str, float]] = tomllib.loads(FLOORS.read_text("utf-8"))
    shown = sys.argv[sys.argv.index("--wrong") + 1] if "--wrong" in sys.argv else ""
    only = sys.argv[sys.argv.index("--only") + 1].split(",") if "--only" in sys.argv else [*SETS]
    wanted = [name for name in only if shown == "" or shown.split(".")[0] == name]
    gate, rows, totals = Gate(), [], Counter[str]()
    began, documents = time.process_time(), 0
    for name in wanted:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for case in SETS[name]():
            documents += 1
            for field, verdict, printed, truth in _verdicts(case):
                counts[field][verdict] += 1
                if shown == f"{name}.{field}" and verdict not in ("right", "none"):
                    print(f"{verdict}: {case.name}: {printed!r}, not {truth!r}")
        for field, found in counts.items():
            rows.append(_row(name, field, found, floors.get(name, {}).get(field), gate))
            totals[f"{field} without truth"] += found["invented"] + found["none"]
            totals[f"{field} invented"] += found["invented"]
    print_table(_HEADER, rows)
    print_table(
        ("field", "without truth", "invented", "%", "ceiling"),
        list(_invented(totals, floors["invented"], gate)),
    )
    print(f"{documents:,} documents, {time.process_time() - began:.1f} s of CPU, truth included")
    gate.close()


def _row(
    name: str, field: str, found: Counter[str], floor: float | None, gate: Gate
) -> tuple[object, ...]:
    stated = found["right"] + found["wrong"] + found["missing"]
    share = 100 * found["right"] / stated if stated else 100.0
    if floor is not None:
        gate.at_least(f"{name} {field}", share, floor)
    counts = (found[verdict] for verdict in ("right", "wrong", "missing", "invented", "none"))
    return (name, field, *counts, share, "-" if floor is None else f"{floor:g}")


def _invented(
    totals: Counter[str], ceilings: dict[str, float], gate: Gate
) -> Iterator[tuple[object, ...]]:
    for field, ceiling in ceilings.items():
        without = totals[f"{field} without truth"]
        invented = totals[f"{field} invented"]
        share = 100 * invented / without if without else 0.0
        gate.at_most(f"{field} invented", share, ceiling)
        yield field, without, invented, share, ceiling


def _verdicts(case: Case) -> Iterator[tuple[str, str, Any, Truth]]:
    """Each field of the truth with its verdict, what was read, and the truth itself."""
    article = _read(case)
    for field, truth in case.truth.items():
        found = _value(case, article, field, truth)
        if truth is None or truth == ():
            verdict = "none" if found is None or found == () else "invented"
        elif found is None or found == ():
            verdict = "missing"
        else:
            verdict = "right" if _equal(found, truth) else "wrong"
        yield field, verdict, found, truth


def _read(case: Case) -> Article | None:
    decoded = decode(case.document)
    if isinstance(decoded, Rejection):
        return None
    article = read_article(decoded, case.document.source_uri)
    return article if isinstance(article, Article) else None


def _value(case: Case, article: Article | None, field: str, truth: Truth) -> Any:
    if article is None:
        return None
    match field:
        case "headline":
            return case.key(article.headline.text.value)
        case "published":
            return _stamp(article, truth)
        case "authors":
            return tuple(plain(name) for name in article.authors)
        case "editors":
            return tuple(plain(name) for name in article.editors)
        case "place":
            return plain(article.dateline_place) if article.dateline_place else None
        case "body":
            text = plain(article.text.text.value)
            return all(piece in text for piece in truth) if truth else True
        case "furniture out":
            text = plain(article.text.text.value)
            return all(piece not in text for piece in truth) if truth else True
    raise ValueError(field)


def _stamp(article: Article, truth: Truth) -> str | None:
    """As exactly as the truth states it: an instant in UTC, a local minute, or a day."""
    stamp = article.stamp
    if stamp is None:
        return None
    if isinstance(truth, str) and truth.endswith("Z"):
        return (
            f"{stamp.instant:%Y-%m-%d %H:%MZ}" if stamp.instant else f"{stamp.local} without zone"
        )
    form = "%Y-%m-%d %H:%M" if isinstance(truth, str) and ":" in truth else "%Y-%m-%d"
    return f"{stamp.local:{form}}"


def _equal(found: Any, truth: Truth) -> bool:
    return found is True if isinstance(found, bool) else bool(found == truth)


if __name__ == "__main__":
    main()
