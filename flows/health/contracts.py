"""Every row of a snapshot against the rules of its contract, in batches of bounded size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.contract import check_rows
from flows.health.findings import Finding, show
from flows.lake.snapshot import aligned, narrowed
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.health.session import Session
    from flows.lake import DataFile
    from schemas import Contract

ROWS = 16_384
BYTES = 64 * 2**20
"""Rows and bytes after which a batch is judged; a row group's slice may overshoot them."""
STEP = 1_024
RECEIVED = "_received_date"


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows of one file or of several, with the row at which each file begins."""

    rows: pa.Table
    files: Sequence[tuple[int, DataFile]]

    def place(self, row: int) -> str:
        """Path of the file that a row is in."""
        return next(file.path for start, file in reversed(self.files) if start <= row)


@dataclass
class _Tally:
    """What breaks one rule: how often, and the first place and key."""

    what: str
    where: str
    key: dict[str, str] = field(default_factory=dict)
    count: int = 0


def against_contracts(session: Session) -> Iterator[Finding]:
    """What breaks a rule of its contract, or stands in the wrong partition, by dataset and rule.

    Rules over keys and over whole batches are not asked here: the first need all files at once
    (flows.health.across), the second are about a run. Raises ContractCheckFailed.
    """
    for dataset in session.snapshot.datasets:
        yield from _of_dataset(session, dataset)


def _of_dataset(session: Session, dataset: str) -> Iterator[Finding]:
    tallies: dict[str, _Tally] = {}
    warned: dict[str, int] = {}
    declared = contract(dataset)
    for batch in _batches(session, declared, tallies):
        _misplaced(session, declared, batch, tallies)
        synthetic = _received(session, batch.rows) if RECEIVED in declared.synthetic else None
        verdict = check_rows(declared, aligned(batch.rows, declared.arrow), synthetic)
        for row, codes in verdict.broken.items():
            for code in codes:
                _note(tallies, code, declared, batch, row)
        for code, count in verdict.warnings.items():
            warned[code] = warned.get(code, 0) + count
    for code, tally in tallies.items():
        look = show(dataset, session.lake, **tally.key)
        name = code if code.startswith(f"{dataset}.") else f"{dataset}.{code}"
        yield Finding("broken", name, tally.what, tally.where, tally.count, look)
    yield from _warnings(session, declared, warned)


def _warnings(session: Session, declared: Contract, warned: dict[str, int]) -> Iterator[Finding]:
    meanings = {rule.code: rule.description for rule in declared.rules}
    for code, count in sorted(warned.items()):
        what = f"published with a warning; the rule: {meanings[code]}"
        look = show(declared.name, session.lake)
        yield Finding("unusual", f"{declared.name}.{code}", what, declared.name, count, look)


def _note(
    tallies: dict[str, _Tally],
    code: str,
    declared: Contract,
    batch: _Batch,
    row: int,
) -> None:
    if code not in tallies:
        rule = next((each for each in declared.rules if each.code == code), None)
        what = f"rows that break the rule: {rule.description}" if rule else code
        key = {name: str(batch.rows[name][row].as_py()) for name in declared.primary_key}
        tallies[code] = _Tally(what, batch.place(row), key)
    tallies[code].count += 1


def _misplaced(
    session: Session,
    declared: Contract,
    batch: _Batch,
    tallies: dict[str, _Tally],
) -> None:
    """Rows whose day is not in the month (or day) of the folder that they are in."""
    if declared.partition_source is None:
        return
    wanted = session.snapshot.layout.partition_values(declared.name, batch.rows)
    ends = [start for start, _ in batch.files[1:]] + [batch.rows.num_rows]
    for (start, file), end in zip(batch.files, ends, strict=True):
        other = pc.not_equal(wanted.slice(start, end - start), file.partition)
        for at in pc.indices_nonzero(other).to_pylist():
            code = f"{declared.name}.partition"
            _note(tallies, code, declared, batch, start + at)
            tallies[code].what = "rows that belong into another partition"


def _received(session: Session, rows: pa.Table) -> dict[str, pa.Array]:
    """The day (UTC) on which the bytes of each row were received; null where that is unknown."""
    asked = pa.table({"nth": pa.array(range(rows.num_rows)), "sha": rows["document_sha256"]})
    session.connection.register("_asked", asked)
    days = session.rows(
        "select any_value(received) from _asked left join received on document_sha256 = sha"
        " group by nth order by nth"
    )
    return {RECEIVED: pa.array([day for (day,) in days], pa.date32())}


def remember_received(session: Session) -> None:
    """Make the table `received` (document, day), which DuckDB spills where it is large."""
    session.connection.execute(
        "create or replace temp table received as select document_sha256,"
        " cast(received_at at time zone 'UTC' as date) as received from raw_documents"
    )


def _batches(session: Session, declared: Contract, tallies: dict[str, _Tally]) -> Iterator[_Batch]:
    """Rows of several files until they are enough."""
    parts: list[pa.Table] = []
    files: list[tuple[int, DataFile]] = []
    count = size = 0
    for file in session.snapshot.files(declared.name):
        for part in _slices(session, declared, file, tallies):
            files += [] if files and files[-1][1] is file else [(count, file)]
            parts.append(part)
            count, size = count + part.num_rows, size + part.nbytes
            if count >= ROWS or size >= BYTES:
                yield _Batch(pa.concat_tables(parts), files)
                parts, files, count, size = [], [], 0, 0
    if parts:
        yield _Batch(pa.concat_tables(parts), files)


def _slices(
    session: Session, declared: Contract, file: DataFile, tallies: dict[str, _Tally]
) -> Iterator[pa.Table]:
    """The columns that rules ask for, some rows at a time; a file off its types is a finding."""
    schema = narrowed(declared.arrow, _asked(declared))
    with session.snapshot.open_file(file) as parquet:
        kept = parquet.schema_arrow
        known = [name for name in schema.names if name in kept.names]
        off = [n for n in kept.names if n not in declared.arrow.names]
        off += [n for n in known if kept.field(n).type != schema.field(n).type]
        if off:
            what = f"rows in files with columns that are not as declared: {', '.join(off)}"
            tally = tallies.setdefault(f"{declared.name}.columns", _Tally(what, file.path))
            tally.count += file.rows
        if any(kept.field(n).type != schema.field(n).type for n in known):
            return
        for batch in parquet.iter_batches(batch_size=STEP, columns=known, use_threads=False):
            yield aligned(pa.Table.from_batches([batch]), schema)


def _asked(declared: Contract) -> list[str]:
    """Columns that its row rules name, keys, and what partition and synthetic columns come from."""
    named = {name for rule in declared.rules if rule.scope == "row" for name in rule.columns}
    named |= {*declared.primary_key, declared.partition_source or declared.primary_key[0]}
    if RECEIVED in declared.synthetic:
        named.add("document_sha256")
    for made in declared.synthetic.values():
        named |= {*made.sum_of, made.day_after or declared.primary_key[0]}
    return [name for name in declared.arrow.names if name in named]


def runs_against_contract(lake: str, runs: pa.Table) -> Iterator[Finding]:
    """Rows of `runs` that break a rule of its contract, their balance above all."""
    declared = contract("runs")
    verdict = check_rows(declared, runs)
    counts: dict[str, list[int]] = {}
    for row, codes in verdict.broken.items():
        for code in codes:
            counts.setdefault(code, []).append(row)
    meanings = {rule.code: rule.description for rule in declared.rules}
    for code, rows in counts.items():
        run = str(runs["run_id"][rows[0]].as_py())
        what = f"runs that break the rule: {meanings[code]}"
        look = show("runs", lake, run_id=run)
        yield Finding("broken", f"runs.{code}", what, f"run {run}", len(rows), look)
