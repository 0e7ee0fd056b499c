"""What an audit found: each with what, where, how many, and the command to look closer."""

from __future__ import annotations

from dataclasses import dataclass, field
from shlex import quote
from typing import TYPE_CHECKING, Any, Literal

from flows.receive.naming import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHOWN = 200
Severity = Literal["broken", "unusual"]
"""`broken` is never right; `unusual` may have its reason, and only a person can tell."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be, counted. `what` starts with `dataset.rule`."""

    severity: Severity
    code: str
    what: str
    where: str
    count: int
    look: str

    def as_row(self) -> dict[str, Any]:
        """The finding as a row of a table."""
        return {
            "severity": self.severity,
            "code": self.code,
            "what": printable(self.what),
            "where": printable(self.where),
            "how many": self.count,
            "look closer": printable(self.look),
        }

    def as_line(self) -> str:
        """The finding in one line: what, where, how many, and the command to look closer."""
        return printable(f"{self.code}: {self.count:,} {self.what} ({self.where}); {self.look}")


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit of one snapshot: its findings, the broken ones first, and what was looked at."""

    lake: str
    snapshot: int | None
    findings: tuple[Finding, ...]
    rows: Mapping[str, int] = field(default_factory=dict)
    left_out: str = ""
    """What could not be looked at, and why; empty where everything was."""

    @property
    def broken(self) -> tuple[Finding, ...]:
        """Only what is never right."""
        return tuple(each for each in self.findings if each.severity == "broken")

    def as_text(self) -> str:
        """The audit for a screen."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.snapshot is None:
            yield f"The lake {self.lake} has no snapshot yet: there is nothing to audit."
            return
        rows = ", ".join(f"{count:,} {name}" for name, count in self.rows.items() if count)
        yield f"Audit of snapshot {self.snapshot} of the lake {self.lake}"
        yield f"  {rows or 'no rows'}"
        for severity in ("broken", "unusual"):
            found = [each for each in self.findings if each.severity == severity]
            if found:
                yield ""
                yield f"{severity.capitalize()}: {len(found):,}"
            for each in found[:SHOWN]:
                yield printable(f"  {each.count:>9,} {each.code:<32} {each.where}")
                yield printable(f"            {each.what}")
                yield printable(f"            {each.look}")
            if len(found) > SHOWN:
                yield f"  and {len(found) - SHOWN:,} more"
        yield ""
        yield self.summary()

    def summary(self) -> str:
        """One line: how many findings of which severity, and what was not looked at."""
        unusual = len(self.findings) - len(self.broken)
        broken = f"{len(self.broken):,} broken" if self.broken else "Nothing is broken"
        return f"{broken}, {unusual:,} unusual." + (f" {self.left_out}" if self.left_out else "")

    def as_table(self) -> list[dict[str, Any]]:
        """Rows for the page of a run, SHOWN at most: one that says so where nothing was found."""
        nothing = {"severity": "-", "code": "-", "what": "nothing found", "where": self.lake}
        return [each.as_row() for each in self.findings[:SHOWN]] or [nothing]


def show(dataset: str, lake: str, **where: str) -> str:
    """Command that prints the rows of a dataset with these values.

    >>> show("quotes", "/srv/lake", quote_id="00ff")
    'broadsheet show quotes --where quote_id=00ff --lake /srv/lake'
    """
    chosen = [f" --where {quote(f'{name}={value}')}" for name, value in where.items()]
    return f"broadsheet show {dataset}{''.join(chosen)} --lake {quote(lake)}"
