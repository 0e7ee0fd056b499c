"""Numbers that know their rows, and the parts of the page that are made of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

JOINERS = "\u200c\u200d"
"""Without them Persian and many Indian words are misspelt."""
RUNS = "'../../runs/*.parquet'"
"""The runs as DuckDB finds them from inside the folder of a snapshot."""
RUNS_ASKED = "asked"
"""The runs in the connection that `read("runs", form="duckdb")` gives."""


@dataclass(frozen=True, slots=True)
class Number:
    """A figure and the query that gives the `count` rows it stands for.

    `shown` is what is printed: the count itself, or a share or a sum of those rows. A figure of no
    rows, such as a size, has neither.
    """

    count: int
    rows: str = ""
    shown: str = ""

    def __str__(self) -> str:
        return self.shown or f"{self.count:,}"


Cell = str | Number | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page; a cell is text, or a number that leads to its rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = False
    """Whether it only repeats a chart in figures, and so is shown when asked for."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as SVG for a wide and for a narrow screen, with what it shows in a sentence."""

    title: str
    told: str
    wide: str
    narrow: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: what it is about, then its charts and tables in their order."""

    name: str
    title: str
    about: str
    parts: tuple[Chart | Table, ...]


def share(part: int, whole: int, rows: str) -> Number:
    """Part of a whole in per cent; never a rounded 0 % or 100 % that is none.

    >>> [str(share(part, whole, "")) for part, whole in ((1, 3), (1, 3000), (2999, 3000), (0, 0))]
    ['33 %', '0.1 %', '99.9 %', '–']
    """
    if not whole:
        return Number(part, rows, "–")
    per_cent = 100 * part / whole
    if (part and per_cent < 1) or (part < whole and per_cent > 99):
        return Number(part, rows, f"{min(max(per_cent, 0.1), 99.9):.1f} %")
    return Number(part, rows, f"{per_cent:.0f} %")


def literal(text: str) -> str:
    r"""Text as SQL that prints as it reads: what steers a terminal or a page is named by its code.

    >>> literal("O'Hara"), literal("a\u202eb")
    ("'O''Hara'", "'a' || chr(8238) || 'b'")
    """
    parts: list[str] = []
    run = ""
    for character in text:
        if _is_plain(character):
            run += character.replace("'", "''")
            continue
        parts += [f"'{run}'"] if run else []
        parts.append(f"chr({ord(character)})")
        run = ""
    return " || ".join(parts + ([f"'{run}'"] if run or not parts else []))


def plain(text: str) -> str:
    r"""Text as a page may show it: no character that hides, reorders or steers the others.

    A leading sign of a formula gets an apostrophe before it, for tables are copied to spreadsheets.

    >>> plain("abc\u202edef\x00"), plain("=HYPERLINK(1)"), plain("-5 °C"), plain("- Holm")
    ('abc[U+202E]def[U+0000]', "'=HYPERLINK(1)", "'-5 °C", "'- Holm")
    """
    words = " ".join(text.split("\n"))
    shown = "".join(c if _is_plain(c) else f"[U+{ord(c):04X}]" for c in words)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown


def _is_plain(character: str) -> bool:
    """Whether it is seen: neither control nor format (bidi, zero width) nor unassigned."""
    if character in JOINERS:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
