"""Tables of `benchmarks.quotes`: figures by floors and other systems, reliability, speed."""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measure import SHARED, Gate, need, print_table

FLOORS = Path(__file__).with_name("quotes_floors.toml")

MEASURES: dict[str, tuple[str, ...]] = {
    "all exact": ("polnear", "all", "exact", "f1"),
    "all overlap": ("polnear", "all", "overlap", "f1"),
    "direct exact": ("polnear", "direct", "exact", "f1"),
    "direct overlap": ("polnear", "direct", "overlap", "f1"),
    "indirect exact": ("polnear", "indirect", "exact", "f1"),
    "indirect overlap": ("polnear", "indirect", "overlap", "f1"),
    "joint overlap": ("polnear", "all", "joint_overlap", "f1"),
    "speaker head": ("polnear", "all", "source", "head"),
    "speech exact": ("speech", "all", "exact", "f1"),
    "speech overlap": ("speech", "all", "overlap", "f1"),
    "speech joint": ("speech", "all", "joint_overlap", "f1"),
    "gold exact": ("gold", "all", "exact", "f1"),
    "gold overlap": ("gold", "all", "overlap", "f1"),
    "gold joint": ("gold", "all", "joint_overlap", "f1"),
    "gold resolved speaker": ("gold", "all", "speaker", "f1"),
    "gold speaker, of found": ("gold", "all", "speaker", "accuracy"),
}
"""What is measured, and where the scorer's result holds it."""

OTHERS: dict[str, tuple[float | None, ...]] = {
    "human": (
        *(68.6, 84.9, 94.6, 98.9, 60.2, 79.4, 77.4, 92.4, 83.7, 95.3, 91.0),
        *(97.9, 98.4, None, None, 97.6),
    ),
    "textacy": (11.2, 27.2, 32.0, 65.1, 0.0, 0.3, 23.0, 84.7, 15.9, 38.6, 32.8),
    "GGT": (34.1, 57.6, 40.0, 81.8, 29.7, 39.0, 46.3, 81.0, 44.5, 74.5, 60.3),
    "Citron": (42.1, 70.8, 52.1, 87.6, 37.3, 61.2, 61.5, 88.2, 50.7, 82.5, 73.8),
    "cue, roles": (
        *(63.3, 84.1, 88.2, 95.5, 54.8, 78.9, 73.6, 90.5, 75.4, 92.7, 85.7),
        *(68.1, 86.8, 80.8),
    ),
    "pre-trained": (
        *(69.2, 86.2, 87.2, 94.7, 62.6, 81.6, 78.9, 93.2, 79.5, 94.0, 88.8),
        *(76.9, 90.7, 85.7),
    ),
}
"""Published or measured for other systems, in the order of MEASURES; short rows end early."""

LEGEND = """\
F1 in %; speaker head and "of found" in % of the quotations found that have one in the gold.
This run: PolNeAR dev, and the annotated articles of ../shared/gold (gold). The other systems:
PolNeAR test, and gold, where human is two annotators of such articles. human: annotator against
annotator; GGT: GenderGapTracker; Citron: retrained; cue, roles: cue first, then roles for each
cue, from scratch; pre-trained: the same on a small pre-trained encoder.
"""


@cache
def scorer() -> Any:
    """The module that scores, loaded from its own place."""
    path = need(SHARED / "tools" / "quote_eval.py")
    spec = importlib.util.spec_from_file_location("quote_eval", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def print_figures(results: Mapping[str, Any], tagger: str, gate: Gate) -> None:
    """Every measure of this run beside its floor and what other systems reach."""
    floors = tomllib.loads(FLOORS.read_text("utf-8")).get(tagger, {})
    rows = []
    for at, (name, path) in enumerate(MEASURES.items()):
        value: Any = results
        for key in path:
            value = value[key]
        gate.at_least(name, 100 * value, floors.get(name, 0.0))
        others = [figures[at] if at < len(figures) else None for figures in OTHERS.values()]
        rows.append((name, *map(_percent, (100 * value, floors.get(name), *others))))
    print_table(("measure", tagger, "floor", *OTHERS), rows)
    print(LEGEND)


def _percent(value: float | None) -> str:
    return f"{value:5.1f}" if value is not None else "    -"


def print_reliability(predicted: Mapping[Path, Mapping[str, Sequence[dict[str, Any]]]]) -> None:
    """How often quotations of a confidence are in the gold, by tenths of confidence."""
    rows = []
    for folder, quotes in predicted.items():
        buckets: dict[int, list[tuple[bool, bool]]] = {}
        for confidence, overlaps, exact in _verdicts(folder, quotes):
            buckets.setdefault(min(int(10 * confidence + 1e-9), 9), []).append((overlaps, exact))
        for bucket, verdicts in sorted(buckets.items()):
            count = len(verdicts)
            overlap, exact_share = (
                100 * sum(column) / count for column in zip(*verdicts, strict=True)
            )
            label = f"{bucket / 10:.1f} to {(bucket + 1) / 10:.1f}"
            rows.append((folder.name, label, count, overlap, exact_share))
    print_table(("set", "confidence", "quotations", "overlap %", "exact %"), rows)


def _verdicts(
    folder: Path, quotes: Mapping[str, Sequence[dict[str, Any]]]
) -> Iterator[tuple[float, bool, bool]]:
    """Confidence, overlaps and equals, a quotation; those in text that is not scored are left out.

    A quotation of the gold is overlapped by one prediction only, the longest overlap first.
    """
    judge = scorer()
    for name, (text, versions) in judge.load_gold(str(folder)).items():
        doc = judge.Doc(text)
        _, annotated, discard = versions[0]
        gold = [each["content"] for each in doc.prep(annotated)]
        made = quotes.get(name) or quotes.get(f"{name}.txt") or ()
        contents = [(each["confidence"], doc.prep([each])) for each in made]
        kept = [(sure, ready[0]["content"]) for sure, ready in contents if ready]
        kept = [each for each in kept if 2 * judge.overlap(each[1], discard) < _length(each[1])]
        matched = _matched(judge, gold, [content for _, content in kept])
        for at, (confidence, content) in enumerate(kept):
            yield confidence, at in matched, content in gold


def _length(content: Sequence[tuple[int, int]]) -> int:
    return sum(end - start for start, end in content)


def _matched(judge: Any, gold: Sequence[Any], made: Sequence[Any]) -> set[int]:
    """The predictions that have a partner in the gold, one to one, the longest overlaps first."""
    shared = {
        (at, other): judge.overlap(wanted, content)
        for other, wanted in enumerate(gold)
        for at, content in enumerate(made)
    }
    taken: set[int] = set()
    matched: set[int] = set()
    for at, other in sorted(shared, key=lambda pair: (-shared[pair], pair[1], pair[0])):
        if shared[at, other] and at not in matched and other not in taken:
            matched.add(at)
            taken.add(other)
    return matched


def print_speed(spent: Sequence[tuple[str, float]], articles: int, words: int) -> None:
    """Articles and words a second of one core, by the CPU time of the process."""
    rows = [
        (stage, articles, words, seconds, articles / seconds, round(words / seconds))
        for stage, seconds in spent
    ]
    header = ("PolNeAR dev", "articles", "words", "CPU s", "articles/s", "words/s")
    print_table(header, rows)
