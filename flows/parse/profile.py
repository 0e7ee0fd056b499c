"""Profiles: how an outlet writes its header, its body and its footer, as YAML.

The patterns run on RE2, whose time is linear in the text whatever a pattern says, so that a
profile from somebody else cannot stall a run. A named group is a field of the article; digits
at the end of its name are dropped, since one pattern may read a field in two places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import re2

from flows.parse.patterns import Patterns
from flows.parse.profile_file import (
    AnyOrder,
    Example,
    Grammar,
    Group,
    ProfileError,
    ProfileFile,
    expanded,
    line_of,
    read_file,
)
from schemas.located import Located

__all__ = [
    "FIELDS",
    "HeaderLine",
    "Profile",
    "ProfileError",
    "field_of",
    "forget",
    "profile",
    "profiles",
]

FIELDS = frozenset(
    [
        "headline",
        "deck",
        "published",
        "page_date",
        "updated",
        "zone",
        "byline",
        "translators",
        "photographers",
        "agency",
        "outlet",
        "editors",
        "contributors",
        "url",
        "dateline_place",
        "dateline_date",
        "cut",
        "start",
    ]
)
"""What a named group may be called. `cut` marks where a footer begins inside its match, and
`start` where another article does."""
_LISTS = ("datelines", "opening_datelines", "captions", "footers", "corrections", "starts")


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One line of a header: it matches `pattern`, and not `unless`, save where `save` does.

    Nor does it match `never`, or `unless_glued` where a paragraph follows without a blank line,
    unless one of the next `within` lines matches `backed`. One of these must match `then`, and the
    line before, furniture aside, have given the field `after`. It has `at_most` code points.
    `weight` is what finding it says for the profile: much for a line that no other outlet writes;
    `titles` is whether it gives the headline; `lines` how many lines it is searched on together.
    """

    pattern: Any
    unless: Any | None
    save: Any | None
    never: Any | None
    unless_glued: Any | None
    then: Any | None
    backed: Any | None
    within: int
    after: str | None
    at_most: int
    required: bool
    weight: int
    titles: bool
    repeats: bool
    lines: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as loaded, its patterns compiled; `header` is groups of lines in any order.

    A profile for `records` is never fitted to a text: records name their fields themselves.
    `furniture` is by kind what a paragraph that is none looks like, `ends` what nothing of the
    article follows on. Pages of an `untitled` one are foreseen and never articles.
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
    starts: Patterns
    furniture: Mapping[str, Patterns]
    ends: Mapping[str, Patterns]
    records: bool
    untitled: bool
    examples: tuple[Example, ...]


@cache
def profiles(folder: Path | None = None) -> tuple[Profile, ...]:
    """All profiles of `folder` (those of the product where it is None), in order of their names.

    Raises ProfileError on the first file that does not say what a profile must.
    """
    place = folder or Path(str(files("schemas"))) / "profiles"
    loaded: dict[str, tuple[Path, Profile]] = {}
    for path in sorted(path for path in place.glob("*.yaml") if not path.name.startswith("_")):
        found = _Loader(path).load()
        if found.name in loaded:
            first, _ = loaded[found.name]
            raise ProfileError(path, f"the profile {found.name} is in {first.name} already")
        loaded[found.name] = path, found
    return tuple(found for _, found in loaded.values())


def forget() -> None:
    """Let go of the profiles, whose compiled patterns take some 35 MB; `profiles` loads them again.

    For a process that has checked them and reads no article itself.
    """
    profiles.cache_clear()
    _compiled.cache_clear()
    re2.purge()


def profile(name: str) -> Profile:
    """The product's own profile of this name. Raises KeyError."""
    return {each.name: each for each in profiles()}[name]


class _Loader:
    """Reads one file, with the shared ones that it includes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written, located = read_file(ProfileFile, path)
        self.places: list[tuple[Path, Located]] = [(path, located)]
        shared: list[Grammar] = []
        for name in self.written.include:
            place = path.with_name(f"_{name}.yaml")
            grammar, at = read_file(Grammar, place)
            shared.append(grammar)
            self.places.append((place, at))
        self.grammars = [self.written, *shared]
        self.named = {
            name: pattern
            for part in reversed(self.grammars)
            for name, pattern in part.patterns.items()
        }

    def load(self) -> Profile:
        written = self.written
        header = tuple(tuple(self._header(group)) for group in written.header)
        self._check([line for group in header for line in group])
        return Profile(
            name=written.profile,
            description=" ".join(written.description.split()),
            outlet=written.outlet,
            header=header,
            body_shows=self._maybe(written.body_shows),
            date_formats={field: tuple(formats) for field, formats in written.dates.items()},
            **{
                name: self._patterns([getattr(part, name) for part in self.grammars])
                for name in _LISTS
            },
            furniture=self._by_kind("furniture"),
            ends=self._by_kind("ends"),
            records=written.records,
            untitled=written.untitled,
            examples=tuple(written.examples),
        )

    def _patterns(self, lists: Sequence[Sequence[str]]) -> Patterns:
        return Patterns(
            [pattern for each in lists for pattern in each], self._compiled, self._expanded
        )

    def _by_kind(self, name: str) -> dict[str, Patterns]:
        kinds = {kind: None for part in self.grammars for kind in getattr(part, name)}
        return {
            kind: self._patterns([getattr(part, name).get(kind, []) for part in self.grammars])
            for kind in kinds
        }

    def _header(self, group: Group) -> Iterator[HeaderLine]:
        for written in group.any_order if isinstance(group, AnyOrder) else [group]:
            pattern = self._compiled(written.line)
            yield HeaderLine(
                pattern=pattern,
                unless=self._maybe(written.not_),
                save=self._maybe(written.except_),
                never=self._maybe(written.never),
                unless_glued=self._maybe(written.not_glued),
                then=self._maybe(written.then),
                backed=self._maybe(written.backed),
                within=written.within,
                after=written.after,
                at_most=written.at_most,
                required=written.required,
                weight=written.weight,
                titles="headline" in pattern.groupindex,
                repeats=written.repeats,
                lines=1 + self._expanded(written.line).count("\\n"),
            )

    def _check(self, header: Sequence[HeaderLine]) -> None:
        """What would otherwise show only in the articles, all of them, when it is too late."""
        for formats in self.written.dates.values():
            for form in formats:
                self._check_format(form)
        if self.written.records or (self.written.untitled and self.written.body_shows):
            return
        if not any(line.titles for line in header):
            raise self._wrong("no line of the header gives the headline", "header")
        if not any(line.required for line in header):
            what = "no line of the header is required: it would fit every text"
            raise self._wrong(what, "header")

    def _check_format(self, form: str) -> None:
        try:
            datetime.strptime("", form)  # noqa: DTZ007  only the format is looked at
        except ValueError as error:
            if "does not match" not in str(error):
                raise self._wrong(f"{form!r} is no format for a date ({error})", "dates") from None

    def _wrong(self, problem: str, key: str) -> ProfileError:
        return ProfileError(self.path, problem, self.places[0][1].at(key).line)

    def _expanded(self, pattern: str) -> str:
        try:
            return expanded(pattern, self.named)
        except KeyError as error:
            raise self._at(pattern, f"no pattern is named {error.args[0]}") from None
        except RecursionError as error:
            raise self._at(pattern, str(error)) from None

    def _maybe(self, pattern: str | None) -> Any | None:
        return self._compiled(pattern) if pattern else None

    def _compiled(self, pattern: str) -> Any:
        try:
            # Between two lines of a header may stand a blank one.
            whole = self._expanded(pattern).replace("\\n", "\\n{1,2}")
            compiled = _compiled(whole)
        except re2.error as error:
            problem = f"RE2 does not take the pattern {pattern!r} ({error})"
            raise self._at(pattern, problem) from None
        unknown = {field_of(group) for group in compiled.groupindex} - FIELDS
        if unknown:
            known = ", ".join(sorted(FIELDS))
            what = f"unknown field {', '.join(sorted(unknown))} (known: {known})"
            raise self._at(pattern, what)
        return compiled

    def _at(self, pattern: str, problem: str) -> ProfileError:
        """The error in the file, and at the line, that the pattern was written in."""
        for path, located in self.places:
            line = line_of(located, pattern)
            if line > 1:
                return ProfileError(path, problem, line)
        return ProfileError(self.path, problem)


@cache
def _compiled(pattern: str) -> Any:
    """Profiles share most of their patterns, and each is compiled but once."""
    return re2.compile(pattern, _options())


@cache
def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return options


def field_of(group: str) -> str:
    """The field that a named group reads.

    >>> field_of("agency2")
    'agency'
    """
    return group.rstrip("0123456789")
