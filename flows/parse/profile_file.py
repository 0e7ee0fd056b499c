"""What a profile's YAML may say, and where in the file it says something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from flows.errors import WrongUsage
from schemas.located import ContractError, Located, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Kind = Literal["share", "newsletter", "comments", "embed", "related", "notice", "label"]
"""What furniture is: it is counted under this name in the report."""

_MACRO = re.compile(r"\{\{([a-z_]{1,30})\}\}")
_MACRO_DEPTH = 9
_LONGEST_PATTERN = 20_000


class ProfileError(WrongUsage):
    """A profile cannot be used as it is written; `file`, `line` and the problem are attributes."""

    def __init__(self, file: Path, problem: str, line: int = 1) -> None:
        self.file = file
        self.line = line
        self.problem = problem
        super().__init__(f"{file}:{line}: {problem}", remedy="mend the profile (docs/profiles.md)")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Line(_Strict):
    """One line of a header, or several that stand together, parted by a line feed."""

    line: str
    r"""The pattern (RE2) that the line matches, groups named after fields; \n parts two lines."""
    not_: str | None = Field(default=None, alias="not")
    """And that it does not match, save where `except` does."""
    except_: str | None = Field(default=None, alias="except")
    """Where this matches, `not` is not asked."""
    never: str | None = None
    """And that it never matches."""
    not_glued: str | None = None
    """And that it does not match where a paragraph follows without a blank line."""
    then: str | None = None
    """One of the next `within` lines matches this."""
    within: int = Field(default=3, ge=1, le=6)
    """How many lines `then` and `backed` look ahead."""
    after: str | None = None
    """The field that the line before has given, furniture aside."""
    backed: str | None = None
    """Where one of the next `within` lines matches this, `not_glued` is not asked."""
    at_most: int = Field(default=1_000, ge=1, le=1_000)
    """The code points that it has at most."""
    required: bool = False
    """Without it the profile does not fit; of the lines in any order, without one of these."""
    weight: int = Field(default=1, ge=0, le=10)
    """What finding it says for the profile; 4 for a line that no other outlet writes."""
    repeats: bool = False
    """It may come more than once."""


class AnyOrder(_Strict):
    """Lines each at most once, in whatever order they stand."""

    any_order: list[Line]
    """The lines."""


class Example(_Strict):
    """A page written for the profile, and what is read off it; what is not named is not checked."""

    text: str
    headline: str | None = None
    published: datetime | date | None = None
    updated: datetime | None = None
    authors: list[str] | None = None
    editors: list[str] | None = None
    contributors: list[str] | None = None
    agency: str | None = None
    place: str | None = None
    captions: int | None = None
    paragraphs: list[str] | None = None


class Grammar(_Strict):
    """What a profile and a file of shared lists may both have."""

    patterns: dict[str, str] = {}
    """Patterns by name, put in for {{name}} in any other."""
    datelines: list[str] = []
    """The dateline of one of the first six paragraphs."""
    opening_datelines: list[str] = []
    """A dateline of the first paragraph only, which names no agency."""
    captions: list[str] = []
    """What shows that a paragraph is a caption, its credit."""
    footers: list[str] = []
    """What is taken off the end of the text, with the fields in it."""
    corrections: list[str] = []
    """How a text says that it corrects an earlier one."""
    starts: list[str] = []
    """How another article begins in the midst of a text as received; `start` marks where."""
    furniture: dict[Kind, list[str]] = {}
    """By kind what a paragraph that is none of the article looks like."""
    ends: dict[Kind, list[str]] = {}
    """By kind the paragraph that nothing of the article follows on."""


def _kind(written: Any) -> str:
    return "any_order" if isinstance(written, dict) and "any_order" in written else "line"


Group = Annotated[
    Annotated[Line, Tag("line")] | Annotated[AnyOrder, Tag("any_order")], Discriminator(_kind)
]
"""Told apart by the key itself, so that an error names the one mistake that there is."""


class ProfileFile(Grammar):
    """A profile as its file says it."""

    profile: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    """Its name, which articles.profile gives."""
    description: str
    """What the pages look like."""
    outlet: str
    """A key of schemas/lookups/outlets.csv, or `unknown`."""
    header: list[Group]
    """The lines of the header in their order."""
    body_shows: str | None = None
    """What the body must show for the profile to fit."""
    dates: dict[Literal["published", "updated", "page_date"], list[str]] = {}
    """Formats of strptime by field, where a printed form would be read otherwise."""
    records: bool = False
    """For records that name their own fields; never fitted to a text."""
    untitled: bool = False
    """Its pages are foreseen to have no title, and are set aside."""
    include: list[str] = []
    """Files of shared lists: `wire` is _wire.yaml."""
    examples: list[Example] = []
    """Pages written for the profile; they run as tests."""


def read_file(model: type[Model], path: Path) -> tuple[Model, Located]:
    """The file as `model`, and the way to its lines. Raises ProfileError with file and line."""
    try:
        located = read_yaml(path)
    except ContractError as error:
        raise ProfileError(path, _unreadable(error), error.line) from None
    try:
        return model.model_validate(located.value), located
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ProfileError(path, f"{where}: {first['msg']}", _line(located, first["loc"])) from None


def _unreadable(error: ContractError) -> str:
    cause = error.__cause__
    if isinstance(cause, OSError):
        return f"cannot be read ({cause.strerror})"
    if isinstance(cause, UnicodeDecodeError):
        return "is not UTF-8"
    return f"is not YAML: {' '.join(error.what.split())}"


def _line(located: Located, loc: tuple[int | str, ...]) -> int:
    """The line of an error's place; the tags that pydantic puts in are no part of the file."""
    steps = [step for at, step in enumerate(loc) if not _is_tag(loc, at)]
    return located.at(*steps).line


def _is_tag(loc: tuple[int | str, ...], at: int) -> bool:
    return at > 0 and isinstance(loc[at - 1], int) and loc[at] in ("line", "any_order")


def line_of(located: Located, pattern: str) -> int:
    """The line that a pattern stands in, 1 where it is not in this file (but in a shared one)."""
    for path, value in _strings(located.value, ()):
        if value == pattern:
            return located.at(*path).line
    return 1


def _strings(
    value: Any, path: tuple[int | str, ...]
) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _strings(inner, (*path, at))


def expanded(pattern: str, named: Mapping[str, str]) -> str:
    """A pattern with the named ones put in for `{{name}}`. Raises KeyError and RecursionError.

    >>> expanded("^{{day}}$", {"day": "{{year}}-01", "year": "2024"})
    '^2024-01$'
    """
    for _ in range(_MACRO_DEPTH):
        if "{{" not in pattern or _MACRO.search(pattern) is None:
            return pattern
        pattern = _MACRO.sub(lambda found: named[found.group(1)], pattern)
        if len(pattern) > _LONGEST_PATTERN:
            break
    raise RecursionError(f"patterns are named in one another more than {_MACRO_DEPTH} deep")
