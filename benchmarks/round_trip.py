"""The way back, over every quotation of the real corpora, through a lake as an analyst has it.

Two questions of each row of `quotes`: do its offsets cut the quotation out of the article again,
and do its raw offsets cut out of the received bytes, decoded and normalised, the same words?
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import CORPORA, Gate, broadsheet, empty_folder, need, print_table
from flows.lake import read
from flows.normalise import normalised
from flows.receive import decode
from flows.receive.documents import RawDocument, Rejection

_BROKEN_OFF = re.compile(r"\s+(?=[,.;:!?])")


def main() -> None:
    """Print how many quotations come back, and the first few that do not."""
    source = need(CORPORA)
    with empty_folder() as folder:
        broadsheet("ingest", source, "--lake", folder / "lake", home=folder)
        counts, failures = _counted(folder / "lake")
    rows = [
        (
            "text[char_start:char_end] holds the quotation's parts",
            counts["quotes"],
            counts["article"],
        ),
        ("raw[raw_start:raw_end], normalised, is the same text", counts["quotes"], counts["raw"]),
    ]
    print_table(("round trip", "quotations", "come back"), rows)
    for failure in failures[:10]:
        print(failure)
    gate = Gate()
    gate.at_least("cut out of the article", counts["article"], counts["quotes"])
    gate.at_least("cut out of the raw document", counts["raw"], counts["quotes"])
    gate.at_least("quotations looked at", counts["quotes"], 10_000)
    gate.close()


def _counted(lake: Path) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    failures = []
    articles = {
        row["article_id"]: row
        for row in _rows(lake, "articles", ["article_id", "headline", "text", "document_sha256"])
    }
    quoted: dict[str, list[dict[str, Any]]] = {}
    for quote in _rows(
        lake,
        "quotes",
        ["article_id", "field", "text", "char_start", "char_end", "parts", "raw_start", "raw_end"],
    ):
        quoted.setdefault(articles[quote["article_id"]]["document_sha256"], []).append(quote)
    for raw in _rows(lake, "raw_documents", None):
        own = quoted.pop(raw["document_sha256"], [])
        decoded = _decoded(raw) if own else ""
        for quote in own:
            counts["quotes"] += 1
            extent = articles[quote["article_id"]][quote["field"]][
                quote["char_start"] : quote["char_end"]
            ]
            parts = [
                articles[quote["article_id"]][quote["field"]][part["char_start"] : part["char_end"]]
                for part in quote["parts"]
            ]
            counts["article"] += " … ".join(parts) == quote["text"] and parts[0] in extent
            back = normalised(decoded[quote["raw_start"] : quote["raw_end"]])
            comes_back = _mended(back) == _mended(extent)
            counts["raw"] += comes_back
            if not comes_back:
                failures.append(f"{raw['source_uri']}: {back!r} is not {extent!r}")
    return counts, failures


def _mended(text: str) -> str:
    """As the body has what was broken at a link: no blank before a comma or full stop."""
    return _BROKEN_OFF.sub("", text)


def _rows(lake: Path, dataset: str, columns: list[str] | None) -> Iterator[dict[str, Any]]:
    for batch in read(dataset, lake, columns=columns).to_batches(max_chunksize=1000):
        yield from batch.to_pylist()


def _decoded(raw: dict[str, Any]) -> str:
    names = ("source_uri", "member", "content", "media_type")
    document = RawDocument(**{name: raw[name] for name in names}, sha256=raw["document_sha256"])
    decoded = decode(document)
    if isinstance(decoded, Rejection):
        raise TypeError(f"{raw['source_uri']} was published and cannot be decoded: {decoded}")
    return decoded.text


if __name__ == "__main__":
    main()
