"""Quotations and their speakers against two hand-annotated sets, and what a core does a second.

    python -m benchmarks.quotes predict FOLDER OUT.jsonl    the quotations of every .txt file
    python -m benchmarks.quotes score [--gate]              the figures beside floors and systems

Offsets are code points of the raw file as decoded, line ends kept and a byte order mark counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import CORPORA, SHARED, Gate, need
from benchmarks.quotes_table import print_figures, print_reliability, print_speed, scorer
from flows.batch.article import Unreadable, read_article
from flows.normalise.clean import clean
from flows.normalise.marks import Marked, straighten
from flows.quotes import Quotation, find_quotations
from flows.receive import decode, documents, scan
from flows.receive.documents import Decoded, Limits, RawDocument, Rejection
from flows.receive.mapping import FieldMapping

TAGGER = "marks"
"""The engine that is measured; each has floors of its own."""


@dataclass(slots=True)
class Predicted:
    """The quotations of a folder by file name, and what they cost in CPU time of this process."""

    quotes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    words: int = 0
    seconds: float = 0.0
    """From the bytes of a document to its quotations."""
    quote_seconds: float = 0.0
    """Of these, from headline and body to the quotations."""
    untitled: list[str] = field(default_factory=list)
    """Read as one body, since the pipeline finds no article in them."""
    unread: list[str] = field(default_factory=list)


def main() -> None:
    """Predict a folder, or score the two annotated sets."""
    arguments = [each for each in sys.argv[1:] if each != "--gate"]
    if arguments == ["score"]:
        score()
    elif len(arguments) == 3 and arguments[0] == "predict":
        write(predict(need(Path(arguments[1]))), Path(arguments[2]))
    else:
        sys.exit(__doc__)


def predict(folder: Path) -> Predicted:
    """The quotations of every .txt file of `folder`, by the stages of the pipeline."""
    predicted = Predicted()
    for name, document in _received(folder):
        before = time.process_time()
        decoded = decode(document)
        if isinstance(decoded, Rejection):
            predicted.unread.append(name)
            predicted.quotes[name] = []
            continue
        fields = _fields(decoded, name, predicted)
        halfway = time.process_time()
        found = [
            (quotation, marked)
            for label, marked in fields
            for quotation in find_quotations(marked.text.value, marked.marks, label)
        ]
        after = time.process_time()
        predicted.seconds += after - before
        predicted.quote_seconds += after - halfway
        predicted.words += sum(len(marked.text.value.split()) for _, marked in fields)
        shift = int(decoded.encoding == "utf-8-sig")
        predicted.quotes[name] = [_row(quotation, marked, shift) for quotation, marked in found]
    return predicted


def _received(folder: Path) -> Iterator[tuple[str, RawDocument]]:
    paths = sorted(path for path in folder.glob("*.txt") if path.is_file())
    for file in scan(paths).files if paths else ():
        for document in documents(file, Limits(), FieldMapping()):
            if document.member is None:
                yield file.path.name, document


def _fields(decoded: Decoded, name: str, predicted: Predicted) -> list[tuple[str, Marked]]:
    """Headline and body; all of the text as body where the pipeline finds no article."""
    article = read_article(decoded)
    if isinstance(article, Unreadable):
        predicted.untitled.append(name)
        return [("text", straighten(clean(decoded.text)))]
    return [("headline", article.headline), ("text", article.text)]


def _row(quotation: Quotation, marked: Marked, shift: int) -> dict[str, Any]:
    """A quotation as the scorer reads it; `shift` is the length of a dropped byte order mark."""

    def raw(start: int | None, end: int | None) -> list[list[int]]:
        if start is None or end is None:
            return []
        return [[at + shift for at in marked.text.raw_span(start, end)]]

    return {
        "content": [span for part in quotation.parts for span in raw(*part)],
        "source": raw(quotation.speaker_start, quotation.speaker_end),
        "cue": raw(quotation.cue_start, quotation.cue_end),
        "speaker": quotation.speaker_name,
        "confidence": quotation.confidence,
    }


def write(predicted: Predicted, out: Path) -> None:
    """One JSON object a file, in the order of their names."""
    with out.open("w", encoding="utf-8") as lines:
        for name, quotes in predicted.quotes.items():
            lines.write(json.dumps({"doc": name, "quotes": quotes}, ensure_ascii=False) + "\n")
    _print_exceptions(predicted)


def score() -> None:
    """Print the figures on PolNeAR dev and on the project's own set; hold them to the floors."""
    polnear, own = need(CORPORA / "polnear" / "dev"), need(SHARED / "gold")
    predict(own / "docs")  # Everything is loaded and warm before the clock runs.
    news, lake = predict(need(polnear / "text")), predict(need(own / "docs"))
    judge = scorer()
    gate = Gate()
    results = {
        "polnear": judge.evaluate(str(polnear), news.quotes),
        "speech": judge.evaluate(str(polnear), news.quotes, speech=True),
        "gold": judge.evaluate(str(own), lake.quotes),
    }
    print_figures(results, TAGGER, gate)
    print_reliability({polnear: news.quotes, own: lake.quotes})
    _print_speed(news)
    for predicted in (news, lake):
        _print_exceptions(predicted)
    gate.close()


def _print_speed(predicted: Predicted) -> None:
    spent: Sequence[tuple[str, float]] = (
        ("headline and body to quotations", predicted.quote_seconds),
        ("bytes to quotations", predicted.seconds),
    )
    print_speed(spent, len(predicted.quotes), predicted.words)


def _print_exceptions(predicted: Predicted) -> None:
    for what, names in (("one body", predicted.untitled), ("not decoded", predicted.unread)):
        if names:
            print(f"{what}: {len(names)} of {len(predicted.quotes)}, e.g. {' '.join(names[:4])}")


if __name__ == "__main__":
    main()
