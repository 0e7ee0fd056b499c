"""How files are read: which profile, what each field was taken from, and who else would have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from urllib.parse import unquote

from rich.cells import cell_len, set_cell_size

from flows.batch.apart import documents_in
from flows.batch.article import Article, read_article
from flows.batch.laying import laid_out
from flows.normalise.text import Text
from flows.parse.fit import candidates
from flows.parse.layout import Layout, Span
from flows.parse.profile import profiles
from flows.receive import FieldMapping, Limits, decode, scan
from flows.receive.documents import Decoded, RawDocument, Rejection
from flows.receive.naming import place

_WIDTH = 78
"""Columns of a line, less the indent of its document."""
_RUNNERS_UP = 5


def explained(files: Sequence[Path], limits: Limits, mapping: FieldMapping) -> Iterator[str]:
    """Lines for a person, document by document, a blank one between two.

    Raises SourceNotFound and the like for a file that is not there.
    """
    for file in scan([str(file) for file in files]).files:
        for document in documents_in(file, limits, mapping):
            yield place(document.source_uri, document.member)
            yield from (f"  {line}" for each in _of_document(document) for line in _fitted(each))
            yield ""


def _of_document(document: RawDocument) -> Iterator[str]:
    decoded = decode(document)
    if isinstance(decoded, Rejection):
        yield f"set aside: {', '.join(decoded.rules)}: {decoded.message}"
        return
    name = document.name
    text, layout = laid_out(decoded, name)
    article = read_article(decoded, name)
    if not isinstance(article, Article):
        yield f"set aside: {', '.join(article.rejection.rules)}: {article.rejection.message}"
    if layout is not None:
        yield f"profile {layout.profile.name} (score {layout.score}), {decoded.encoding}"
        yield from _fields(text, layout)
    if isinstance(article, Article):
        yield from _read(article)
    yield from _others(decoded, text, layout, name)


def _fields(text: Text, layout: Layout) -> Iterator[str]:
    yield "taken from"
    for field, spans in layout.fields.items():
        for span in spans:
            yield f"  {field:<15} {_where(text, span):<12} {_shown(text.value[slice(*span)])}"
    yield f"  {'text':<15} {len(layout.paragraphs)} paragraphs, sub-heads {len(layout.subheads)}"
    yield f"  {'captions':<15} {len(layout.captions)}"
    for kind, count in layout.removed.items():
        yield f"  {'taken out':<15} {count} {kind}"


def _where(text: Text, span: Span) -> str:
    return f"line {text.value.count(chr(10), 0, span[0]) + 1}"


def _read(article: Article) -> Iterator[str]:
    yield "read as"
    stamp = article.stamp
    for field, value in (
        ("headline", article.headline.text.value),
        ("outlet_id", article.outlet_id),
        ("agency_id", article.agency_id),
        ("published", f"{stamp.local} {stamp.timezone or 'in no known zone'}" if stamp else None),
        ("date problem", article.date_problem),
        ("author_names", ", ".join(article.authors)),
        ("editor_names", ", ".join(article.editors)),
        ("contributors", ", ".join(article.contributors)),
        ("dateline_place", article.dateline_place),
        ("language", article.language),
    ):
        if value:
            yield f"  {field:<15} {_shown(value)}"


def _others(decoded: Decoded, text: Text, layout: Layout | None, name: str) -> Iterator[str]:
    if "headline" in decoded.fields:
        yield "a record names its own fields: no other profile was tried"
        return
    others = [
        each
        for each in candidates(text.value, profiles(), unquote(name))
        if layout is None or each.profile.name != layout.profile.name
    ]
    fitting = [
        f"{each.profile.name} (score {each.score})" for each in others if each.score is not None
    ]
    yield f"runners-up: {', '.join(fitting[:_RUNNERS_UP]) or 'none fits'}"


def _shown(value: str) -> str:
    return " ".join(value.split())


def _fitted(line: str) -> Iterator[str]:
    """A line that a terminal of 80 columns shows as one: a value cut short, a message wrapped."""
    if cell_len(line) <= _WIDTH:
        yield line
    elif line.startswith("  "):
        yield f"{set_cell_size(line, _WIDTH - 3).rstrip()}..."
    else:
        yield from wrap(line, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
