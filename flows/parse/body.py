"""The body of an article: captions, dateline and footers taken out of its paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flows.parse.layout import Span
from flows.parse.patterns import Patterns
from flows.parse.profile import Profile, field_of

Fields = dict[str, tuple[Span, ...]]

_CAPTION_LIMIT = 700
_FOOTER_WINDOW = 700
_DATELINE_WINDOW = 300
"""In code points: no caption is longer, no footer or dateline reaches further into a paragraph."""
_DATELINE_PARAGRAPHS = 6
_STOPS = ".!?'\"”’"
_FOOTERS = 6
_LEAST_NOTES = 2
_SHORT_CAPTION = 80
"""Code points; a shorter line above a dateline that does not end as a sentence is no caption."""


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs that are the story, the captions beside it, and the fields found in both."""

    paragraphs: tuple[Span, ...]
    captions: tuple[Span, ...]
    fields: Fields
    corrects: bool
    removed: dict[str, int]


def body_of(value: str, paragraphs: Sequence[Span], profile: Profile, decks: int = 0) -> Body:
    """Take footers from the end, captions from anywhere and the dateline from the top.

    The first `decks` paragraphs stood above the byline; the story begins below them.

    On a page of pictures the captions are the story: they are then its paragraphs as well,
    without their credits.
    """
    fields: Fields = {}
    removed: dict[str, int] = {}
    # Of all paragraphs, in UTF-8: what is nowhere in them need not be looked for in what is left.
    whole = value[paragraphs[0][0] : paragraphs[-1][1]].encode() if paragraphs else b""
    left = _without_end(value, list(paragraphs), profile, removed, whole)
    left = _without_furniture(value, left, profile, removed, whole)
    before = len(left)
    left = _without_footers(value, left, profile, fields)
    captions, left = _without_captions(value, left, profile)
    held = [span for span in paragraphs[:decks] if span in left[:decks]]
    above, left = _without_dateline(value, left[len(held) :], profile, fields)
    above, notes = _captions_and_notes(value, above, removed, pictures=bool(captions))
    left = [*held, *left]
    _count(removed, "footer", before - len(left) - len(captions) - len(above) - notes)
    _count(removed, "caption", len(captions) + len(above))
    if not left:
        left = [_without_credit(value, span, profile) for span in captions]
    edges = [
        value[a : min(b, a + _DATELINE_WINDOW)] for a, b in (*paragraphs[:2], *paragraphs[-2:])
    ]
    corrects = profile.corrections.may_be_in_lines("\n".join(edges))
    return Body(tuple(left), tuple(sorted([*captions, *above])), fields, corrects, removed)


def _count(removed: dict[str, int], kind: str, number: int) -> None:
    if number > 0:
        removed[kind] = removed.get(kind, 0) + number


def _without_end(
    value: str, paragraphs: list[Span], profile: Profile, removed: dict[str, int], whole: bytes
) -> list[Span]:
    """Cut where comments, related stories or a form begin that nothing of the article follows on.

    The first paragraph never ends an article: there would be none.
    """
    for kind, patterns in profile.ends.items():
        for at in _matching(value, paragraphs, patterns, whole):
            if at:
                _count(removed, kind, len(paragraphs) - at)
                paragraphs = paragraphs[:at]
                break
    return paragraphs


def _without_furniture(
    value: str, paragraphs: list[Span], profile: Profile, removed: dict[str, int], whole: bytes
) -> list[Span]:
    for kind, patterns in profile.furniture.items():
        found = set(_matching(value, paragraphs, patterns, whole))
        if len(found) < len(paragraphs):
            _count(removed, kind, len(found))
            paragraphs = [span for at, span in enumerate(paragraphs) if at not in found]
    return paragraphs


def _matching(value: str, paragraphs: list[Span], patterns: Patterns, whole: bytes) -> list[int]:
    """Which of the paragraphs (all of them within `whole`) that are short enough match."""
    if not paragraphs or not patterns.may_be_in_lines(whole):
        return []
    return [
        at
        for at, (start, end) in enumerate(paragraphs)
        if end - start <= _CAPTION_LIMIT and patterns.found_in(value[start:end])
    ]


def groups_of(match: Any, offset: int) -> Iterator[tuple[str, Span]]:
    """The fields that a match holds, with their spans moved by `offset` and stripped of blanks."""
    for group, number in match.re.groupindex.items():
        text = match.group(number)
        if text is None or not text.strip():
            continue
        start = match.start(number) + len(text) - len(text.lstrip())
        yield field_of(group), (offset + start, offset + start + len(text.strip()))


def _without_captions(
    value: str, paragraphs: list[Span], profile: Profile
) -> tuple[list[Span], list[Span]]:
    """The captions, and the paragraphs that are none."""
    if not paragraphs:
        return [], []
    # Without the footer: a credit may close what is left.
    body = value[paragraphs[0][0] : paragraphs[-1][1]]
    # A wrapped paragraph is several lines, so that the lines say nothing of it.
    wrapped = any("\n" in value[start:end] for start, end in paragraphs)
    if not wrapped and not profile.captions.may_be_in_lines(body):
        return [], paragraphs
    verdicts = [
        end - start <= _CAPTION_LIMIT and profile.captions.found_in(value[start:end])
        for start, end in paragraphs
    ]
    captions = [span for span, verdict in zip(paragraphs, verdicts, strict=True) if verdict]
    return captions, [
        span for span, verdict in zip(paragraphs, verdicts, strict=True) if not verdict
    ]


def _without_credit(value: str, caption: Span, profile: Profile) -> Span:
    start, end = caption
    match = profile.captions.first(value[start:end])
    if match is None:
        return caption
    cut = start + match.start()
    if value[cut] in _STOPS:  # A credit may have to follow a stop, which is the sentence's.
        cut += 1
    return (start, start + len(value[start:cut].rstrip())) if cut > start else caption


def _without_footers(
    value: str, paragraphs: list[Span], profile: Profile, fields: Fields
) -> list[Span]:
    for _ in range(_FOOTERS):
        if not paragraphs:
            break
        start, end = paragraphs[-1]
        window = max(start, end - _FOOTER_WINDOW)
        match = profile.footers.first(value[window:end])
        if match is None:
            break
        cut = window + match.start(match.re.groupindex.get("cut", 0))
        for field, found in groups_of(match, window):
            if field != "cut":
                fields[field] = (*fields.get(field, ()), found)
        rest = value[start:cut].rstrip()
        paragraphs = paragraphs[:-1] + ([(start, start + len(rest))] if rest else [])
    return paragraphs


def _without_dateline(
    value: str, paragraphs: list[Span], profile: Profile, fields: Fields
) -> tuple[list[Span], list[Span]]:
    """What stood above the dateline (captions without a credit), and the story from it on."""
    for at, (start, end) in enumerate(paragraphs[:_DATELINE_PARAGRAPHS]):
        text = value[start : min(end, start + _DATELINE_WINDOW)]
        match = profile.datelines.first(text)
        if match is None and not at:
            match = _opening(value, paragraphs, profile)
        if match is None:
            continue
        for field, found in groups_of(match, start):
            fields[field] = (*fields.get(field, ()), found)
        fields["dateline"] = ((start, start + len(match.group().rstrip())),)
        begin = end - len(value[start + match.end() : end].lstrip())
        story = [(begin, end)] if begin < end else []
        above = paragraphs[:at]
        if any(b - a > _CAPTION_LIMIT for a, b in above):
            return [], above + story + paragraphs[at + 1 :]
        return above, story + paragraphs[at + 1 :]
    return [], paragraphs


def _opening(value: str, paragraphs: Sequence[Span], profile: Profile) -> Any | None:
    """The first paragraph's dateline that names no agency.

    One that ends in a colon is a speaker's label where another paragraph begins in the same way.
    """
    texts = [value[start : min(end, start + _DATELINE_WINDOW)] for start, end in paragraphs[:9]]
    match = profile.opening_datelines.first(texts[0])
    if match is None or not match.group().rstrip().endswith(":"):
        return match
    labelled = any(profile.opening_datelines.first(text) for text in texts[1:])
    return None if labelled else match


def _captions_and_notes(
    value: str, above: list[Span], removed: dict[str, int], *, pictures: bool
) -> tuple[list[Span], int]:
    """Of what stood above a dateline the captions, and how many are points of a summary.

    A page with `pictures` has captions only.
    """
    captions = [
        (start, end)
        for start, end in above
        if end - start >= _SHORT_CAPTION or value[end - 1] in _STOPS + ")]"
    ]
    notes = len(above) - len(captions)
    if pictures or notes < _LEAST_NOTES:
        return above, 0
    _count(removed, "summary", notes)
    return captions, notes
