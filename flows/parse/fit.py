"""Read a document by the profile that fits it best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flows.parse.body import Fields, body_of, groups_of
from flows.parse.layout import Layout, Span
from flows.parse.lines import is_closing, is_glued, lines, paragraphs, wrapped_top
from flows.parse.patterns import Asked, Patterns
from flows.parse.profile import HeaderLine, Profile
from flows.parse.subheads import subheads

_HEADER_LINES = 24
_LINE_LIMIT = 1_000
"""A header's line is not longer, in code points; what is longer is a paragraph."""
_TITLE_LIMIT = 250
_BODY_WINDOW = 2_000

_BODY_SHOWN = 3
"""What it says for a profile that the body shows what it must."""
_LEAST_SLUG = 12
"""Letters; a shorter name of a file or page says nothing about a title."""


@dataclass(slots=True)
class _Header:
    """What a profile found at the top: its fields, and the line the body begins with.

    `last` names the fields of the last line that gave any.
    """

    fields: Fields = field(default_factory=dict)
    lines: int = 0
    score: int = 0
    last: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A profile that was tried: `score` is what it matched, None where it does not fit."""

    profile: Profile
    score: int | None


def fit(value: str, profiles: Sequence[Profile], name: str = "") -> Layout | None:
    """The layout of a cleaned text by the best of `profiles`, or None where none fits.

    A profile fits when its required lines and what its body must show are there. The one that
    matched most wins; of equals the first. `name` is the file's or the page's: a line that it
    repeats is the title, whatever it looks like. Time is linear in the text.
    """
    tops = lines(value[: _HEADER_LINES * _LINE_LIMIT])[:_HEADER_LINES]
    best: tuple[Profile, _Header] | None = None
    for profile, header in _tried(value, tops, profiles, name):
        if header is not None and (best is None or header.score > best[1].score):
            best = profile, header
    if best is None:
        return None
    profile, header = best
    start = _body_start(tops, header.lines)
    decks = header.fields.pop("deck", ())
    found = (*decks, *paragraphs(value, start, len(value)))
    return _layout(profile, header.score, header.fields, value, found, decks=len(decks))


def candidates(value: str, profiles: Sequence[Profile], name: str = "") -> list[Candidate]:
    """Every profile with what it scores on this text: the best first, what does not fit last."""
    tops = lines(value[: _HEADER_LINES * _LINE_LIMIT])[:_HEADER_LINES]
    found = [
        Candidate(profile, header.score if header else None)
        for profile, header in _tried(value, tops, profiles, name)
    ]
    return sorted(found, key=lambda each: -1 if each.score is None else each.score, reverse=True)


def fit_record(value: str, given: Mapping[str, Span], profile: Profile) -> Layout:
    """The layout of a record that names its own fields; `given` has their spans, text among them.

    Only the body is read by the profile: datelines, captions and footers are inside it.
    """
    start, end = given["text"]
    fields: Fields = {name: (span,) for name, span in given.items() if name != "text"}
    return _layout(profile, len(given), fields, value, paragraphs(value, start, end))


def fit_text(
    value: str, given: Mapping[str, Span], profiles: Sequence[Profile], name: str = ""
) -> Layout | None:
    """The layout of a record without a title, which may stand in its text; None where none does.

    What the record names itself comes before what is found in the text.
    """
    start, end = given["text"]
    found = fit(value[start:end], profiles, name)
    if found is None:
        return None
    fields = {name_: _moved(spans, start) for name_, spans in found.fields.items()}
    fields |= {field_: (span,) for field_, span in given.items() if field_ != "text"}
    return replace(
        found,
        fields=fields,
        paragraphs=_moved(found.paragraphs, start),
        captions=_moved(found.captions, start),
    )


def _moved(spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    return tuple((start + by, end + by) for start, end in spans)


def _layout(
    profile: Profile,
    score: int,
    header: Fields,
    value: str,
    found: Sequence[Span],
    *,
    decks: int = 0,
) -> Layout:
    body = body_of(value, found, profile, decks)
    fields: Fields = {**header}
    for name, spans in body.fields.items():
        fields[name] = fields.get(name, ()) + spans
    return Layout(
        profile,
        score,
        fields,
        body.paragraphs,
        body.captions,
        subheads(value, body.paragraphs),
        body.corrects,
        body.removed,
    )


def _tried(
    value: str, tops: Sequence[Span], profiles: Sequence[Profile], name: str
) -> list[tuple[Profile, _Header | None]]:
    pieces = re.split(r"[_/?#=&]", re.sub(r"(?:\.[a-z]\w{1,7}){1,2}$", "", name))
    slugs = [slug for slug in map(_slug, pieces) if len(slug) >= _LEAST_SLUG]
    if wrapped_top(value):
        tops = ()
    asked = Asked(value)
    return [
        (profile, _read_header(asked, tops, profile, slugs))
        for profile in profiles
        if not profile.records
    ]


def _slug(text: str) -> str:
    # Names of files leave out marks, and some of them numbers.
    return "".join(re.findall(r"[^\W\d_]+", text.casefold()))


def _body_start(tops: Sequence[Span], used: int) -> int:
    return tops[used][0] if used < len(tops) else (tops[used - 1][1] if used else 0)


def _read_header(
    asked: Asked, tops: Sequence[Span], profile: Profile, slugs: Sequence[str]
) -> _Header | None:
    header = _Header()
    for group in profile.header:
        if not _read_group(asked, tops, group, header, captions=profile.captions, slugs=slugs):
            return None
    if profile.body_shows is not None:
        start = _body_start(tops, header.lines)
        end = min(start + _BODY_WINDOW, len(asked.value))
        if not asked.finds(profile.body_shows, (start, end)):
            return None
        header.score += _BODY_SHOWN
    return header


def _read_group(
    asked: Asked,
    tops: Sequence[Span],
    group: Sequence[HeaderLine],
    header: _Header,
    *,
    captions: Patterns,
    slugs: Sequence[str],
) -> bool:
    """Take lines for as long as one of the group's patterns, each used once, matches the next.

    Of a group's required lines one must be there.
    """
    left = list(group)
    while left and header.lines < len(tops):
        line = _matching(asked, tops[header.lines :], left, header, captions=captions, slugs=slugs)
        if line is None:
            break
        header.lines += line.lines
        header.score += line.weight
        if not line.repeats:
            left.remove(line)
    required = [line for line in group if line.required]
    return not required or any(line not in left for line in required)


def _matching(
    asked: Asked,
    tops: Sequence[Span],
    candidates_: Sequence[HeaderLine],
    header: _Header,
    *,
    captions: Patterns,
    slugs: Sequence[str],
) -> HeaderLine | None:
    for line in candidates_:
        if line.lines > len(tops):
            continue
        span = start, end = tops[0][0], tops[line.lines - 1][1]
        if end - start > _LINE_LIMIT:
            continue
        if end - start > line.at_most and not _is_title(line, asked, span, slugs):
            continue
        match = asked.match(line.pattern, span)
        if match is None or _refused(line, asked, span, captions, slugs):
            continue
        if line.titles and len(match.group("headline") or "") > _TITLE_LIMIT:
            continue
        if not _stands(asked, tops, line, span, header.last, slugs=slugs):
            continue
        given = list(groups_of(match, start))
        for name, found in given:
            header.fields[name] = (*header.fields.get(name, ()), found)
        header.last = frozenset(name for name, _ in given) or header.last
        return line
    return None


def _stands(
    asked: Asked,
    tops: Sequence[Span],
    line: HeaderLine,
    span: Span,
    last: frozenset[str],
    *,
    slugs: Sequence[str],
) -> bool:
    """Whether the lines around it are such that the line counts."""
    following = tops[line.lines :]
    if line.after is not None and line.after not in last:
        return False
    if line.then is not None and not _is_followed(asked, following, line.then, line.within):
        return False
    if line.unless_glued is None or _is_title(line, asked, span, slugs):
        return True
    if following and is_closing(asked.value, following[0][0]):
        return False
    if not is_glued(asked.value, tops, line.lines) or not asked.finds(line.unless_glued, span):
        return True
    return line.backed is not None and _is_followed(asked, following, line.backed, line.within)


def _is_followed(asked: Asked, following: Sequence[Span], pattern: Any, within: int) -> bool:
    """Whether the pattern is found in one of so many lines that follow and are not the last."""
    return any(
        end - start <= _LINE_LIMIT and asked.finds(pattern, (start, end))
        for start, end in following[:-1][:within]
    )


def _refused(
    line: HeaderLine, asked: Asked, span: Span, captions: Patterns, slugs: Sequence[str]
) -> bool:
    if _is_title(line, asked, span, slugs):
        return False
    return _excluded(line, asked, span) or (line.titles and asked.finds(captions, span))


def _is_title(line: HeaderLine, asked: Asked, span: Span, slugs: Sequence[str]) -> bool:
    """Whether a file's name repeats what this line takes for the title."""
    return line.titles and bool(slugs) and _is_named(asked.value[slice(*span)], slugs)


def _is_named(text: str, slugs: Sequence[str]) -> bool:
    """Whether a file's name repeats the line, or as much of it as names have room for."""
    line = _slug(text)
    return len(line) >= _LEAST_SLUG and any(
        line.startswith(slug) or slug.startswith(line) for slug in slugs
    )


def _excluded(line: HeaderLine, asked: Asked, span: Span) -> bool:
    if line.never is not None and asked.finds(line.never, span):
        return True
    if line.unless is None or not asked.finds(line.unless, span):
        return False
    return line.save is None or not asked.finds(line.save, span)
