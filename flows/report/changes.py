"""Plans and their outcome in words: what a backfill would read and why, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from flows.lake import Lake
from flows.lake.diff import Difference
from flows.lake.layout import Layout
from flows.lake.relay import Relay
from flows.lake.stale import Part, Range

_READING = frozenset({"parse", "quotes", "contract", "stage"})
_WIDTH = 60
_SHOWN_REASONS = 4


def seconds_a_document(lake: Lake) -> float | None:
    """CPU seconds that reading a document took in the lake's completed runs; None without any."""
    documents, seconds = 0, 0.0
    for run in lake.runs().to_pylist():
        if run["state"] == "completed":
            documents += run["seen"] - run["unchanged"]
            stages = run["stage_seconds"] or []
            seconds += sum(each["seconds"] for each in stages if each["stage"] in _READING)
    return seconds / documents if documents and seconds else None


def plan_lines(
    asked: Range, parts: Sequence[Part], each: float | None, relay: Relay | None = None
) -> Iterator[str]:
    """The plan of a backfill, a line for each partition; `each` is seconds a document."""
    yield f"Backfill of {_days(asked.first, asked.last)}" + (
        f", outlet {asked.outlet}" if asked.outlet else ""
    )
    if relay is not None:
        yield from _relay_lines(relay, asked)
    if not parts:
        if relay is None or not asked.is_all:
            yield "Nothing is stale: there is nothing to do."
        return
    header = ("partition", "days", "documents", "MB to read", "MB to write", "because of")
    rows = [header, *(_row(part) for part in parts)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(header) - 1)]
    for row in rows:
        numbers = (text.rjust(width) for text, width in zip(row[1:-1], widths[1:], strict=True))
        yield "  ".join(["", row[0].ljust(widths[0]), *numbers, row[-1]])
    documents = sum(part.documents.num_rows for part in parts)
    cost = "of unknown cost (no run is on record)"
    if each is not None:
        cost = f"about {documents * each:,.0f} s of computing ({1000 * each:.1f} ms each)"
    yield f"{documents:,} documents to read again, {cost}; a commit for each partition."


def layout_line(relay: Relay) -> str:
    """How a lake was laid and how it will be."""
    return f"{_layout(relay.before)} -> {_layout(relay.after)}"


def _layout(layout: Layout) -> str:
    return f"by {layout.grain}, {layout.rows_per_file['articles']:,} articles a file"


def _relay_lines(relay: Relay, asked: Range) -> Iterator[str]:
    yield f"The layout is changed: {layout_line(relay)}"
    if not asked.is_all:
        yield "  It stays as it is until a backfill without --from, --to and --outlet."
        return
    size = f"{relay.bytes_written / 1e6:,.1f} MB to write again"
    yield f"  {len(relay.months):,} months to lay anew in one commit, {size}; nothing is parsed."


def _row(part: Part) -> tuple[str, ...]:
    more = len(part.reasons) - _SHOWN_REASONS
    reasons = ", ".join(part.reasons[:_SHOWN_REASONS]) + (f" and {more} more" if more > 0 else "")
    partly = "" if part.is_whole else " (a part of it)"
    sizes = (part.bytes_in / 1e6, part.rewritten_bytes / 1e6)
    counts = (f"{part.days:,}", f"{part.documents.num_rows:,}", *(f"{size:,.2f}" for size in sizes))
    return (part.partition + partly, *counts, reasons)


def _days(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return "all days, undated articles included"
    return f"{first or 'the first day'} to {last or 'the last day'}"


def change_lines(differences: Iterable[Difference]) -> Iterator[str]:
    """What changed, by dataset and column, with examples; one line where nothing did."""
    nothing = True
    for each in differences:
        nothing = False
        yield (
            f"  {each.dataset:<16} {each.added:>9,} added  {each.removed:>9,} removed"
            f"  {each.altered:>9,} altered"
        )
        for column, rows in sorted(each.columns.items()):
            yield f"    {column}: {rows:,} rows"
            for example in each.examples.get(column, []):
                before, after = _short(example.before), _short(example.after)
                yield f"      {_short(example.key)}: {before} -> {after}"
    if nothing:
        yield "  no row differs"


def _short(value: Any) -> str:
    r"""A value on one line that a terminal only prints.

    >>> _short("a\x1b[31m\nb"), _short(None)
    ('a\\x1b[31m b', 'null')
    """
    if value is None:
        return "null"
    text = " ".join(str(value).split())
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return plain if len(plain) <= _WIDTH else plain[: _WIDTH - 1] + "…"
