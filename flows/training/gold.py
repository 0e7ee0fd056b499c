"""Annotated articles in brat's stand-off format, as PolNeAR has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.errors import BroadsheetError

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Annotated:
    """One attribution; the fragments are code points of the raw text, the end exclusive."""

    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    content: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """A raw text and what its first annotator marked in it."""

    name: str
    text: str
    attributions: tuple[Annotated, ...]


class GoldUnusable(BroadsheetError):
    """The folder holds no annotated articles."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} holds no annotated articles",
            remedy="it should have text/NAME.txt and attributions/NAME_WHO.ann (brat stand-off)",
        )


def read_gold(folder: Path) -> Iterator[GoldArticle]:
    """The articles of `folder`/text with `folder`/attributions/NAME_xxxx.ann beside them."""
    annotations: dict[str, Path] = {}
    for path in sorted((folder / "attributions").glob("*.ann"), reverse=True):
        annotations[re.sub(r"_[0-9a-f]{4}$", "", path.stem)] = path  # the first in order stays
    texts = sorted((folder / "text").glob("*.txt"))
    if not texts or not annotations:
        raise GoldUnusable(folder)
    for path in texts:
        if path.stem in annotations:
            text = path.read_bytes().decode("utf-8")
            standoff = annotations[path.stem].read_bytes().decode("utf-8")
            yield GoldArticle(path.stem, text, tuple(_attributions(standoff)))


def _attributions(standoff: str) -> Iterator[Annotated]:
    spans: dict[str, tuple[Span, ...]] = {}
    events: list[list[str]] = []
    for line in standoff.split("\n"):
        fields = line.split("\t")
        if line.startswith("T") and len(fields) > 1:
            _, _, places = fields[1].partition(" ")
            pairs = [place.split() for place in places.split(";")]
            if all(len(pair) == 2 and "".join(pair).isdigit() for pair in pairs):
                spans[fields[0]] = tuple((int(start), int(end)) for start, end in pairs)
        elif line.startswith("E") and len(fields) > 1:
            events.append(fields[1].split()[1:])
    for event in events:
        found: dict[str, list[Span]] = {"cue": [], "source": [], "content": []}
        for part in event:
            role, _, name = part.partition(":")
            role = role.rstrip("0123456789").lower()
            if role in found:
                found[role] += spans.get(name, ())
        if found["content"]:
            yield Annotated(*(tuple(sorted(found[each])) for each in ("cue", "source", "content")))
