"""Kinds of quotation, how their speakers were found, who speaks most and by which cues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.report.page.charts import ranked
from flows.report.page.coverage import KINDS
from flows.report.page.database import asked, one
from flows.report.page.numbers import Cell, Chart, Number, Section, Table, literal, plain, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

MOST = 20


def kinds(database: DuckDBPyConnection) -> Section:
    """Quotations by kind, and by how the speaker's name was found."""
    about = (
        "Direct: all words stand in quotation marks; indirect: none does. A speaker is named where "
        "the article makes clear who it is."
    )
    return Section("kinds", "Kinds of quotation", about, (_kinds(database), _resolutions(database)))


def _kinds(database: DuckDBPyConnection) -> Table:
    found = asked(
        database,
        """select kind, count(*), count(speaker_name), count(cue), avg(confidence)
        from quotes group by kind""",
    )
    total = sum(row[1] for row in found)
    rows: list[tuple[Cell, ...]] = []
    for kind, count, named, cued, confidence in sorted(found, key=lambda row: KINDS.index(row[0])):
        where = f"from quotes where kind = '{kind}'"
        rows.append(
            (
                kind,
                Number(count, where),
                share(count, total, where),
                share(named, count, f"{where} and speaker_name is not null"),
                share(cued, count, f"{where} and cue is not null"),
                Number(count, where, f"{confidence:.2f}"),
            )
        )
    columns = ("Kind", "Quotations", "Share", "Speaker named", "With a cue", "Mean confidence")
    return Table("Quotations by kind", columns, tuple(rows))


def _resolutions(database: DuckDBPyConnection) -> Table:
    found = asked(
        database,
        f"""select resolution, count(*), {
            ", ".join(f"count(*) filter (kind = '{kind}')" for kind in KINDS)
        } from quotes group by resolution order by 2 desc, 1""",
    )
    total = sum(row[1] for row in found)
    rows: list[tuple[Cell, ...]] = []
    for resolution, count, *by_kind in found:
        where = f"from quotes where resolution = {literal(resolution)}"
        counts = (Number(count, where), share(count, total, where), *_parted(where, by_kind))
        rows.append((plain(resolution), *counts))
    columns = ("Found by", "Quotations", "Share", *(kind.capitalize() for kind in KINDS))
    return Table("How the mention became a name", columns, tuple(rows))


def _parted(where: str, by_kind: Sequence[int]) -> Iterator[Number]:
    """The same rows by kind of quotation."""
    for kind, part in zip(KINDS, by_kind, strict=True):
        yield Number(part, f"{where} and kind = '{kind}'")


def speakers(database: DuckDBPyConnection) -> Section:
    """Who is quoted most, and the words that announce it."""
    about = "A joint quotation counts for each of its speakers."
    return Section("speakers", "Speakers and cues", about, (*_speakers(database), *_cues(database)))


def _speakers(database: DuckDBPyConnection) -> tuple[Chart | Table, ...]:
    found = asked(
        database,
        f"""select speaker_id, name, kind, titles[1], quote_count, article_count,
            first_published, last_published
        from speakers order by quote_count desc, name, speaker_id limit {MOST}""",
    )
    (total,) = one(database, "select count(*) from speakers")
    rows: list[tuple[Cell, ...]] = []
    for key, name, kind, title, quotes, articles, first, last in found:
        said = f"from quotes_by_speaker where speaker_id = '{key}'"
        rows.append(
            (
                plain(name),
                kind,
                plain(title or ""),
                Number(quotes, said),
                Number(articles, f"select distinct article_id {said}"),
                str(first or ""),
                str(last or ""),
            )
        )
    columns = ("Speaker", "Kind", "Title", "Quotations", "Articles", "First", "Last")
    table = Table(f"The {len(rows):,} most quoted of {total:,} speakers", columns, tuple(rows))
    if not found:
        return (table,)
    return ranked("Most quoted", "quotations", [(plain(r[1]), r[4]) for r in found]), table


def _cues(database: DuckDBPyConnection) -> tuple[Chart | Table, ...]:
    found = asked(
        database,
        f"""select cue, count(*), {
            ", ".join(f"count(*) filter (kind = '{kind}')" for kind in KINDS)
        } from quotes where cue is not null group by cue order by 2 desc, 1 limit {MOST}""",
    )
    (total,) = one(database, "select count(distinct cue) from quotes")
    rows: list[tuple[Cell, ...]] = []
    for cue, count, *by_kind in found:
        where = f"from quotes where cue = {literal(cue)}"
        rows.append((plain(cue), Number(count, where), *_parted(where, by_kind)))
    columns = ("Cue", "Quotations", *(kind.capitalize() for kind in KINDS))
    table = Table(
        f"The {len(rows):,} most frequent of {total:,} cues", columns, tuple(rows), folded=True
    )
    if not found:
        return (table,)
    return ranked("Most frequent cues", "quotations", [(plain(r[0]), r[1]) for r in found]), table
