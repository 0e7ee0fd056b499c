"""The report of one run: what came in, what was published, what was set aside and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import Any

from flows.receive.documents import Unread
from flows.receive.remote import is_remote

_SHOWN_UNREAD = 5


@dataclass(frozen=True, slots=True)
class RunReport:
    """Counts of one run; seen = published + merged + quarantined + unchanged.

    `snapshot` is the number that the run committed, or None where nothing was new; `rows` has
    the rows of each dataset in the newest snapshot; `rules` counts by code what was set aside
    (a document or a quotation may break several), `examples` has a place for each; `seconds` are
    by stage, those of the workers added up; `unattributed` are the `quotes` read whose speaker is
    unknown; `bytes_in` as unpacked, `bytes_out` as published.
    """

    run_id: str
    lake: Path | str
    started_at: datetime
    finished_at: datetime
    state: str
    snapshot: int | None
    seen: int
    published: int
    merged: int
    quarantined: int
    unchanged: int
    corrected: int
    bytes_in: int
    bytes_out: int
    code_version: str
    parameters: Mapping[str, Any]
    rows: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    quotes: int = 0
    unattributed: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def balances(self) -> bool:
        """Whether every document that was seen is accounted for, once."""
        return self.seen == self.published + self.merged + self.quarantined + self.unchanged

    def as_row(self, flow: str) -> dict[str, Any]:
        """The run as a row of the dataset `runs`."""
        return {
            "run_id": self.run_id,
            "flow": flow,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "state": self.state,
            "snapshot": self.snapshot,
            "parameters": json.dumps(self.parameters, default=str, sort_keys=True),
            "code_version": self.code_version,
            "seen": self.seen,
            "published": self.published,
            "merged": self.merged,
            "quarantined": self.quarantined,
            "unchanged": self.unchanged,
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "quotes": self.quotes,
            "unattributed": self.unattributed,
            "stage_seconds": [
                {"stage": stage, "seconds": seconds} for stage, seconds in self.seconds.items()
            ],
        }

    def as_text(self) -> str:
        """The report for a screen; nothing in it is longer than the paths are."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        seconds = (self.finished_at - self.started_at).total_seconds()
        yield f"Read {_count(self.seen, 'document')} ({_size(self.bytes_in)}) in {seconds:.1f} s"
        for name, value, meaning in self.balance():
            yield f"  {value:>9,} {name:<12} {meaning}"
        if self.unread:
            yield ""
            yield f"Could not be read now, and left where they are: {len(self.unread):,}"
            for each in self.unread[:_SHOWN_UNREAD]:
                yield f"  {each.uri} ({each.reason})"
        if self.rules:
            yield ""
            yield "Set aside, by rule (a document may break several)"
            for code, count in self._rules():
                place = end_of(self.examples.get(code, ""))
                yield f"  {count:>9,} {code:<28} {place}".rstrip()
            yield f"Each with its reason: broadsheet show quarantine --lake {quote(str(self.lake))}"
        if self.warnings:
            yield ""
            yield "Published with a warning"
            for code, count in sorted(self.warnings.items()):
                yield f"  {count:>9,} {code}"
        if self.removed:
            yield ""
            yield "Taken out of the texts, by kind of paragraph"
            for kind, count in sorted(self.removed.items(), key=lambda item: -item[1]):
                yield f"  {count:>9,} {kind}"
        yield ""
        yield from self._outlook()

    def _outlook(self) -> Iterator[str]:
        if self.state != "completed":
            yield f"Nothing was published: the lake {self.lake} stays as it was."
            return
        if self.snapshot is None:
            yield f"Nothing new: the lake {self.lake} stays as it was."
        else:
            yield f"Snapshot {self.snapshot} of the lake {self.lake}"
        for dataset, rows in self.rows.items():
            yield f"  {rows:>9,} {dataset}"
        if self.rows:
            yield ""
            yield "Open it in pandas:"
            if is_remote(str(self.lake)):
                yield "  from flows.lake import read"
                yield f"  read('articles', {str(self.lake)!r}, form='pandas')"
                return
            current = Path(self.lake) / "current"
            yield "  import os, pandas as pd"
            yield f"  pd.read_parquet(os.path.realpath({str(current)!r}) + '/articles')"

    def _rules(self) -> list[tuple[str, int]]:
        """The rules broken, the most frequent first."""
        return sorted(self.rules.items(), key=lambda item: (-item[1], item[0]))

    def balance(self) -> Iterator[tuple[str, int, str]]:
        """What became of the documents seen: name, count and meaning."""
        meant = "new or corrected articles"
        if self.corrected:
            meant += f", {self.corrected:,} of them in place of an earlier version"
        yield "published", self.published, meant
        yield "merged", self.merged, "the same story or the same bytes as another document"
        yield "quarantined", self.quarantined, "set aside with the rule they break"
        yield "unchanged", self.unchanged, "in the lake already, byte for byte"

    def as_markdown(self) -> str:
        """The report for the page of a run; whatever comes from the data is escaped."""
        lines = [f"# {_count(self.seen, 'document')}, {self.published:,} published", ""]
        lines += ["| documents | | |", "|---:|---|---|"]
        lines += [f"| {value:,} | {name} | {meaning} |" for name, value, meaning in self.balance()]
        if self.rules:
            lines += ["", "| set aside | rule | for example |", "|---:|---|---|"]
            lines += [
                f"| {count:,} | {_plain(code)} | {_plain(end_of(self.examples.get(code, '')))} |"
                for code, count in self._rules()
            ]
        done = "nothing new" if self.snapshot is None else f"snapshot {self.snapshot}"
        lines += ["", f"Lake {_plain(str(self.lake))}: {done}."]
        return "\n".join(lines)

    def as_table(self) -> list[dict[str, Any]]:
        """Rows of a table of what became of the documents, and where the time went."""
        counts = [{"what": name, "documents": value} for name, value, _ in self.balance()]
        return [
            *counts,
            *({"what": f"seconds: {s}", "documents": round(v, 2)} for s, v in self.seconds.items()),
        ]


def end_of(uri: str) -> str:
    """The last two parts of a path, by which a person knows a file.

    >>> end_of("file:///srv/landing/2024/a.txt (line 3)")
    '…/2024/a.txt (line 3)'
    """
    parts = uri.rsplit("/", 2)
    return "…/" + "/".join(parts[1:]) if len(parts) == 3 else uri


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(octets: float) -> str:
    for unit in ("B", "kB", "MB"):
        if octets < 1000:
            return f"{octets:,.0f} {unit}" if unit == "B" else f"{octets:,.1f} {unit}"
        octets /= 1000
    return f"{octets:,.1f} GB"


def _plain(text: str) -> str:
    r"""Text that Markdown takes for nothing else.

    >>> _plain("a|b <script> `x`")
    'a\\|b \\<script\\> \\`x\\`'
    """
    escaped = "".join(
        f"\\{character}" if character in "\\`*_{}[]<>|#" else character for character in text
    )
    return " ".join(escaped.split())
