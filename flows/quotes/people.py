"""Names that people bear: one spelling for each well-known person, given names, family names.

All three are tables in schemas/lookups; a table of the user's own extends people.csv.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal, cast

from flows.errors import WrongUsage

Gender = Literal["f", "m"]

_PINYIN: Final = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxzcsryw]|zh|ch|sh)?"
    r"(?:iang|iong|uang|iao|ian|uai|uan|ang|eng|ing|ong|ai|ei|ui|ao|ou|iu|ie|ue|er|an|en|in|un|"
    r"ia|ua|uo|a|o|e|i|u|ü)['-]?){1,3}",
    re.IGNORECASE,
)
"""A Chinese given name: one to three syllables of the official romanisation."""
_SYLLABLES: Final = re.compile(r"[A-Z][a-z]{1,5}-?[A-Za-z][a-z]{0,5}")


class PeopleError(WrongUsage):
    """A table of people that cannot be used; `where` names the file and the line."""

    def __init__(self, where: str, what: str, *, remedy: str) -> None:
        self.where = where
        super().__init__(f"{where}: {what}", remedy=remedy)


def read_people(lines: Iterable[str], source: str) -> Mapping[str, str]:
    """Alias -> name.

    >>> read_people(["alias,name", "Kim Jong Un,Kim Jong-un"], "people.csv")
    {'Kim Jong Un': 'Kim Jong-un'}
    """
    rows = csv.DictReader(lines)
    if rows.fieldnames != ["alias", "name"]:
        raise PeopleError(
            f"{source}, line 1",
            "the columns must be alias,name",
            remedy="write this line first",
        )
    people: dict[str, str] = {}
    for row in rows:
        alias, name = (row["alias"] or "").strip(), (row["name"] or "").strip()
        where = f"{source}, line {rows.line_num}"
        if not alias or not name or None in row:
            raise PeopleError(
                where,
                "needs one alias and one name",
                remedy="quote a value that contains a comma",
            )
        if people.get(alias, name) != name:
            raise PeopleError(
                where,
                f"{alias} already means {people[alias]}",
                remedy="keep one of the two",
            )
        people[alias] = name
    return people


@cache
def people(extra: Path | None = None) -> Mapping[str, str]:
    """Alias -> name of the project's table, over which those of the table at `extra` take effect.

    Raises PeopleError for a table that is missing, not UTF-8 or not of the form.
    """
    known = dict(_read(Path(str(files("schemas").joinpath("lookups/people.csv")))))
    if extra is not None:
        known.update(_read(extra))
    return known


def _read(path: Path) -> Mapping[str, str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise PeopleError(
            str(path), f"cannot be read ({error.strerror})", remedy="check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise PeopleError(
            str(path), f"is not UTF-8 at byte {error.start}", remedy="save it as UTF-8"
        ) from error
    return read_people(lines, str(path))


@cache
def given_names() -> Mapping[str, Gender | None]:
    """Given name -> gender, None where both bear it (schemas/lookups/given_names.csv)."""
    rows = _rows("given_names.csv")
    return {row["name"]: cast("Gender | None", row["gender"] or None) for row in rows}


@cache
def family_names() -> Mapping[str, str]:
    """Family names that stand first -> zh, ko or vi (schemas/lookups/family_names.csv)."""
    return {row["name"]: row["language"] for row in _rows("family_names.csv")}


@cache
def no_names() -> frozenset[str]:
    """Words in lower case that, capitalised, are no part of a name (no_names.csv)."""
    return frozenset(row["word"] for row in _rows("no_names.csv"))


def _rows(table: str) -> list[dict[str, str]]:
    with files("schemas").joinpath(f"lookups/{table}").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def is_family_first(words: list[str]) -> bool:
    """The first of `words` is the family name, as Chinese, Korean and Vietnamese names have it.

    >>> is_family_first(["He", "Anyi"]), is_family_first(["Kim", "Jong-un"])
    (True, True)
    >>> is_family_first(["Lee", "Holm"]), is_family_first(["Anyi", "Chen"])
    (False, False)
    """
    language = family_names().get(words[0])
    if language is None or not 2 <= len(words) <= 4:
        return False
    if all(_PINYIN.fullmatch(word) for word in words[1:]):
        return True
    if language == "vi":
        return len(words) > 2
    return all(_SYLLABLES.fullmatch(word) for word in words[1:]) and (
        len(words) == 3 or "-" in words[1]
    )


def family_name(name: str) -> str:
    """The part of a full name that stands for it later: the last, or the first where it leads.

    >>> family_name("Ida van Holm"), family_name("Chen Anyi"), family_name("Per Ek Jr.")
    ('Holm', 'Chen', 'Ek')
    """
    words = [word for word in name.split() if word.rstrip(".") not in _SUFFIXES] or name.split()
    return words[0] if is_family_first(words) else words[-1]


_SUFFIXES: Final = frozenset(("Jr", "Sr", "II", "III", "IV"))
