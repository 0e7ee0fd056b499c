"""Where in the words of a mention the name stands."""

from __future__ import annotations

from typing import Final

from flows.quotes.people import given_names
from flows.quotes.speaker_words import (
    CALENDAR,
    LINKS,
    LONGEST_NAME,
    PARTICLES,
    first_link,
    has_persons_form,
    word_kind,
    word_kinds,
)

_LEADING: Final = frozenset(("the", "and", "&", "a", "an"))
SHARES: Final = frozenset(
    ("one", "some", "many", "most", "all", "both", "several", "none", "few", "majorities", "two",
     "three", "four", "five", "six", "seven", "eight", "nine", "ten", "half",
     "each", "any", "either", "neither")
)  # fmt: skip
"""Words that take a part of the people behind "of"."""


def name_at(tokens: list[str]) -> int:
    """Where the name begins that `tokens` end with or, before a link, begin with."""
    first = len(tokens)
    if first > 1 and CALENDAR.fullmatch(tokens[-1]) is not None:
        return _name_before_link(tokens)
    while first > 0 and _may_be_named(tokens, first - 1):
        first -= 1
    while first < len(tokens) and tokens[first] in PARTICLES:
        first += 1
    while _is_bridged(tokens, first):
        first -= 2
        while first > 0 and tokens[first - 1][:1].isupper():
            first -= 1
    linked = first > 0 and _is_object(tokens, first)
    if first == len(tokens) or linked:
        name = _name_behind_office(tokens, first) if linked else None
        return name if name is not None else _name_before_link(tokens)
    return _behind_title(tokens, first, len(tokens))


def _is_bridged(tokens: list[str], first: int) -> bool:
    """An "and" stands within the name of a body: Development and Reform Commission."""
    return (
        1 < first < len(tokens)
        and tokens[first - 1] in ("and", "&")
        and tokens[first - 2][:1].isupper()
        and word_kind(tokens[-1]) == "organisation"
        and word_kind(tokens[first - 2]) not in ("organisation", "person", "group")
    )


def _is_object(tokens: list[str], first: int) -> bool:
    """The words from `first` on are what a link leads to, and not what the mention names."""
    before = tokens[first - 1]
    if before.lower() in LINKS or before.lower() in _LEADING:
        return True
    link = first_link(tokens)
    if link >= first or word_kind(before) == "person":
        return False
    return not (
        word_kind(tokens[max(link, 1) - 1]) == "person" and has_persons_form(tokens[first:])
    )


def _may_be_named(tokens: list[str], at: int) -> bool:
    token = tokens[at].lstrip("'\"")
    if token[:1].isupper():
        return True
    follows = at + 1 < len(tokens)
    if token[:1].isdigit():
        beside = tokens[at - 1 : at] + tokens[at + 1 : at + 2]
        return any(word[:1].isupper() for word in beside)
    if token[:3] in ("al-", "el-") and token[3:4].isupper():
        return True
    return token in PARTICLES and follows


def _behind_title(tokens: list[str], first: int, last: int) -> int:
    """Past titles and owners among the capitalised words; `last` where no name remains."""
    begin = first
    for at in range(first, last - 1):
        is_owner = tokens[at].endswith(("'s", "s'")) and word_kind(tokens[last - 1]) is None
        if is_owner or word_kind(tokens[at]) in ("person", "honorific", "demonym"):
            begin = at + 1
    end = tokens[last - 1]
    kind = word_kind(end)
    if kind in ("person", "demonym") and not (last - begin > 1 and tokens[begin] in given_names()):
        return last
    if kind == "document" and begin == last - 1 == first:
        return last  # Data showed
    if kind == "group" and (begin < last - 1 or end.lower() in word_kinds()):
        return last
    if begin < last - 2 and tokens[begin].isupper() and len(tokens[begin]) > 3:
        return begin + 1 if has_persons_form(tokens[begin + 1 : last]) else begin  # a dateline
    return begin


def _name_before_link(tokens: list[str]) -> int:
    """Where a name stands before the first link (Ida Holm of the Harbour Bank), else the end."""
    link = first_link(tokens)
    if link in (0, len(tokens)) or not tokens[link - 1][:1].isupper():
        return len(tokens)
    if tokens[0].lower() in SHARES:
        return len(tokens)
    if not all(_may_be_named(tokens, at) for at in range(link)):
        return len(tokens)
    kind = word_kind(tokens[link - 1])
    if kind in ("person", "group", "demonym", "honorific"):
        return len(tokens)
    return _behind_title(tokens, 0, link)


def _name_behind_office(tokens: list[str], first: int) -> int | None:
    """Minister of Tides and Locks Ida Holm: the name that the object of an office's link hides."""
    link = first_link(tokens)
    if link == len(tokens) or word_kind(tokens[link - 1]) != "person":
        return None
    if has_persons_form(tokens[first:]):
        return None  # a friend of Mary Ann Holm
    least = first + (1 if first == link + 1 or tokens[first - 1] in _LEADING else 0)
    for at in range(max(least, len(tokens) - LONGEST_NAME), len(tokens) - 1):
        if has_persons_form(tokens[at:]):
            owner = word_kind(tokens[at - 1])
            return None if owner in ("person", "honorific") else at
    length = len(tokens) - first
    plain = length >= 3 and tokens[first - 1] != "the" and word_kind(tokens[-1]) is None
    plain = plain and tokens[link - 1][0].isupper()
    return len(tokens) - 2 if plain else None
