"""The curated tables in schemas/lookups: rows with their lines, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator
from csv import DictReader, Error
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.errors import WrongUsage

LOOKUPS = Path(str(files("schemas"))) / "lookups"


class LookupWrong(WrongUsage):
    """A curated table cannot be used as it is written: the file, the line, and what is wrong."""

    def __init__(self, file: Path, line: int, what: str) -> None:
        self.file = file
        self.line = line
        super().__init__(f"{file}:{line}: {what}", remedy="mend the row")

    @classmethod
    def zone(cls, file: Path, line: int, timezone: str) -> LookupWrong:
        """The failure of a row that names a zone which there is not."""
        return cls(file, line, f"{timezone!r} is no time zone, such as Asia/Shanghai")


def is_zone(timezone: str) -> bool:
    """Whether it is the IANA name of a zone.

    >>> is_zone("Asia/Shanghai"), is_zone("Asia/Shangai"), is_zone("../passwd")
    (True, False, False)
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def rows_of(file: Path, *columns: str, keys: int = 1) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it ends on; its first `keys` columns are its key, filled, given once.

    Raises LookupWrong for a table without the `columns`, and for a row that is cut or too long.
    """
    given: set[tuple[str, ...]] = set()
    with file.open(encoding="utf-8", newline="") as lines:
        reader = DictReader(lines, strict=True)
        try:
            if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
                raise LookupWrong(file, 1, f"there is no column {missing[0]}")
            for row in reader:
                if None in row or None in row.values():
                    raise LookupWrong(file, reader.line_num, "more or fewer values than columns")
                key = tuple(row[name] for name in columns[:keys])
                if wrong := _wrong_key(columns[:keys], key, given):
                    raise LookupWrong(file, reader.line_num, wrong)
                given.add(key)
                yield reader.line_num, row
        except (Error, UnicodeDecodeError) as error:
            raise LookupWrong(
                file, max(1, reader.reader.line_num), f"cannot be read ({error})"
            ) from None


def _wrong_key(
    columns: tuple[str, ...], key: tuple[str, ...], given: set[tuple[str, ...]]
) -> str | None:
    if not all(part.strip() for part in key):
        return "it has no key"
    if key in given:
        named = ", ".join(f"{name} {part!r}" for name, part in zip(columns, key, strict=True))
        return f"{named} is given twice"
    return None
