"""Quotations and their speakers against two hand-annotated sets, and what a core does a second.

    python -m benchmarks.quotes predict FOLDER OUT.jsonl [--tagger=NAME]   those of every .txt file
    python -m benchmarks.quotes score [--gate] [--tagger=NAME]             beside floors and systems

NAME is fast, best or marks (no tagger); without it, what BROADSHEET_TAGGER says.

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

from benchmarks.measure import CORPORA, SHARED, Gate, named, need
from benchmarks.quotes_table import print_figures, print_reliability, print_speed, scorer
from flows.batch.article import Unreadable, read_article
from flows.normalise.clean import clean
from flows.normalise.language import language_of
from flows.normalise.marks import Marked, straighten
from flows.normalise.text import Text
from flows.quotes import Passage, Quotation, Story, Tagger, find_quotations, tagger
from flows.receive import decode, documents, scan
from flows.receive.documents import Decoded, Limits, RawDocument, Rejection
from flows.receive.mapping import FieldMapping
from flows.settings import settings


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


@dataclass(frozen=True, slots=True)
class _Read:
    """One article before its quotations are looked for."""

    name: str
    fields: dict[str, Marked]
    language: str
    shift: int
    """Length of a dropped byte order mark."""

    def story(self) -> Story:
        """What is searched."""
        headline, text = (Passage(each.text.value, each.marks) for each in self.fields.values())
        return Story(headline, text, self.language)


def main() -> None:
    """Predict a folder, or score the two annotated sets."""
    arguments = [each for each in sys.argv[1:] if not each.startswith("--")]
    name = named(settings().tagger)
    if arguments == ["score"]:
        score(name)
    elif len(arguments) == 3 and arguments[0] == "predict":
        write(predict(need(Path(arguments[1])), tagger_of(name)), Path(arguments[2]))
    else:
        sys.exit(__doc__)


def tagger_of(name: str) -> Tagger | None:
    """The tagger of this name, or in the folder `name`; None for the marks alone."""
    if name == "marks":
        return None
    return Tagger(Path(name)) if Path(name).is_dir() else tagger(name)


def predict(folder: Path, tagger: Tagger | None) -> Predicted:
    """The quotations of every .txt file of `folder`, by the stages of the pipeline."""
    predicted = Predicted()
    read: list[_Read] = []
    before = time.process_time()
    for name, document in _received(folder):
        decoded = decode(document)
        predicted.quotes[name] = []
        if isinstance(decoded, Rejection):
            predicted.unread.append(name)
        else:
            read.append(_fields(decoded, name, predicted))
    halfway = time.process_time()
    found = list(find_quotations([each.story() for each in read], tagger))
    after = time.process_time()
    predicted.seconds, predicted.quote_seconds = after - before, after - halfway
    for each, quotations in zip(read, found, strict=True):
        predicted.words += sum(len(field.text.value.split()) for field in each.fields.values())
        predicted.quotes[each.name] = [
            _row(quotation, each.fields[quotation.field], each.shift) for quotation in quotations
        ]
    return predicted


def _received(folder: Path) -> Iterator[tuple[str, RawDocument]]:
    paths = sorted(path for path in folder.glob("*.txt") if path.is_file())
    for file in scan(paths).files if paths else ():
        for document in documents(file, Limits(), FieldMapping()):
            if document.member is None:
                yield file.path.name, document


def _fields(decoded: Decoded, name: str, predicted: Predicted) -> _Read:
    """Headline and body; all of the text as body where the pipeline finds no article."""
    shift = int(decoded.encoding == "utf-8-sig")
    article = read_article(decoded)
    if isinstance(article, Unreadable):
        predicted.untitled.append(name)
        whole = straighten(clean(decoded.text))
        language, _ = language_of(whole.text.value)
        return _Read(name, {"headline": straighten(Text("")), "text": whole}, language, shift)
    fields = {"headline": article.headline, "text": article.text}
    return _Read(name, fields, article.language, shift)


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


def score(name: str) -> None:
    """Print the figures on PolNeAR dev and on the project's own set; hold them to the floors."""
    polnear, own = need(CORPORA / "polnear" / "dev"), need(SHARED / "gold")
    engine = tagger_of(name)
    predict(own / "docs", engine)  # Everything is loaded and warm before the clock runs.
    news, lake = predict(need(polnear / "text"), engine), predict(need(own / "docs"), engine)
    judge = scorer()
    gate = Gate()
    results = {
        "polnear": judge.evaluate(str(polnear), news.quotes),
        "speech": judge.evaluate(str(polnear), news.quotes, speech=True),
        "gold": judge.evaluate(str(own), lake.quotes),
    }
    print_figures(results, name, gate)
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
