"""Read a document by the profile that fits it best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.parse.body import Fields, body_of, groups_of
from flows.parse.layout import Layout, Span
from flows.parse.lines import lines, paragraphs
from flows.parse.patterns import Patterns
from flows.parse.profile import HeaderLine, Profile

_HEADER_LINES = 12
_LINE_LIMIT = 1_000
"""A header's line is not longer, in code points; what is longer is a paragraph."""
_TITLE_LIMIT = 250
_BODY_WINDOW = 2_000

_BODY_SHOWN = 3
"""What it says for a profile that the body shows what it must."""


@dataclass(slots=True)
class _Header:
    """What a profile found at the top: its fields, and the line the body begins with."""

    fields: Fields
    lines: int
    score: int


def fit(value: str, profiles: Sequence[Profile]) -> Layout | None:
    """The layout of a cleaned text by the best of `profiles`, or None where none fits.

    A profile fits when its required lines and what its body must show are there. The one that
    matched most wins; of equals the first. Time is linear in the text.
    """
    tops = lines(value[: _HEADER_LINES * _LINE_LIMIT])[:_HEADER_LINES]
    best: tuple[Profile, _Header] | None = None
    for profile in profiles:
        if profile.records:
            continue
        header = _read_header(value, tops, profile)
        if header is not None and (best is None or header.score > best[1].score):
            best = profile, header
    if best is None:
        return None
    profile, header = best
    start = _body_start(tops, header.lines)
    body = body_of(value, paragraphs(value, start, len(value)), profile)
    fields: Fields = {**header.fields}
    for field, spans in body.fields.items():
        fields[field] = fields.get(field, ()) + spans
    return Layout(profile, header.score, fields, body.paragraphs, body.captions, body.corrects)


def fit_record(value: str, given: Mapping[str, Span], profile: Profile) -> Layout:
    """The layout of a record that names its own fields; `given` has their spans, text among them.

    Only the body is read by the profile: datelines, captions and footers are inside it.
    """
    start, end = given["text"]
    body = body_of(value, paragraphs(value, start, end), profile)
    fields: Fields = {name: (span,) for name, span in given.items() if name != "text"}
    for field, spans in body.fields.items():
        fields[field] = fields.get(field, ()) + spans
    return Layout(profile, len(given), fields, body.paragraphs, body.captions, body.corrects)


def _body_start(tops: Sequence[Span], used: int) -> int:
    return tops[used][0] if used < len(tops) else (tops[used - 1][1] if used else 0)


def _read_header(value: str, tops: Sequence[Span], profile: Profile) -> _Header | None:
    header = _Header({}, 0, 0)
    for group in profile.header:
        if not _read_group(value, tops, group, header, profile.captions):
            return None
    if profile.body_shows is not None:
        start = _body_start(tops, header.lines)
        if not profile.body_shows.search(value[start : start + _BODY_WINDOW]):
            return None
        header.score += _BODY_SHOWN
    return header


def _read_group(
    value: str,
    tops: Sequence[Span],
    group: Sequence[HeaderLine],
    header: _Header,
    captions: Patterns,
) -> bool:
    """Take lines for as long as one of the group's patterns, each used once, matches the next."""
    left = list(group)
    while left and header.lines < len(tops):
        line = _matching(value, tops[header.lines], left, header.fields, captions)
        if line is None:
            break
        header.lines += 1
        header.score += line.weight
        left.remove(line)
    return not any(line.required for line in left)


def _matching(
    value: str, span: Span, candidates: Sequence[HeaderLine], fields: Fields, captions: Patterns
) -> HeaderLine | None:
    start, end = span
    if end - start > _LINE_LIMIT:
        return None
    text = value[start:end]
    for line in candidates:
        if line.titles and end - start > _TITLE_LIMIT:
            continue
        match = line.pattern.search(text)
        if match is None or _excluded(line, text) or (line.titles and captions.found_in(text)):
            continue
        for field, found in groups_of(match, start):
            fields[field] = (*fields.get(field, ()), found)
        return line
    return None


def _excluded(line: HeaderLine, text: str) -> bool:
    if line.unless is None or not line.unless.search(text):
        return False
    return line.save is None or not line.save.search(text)
