"""Odd texts at growing sizes: none may take longer than in proportion to its length.

python -m benchmarks.quotes_linear [--gate] [--tagger=NAME]
"""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.measure import Gate, named, print_table
from benchmarks.quotes import tagger_of
from flows.normalise.marks import straighten
from flows.normalise.text import Text
from flows.quotes import Passage, Story, Tagger, find_quotations

SIZES = (12_500, 25_000, 50_000)
"""Words."""
MOST = 1.5
"""Times the proportional cost, from the smallest size to the largest."""

CASES: dict[str, Callable[[int], str]] = {
    "one paragraph without a full stop": lambda words: "gate " * words,
    "one paragraph of reported speech": lambda words: (
        "The mayor said the old gate has to be shut. " * (words // 9)
    ),
    "every word in marks": lambda words: "“gate” " * words,
    "marks that only open": lambda words: "He said “the gate " * (words // 4),
    "marks nested in marks": lambda words: "“He said ‘the gate ” is shut’ " * (words // 6),
    "marks alone": lambda words: '" ' * words,
    "all capitals": lambda words: "THE MAYOR SAID THE OLD GATE HAS TO BE SHUT. " * (words // 9),
    "a transcript": lambda words: "WALLACE: Is the gate shut?\n\nHOLM: It is.\n\n" * (words // 7),
    "a new name in every paragraph": lambda words: "\n\n".join(
        f"Ida {_name(at)} said she would shut it, and {_name(at - 1)} agreed."
        for at in range(words // 10)
    ),
}


def _name(at: int) -> str:
    letters = "abcdefghijklmnop"
    return "Hol" + "".join(letters[int(digit, 16)] for digit in f"{at % 65536:04x}")


def main() -> None:
    """Print the seconds of each case by size, and how they grow."""
    name = named("fast")
    engine = tagger_of(name)
    seconds("warm up. He said so. " * 100, engine)
    gate = Gate()
    rows = []
    for case, make in CASES.items():
        spent = [min(seconds(make(size), engine) for _ in range(2)) for size in SIZES]
        growth = spent[-1] / spent[0] / (SIZES[-1] / SIZES[0])
        gate.at_most(case, growth, MOST)
        rows.append((case, *spent, growth))
    print_table((f"tagger {name}", *(f"{size:,} words, s" for size in SIZES), "growth"), rows)
    print("growth: from the smallest to the largest, 1 is linear")
    gate.close()


def seconds(raw: str, engine: Tagger | None) -> float:
    """CPU seconds of this process for the quotations of a text."""
    marked = straighten(Text(raw))
    story = Story(Passage("", ()), Passage(marked.text.value, marked.marks), "en")
    before = time.process_time()
    list(find_quotations([story], engine))
    return time.process_time() - before


if __name__ == "__main__":
    main()
