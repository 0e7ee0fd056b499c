"""Profiles: how an outlet writes its header, its body and its footer, as YAML.

The patterns run on RE2, whose time is linear in the text whatever a pattern says, so that a
profile from somebody else cannot stall a run. A named group is a field of the article; digits
at the end of its name are dropped, since one pattern may read a field in two places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import re2
import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from flows.errors import WrongUsage
from flows.parse.patterns import Patterns

Model = TypeVar("Model", bound=BaseModel)

FIELDS = frozenset(
    [
        "headline",
        "published",
        "page_date",
        "updated",
        "zone",
        "byline",
        "agency",
        "editors",
        "contributors",
        "url",
        "dateline_place",
        "dateline_date",
        "cut",
    ]
)
"""What a named group may be called. `cut` marks where a footer begins inside its match."""


class ProfileError(WrongUsage):
    """A profile cannot be used as it is written; `file` and what is wrong are attributes."""

    def __init__(self, file: Path, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(f"{file}: {problem}", remedy="mend the profile (docs/profiles.md)")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Line(_Strict):
    line: str
    not_: str | None = Field(default=None, alias="not")
    except_: str | None = Field(default=None, alias="except")
    required: bool = False
    weight: int = Field(default=1, ge=0, le=10)


class _AnyOrder(_Strict):
    any_order: list[_Line]


class _Grammar(_Strict):
    datelines: list[str] = []
    opening_datelines: list[str] = []
    captions: list[str] = []
    footers: list[str] = []
    corrections: list[str] = []


def _kind(written: Any) -> str:
    return "any_order" if isinstance(written, dict) and "any_order" in written else "line"


_Group = Annotated[
    Annotated[_Line, Tag("line")] | Annotated[_AnyOrder, Tag("any_order")], Discriminator(_kind)
]
"""Told apart by the key itself, so that an error names the one mistake that there is."""


class _ProfileFile(_Grammar):
    profile: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    description: str
    outlet: str
    header: list[_Group]
    body_shows: str | None = None
    dates: dict[Literal["published", "updated", "page_date"], list[str]] = {}
    records: bool = False
    include: list[str] = []


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One line of a header: it matches `pattern`, and not `unless`, save where `save` does.

    `weight` is what finding it says for the profile: much for a line that no other outlet writes;
    `titles` is whether it gives the headline.
    """

    pattern: Any
    unless: Any | None
    save: Any | None
    required: bool
    weight: int
    titles: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as loaded, its patterns compiled; `header` is groups of lines in any order.

    A profile for `records` is never fitted to a text: records name their fields themselves.
    """

    name: str
    description: str
    outlet: str
    header: tuple[tuple[HeaderLine, ...], ...]
    body_shows: Any | None
    date_formats: Mapping[str, tuple[str, ...]]
    datelines: Patterns
    opening_datelines: Patterns
    captions: Patterns
    footers: Patterns
    corrections: Patterns
    records: bool


@cache
def profiles(folder: Path | None = None) -> tuple[Profile, ...]:
    """All profiles of `folder` (those of the product where it is None), in order of their names.

    Raises ProfileError on the first file that does not say what a profile must.
    """
    place = folder or Path(str(files("schemas"))) / "profiles"
    loaded: dict[str, tuple[Path, Profile]] = {}
    for path in sorted(path for path in place.glob("*.yaml") if not path.name.startswith("_")):
        found = _load(path)
        if found.name in loaded:
            first, _ = loaded[found.name]
            raise ProfileError(path, f"the profile {found.name} is in {first.name} already")
        loaded[found.name] = path, found
    return tuple(found for _, found in loaded.values())


def profile(name: str) -> Profile:
    """The product's own profile of this name. Raises KeyError."""
    return {each.name: each for each in profiles()}[name]


def _load(path: Path) -> Profile:
    written = _validated(_ProfileFile, path)
    shared = [_validated(_Grammar, path.with_name(f"_{name}.yaml")) for name in written.include]
    grammar = [written, *shared]
    header = tuple(tuple(_header(path, group)) for group in written.header)
    _check(path, written, [line for group in header for line in group])
    return Profile(
        name=written.profile,
        description=" ".join(written.description.split()),
        outlet=written.outlet,
        header=header,
        body_shows=_compiled(path, written.body_shows) if written.body_shows else None,
        date_formats={field: tuple(formats) for field, formats in written.dates.items()},
        **{
            name: Patterns(
                [pattern for part in grammar for pattern in getattr(part, name)],
                partial(_compiled, path),
            )
            for name in _Grammar.model_fields
        },
        records=written.records,
    )


def _validated(model: type[Model], path: Path) -> Model:
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ProfileError(path, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ProfileError(path, "is not UTF-8") from None
    except yaml.YAMLError as error:
        raise ProfileError(path, f"is not YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ProfileError(path, f"{where}: {first['msg']}") from None


def _check(path: Path, written: _ProfileFile, header: Sequence[HeaderLine]) -> None:
    """What would otherwise show only in the articles, all of them, when it is too late."""
    for formats in written.dates.values():
        for form in formats:
            _check_format(path, form)
    if written.records:
        return
    read = {field_of(group) for line in header for group in line.pattern.groupindex}
    unwritten = sorted((read & {"published", "page_date"}) - written.dates.keys())
    if unwritten:
        raise ProfileError(path, f"dates has no format for {unwritten[0]}, which the header reads")
    if not any(line.titles for line in header):
        raise ProfileError(path, "no line of the header gives the headline")
    if not any(line.required for line in header):
        raise ProfileError(path, "no line of the header is required: it would fit every text")


def _check_format(path: Path, form: str) -> None:
    try:
        datetime.strptime("", form)  # noqa: DTZ007  only the format is looked at
    except ValueError as error:
        if form != "iso" and "does not match" not in str(error):
            raise ProfileError(path, f"{form!r} is no format for a date ({error})") from None


def _header(path: Path, group: _Group) -> Iterator[HeaderLine]:
    for written in group.any_order if isinstance(group, _AnyOrder) else [group]:
        pattern = _compiled(path, written.line)
        yield HeaderLine(
            pattern=pattern,
            unless=_compiled(path, written.not_) if written.not_ else None,
            save=_compiled(path, written.except_) if written.except_ else None,
            required=written.required,
            weight=written.weight,
            titles="headline" in pattern.groupindex,
        )


def _compiled(path: Path, pattern: str) -> Any:
    try:
        compiled = re2.compile(pattern, _options())
    except re2.error as error:
        raise ProfileError(path, f"RE2 does not take the pattern {pattern!r} ({error})") from None
    unknown = {field_of(group) for group in compiled.groupindex} - FIELDS
    if unknown:
        raise ProfileError(
            path, f"unknown field {', '.join(sorted(unknown))} (known: {', '.join(sorted(FIELDS))})"
        )
    return compiled


@cache
def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def field_of(group: str) -> str:
    """The field that a named group reads.

    >>> field_of("agency2")
    'agency'
    """
    return group.rstrip("0123456789")
