"""Mentions of several speakers, taken apart: Holm and Ek; the council, the Harbour Bank and Ek."""

from __future__ import annotations

import re
from typing import Final

from flows.quotes.speaker_words import word_kind
from flows.quotes.speakers import Speaker, identify

_AND: Final = re.compile(r"(?:,)?\s+(?:and|&)\s+(?:with\s+)?")
_COMMA: Final = re.compile(r",\s+")
_MOST: Final = 6
_LONGEST: Final = 400
_WORD: Final = re.compile(r"[\w'’-]+")


def conjuncts(mention: str, *, headline: bool = False) -> tuple[str, ...]:
    """The single mentions of joint speakers; empty where `mention` is of one.

    In a headline a comma alone joins two names.

    >>> conjuncts("Chief Engineer Ida Holm and the ferry line's owner Per Ek")
    ('Chief Engineer Ida Holm', "the ferry line's owner Per Ek")
    >>> conjuncts("Bureau of Tides and Locks"), conjuncts("Holm, Ek", headline=True)
    ((), ('Holm', 'Ek'))
    """
    if headline and " and " not in mention:
        parts = _COMMA.split(mention)
        if len(parts) == 2 and all(_WORD.fullmatch(part) and part[0].isupper() for part in parts):
            return tuple(parts)
    mention = mention[:_LONGEST]
    joints = list(_AND.finditer(mention))
    if not joints:
        return ()
    joint = joints[-1]
    before, last = mention[: joint.start()], mention[joint.end() :]
    parts = [part for part in [*_COMMA.split(before), last] if part]
    if len(parts) > 2 and _are_named(parts):
        return tuple(parts)
    for joint in reversed(joints):
        two = [mention[: joint.start()], mention[joint.end() :]]
        if "," in two[0] and joint.group()[0] != ",":
            continue  # and within what is said of one speaker: Ida Holm, pilot and surveyor
        if _are_named(two) and not _is_one_name(*two):
            return tuple(two)
    return ()


def _are_named(parts: list[str]) -> bool:
    return len(parts) <= _MOST and all(part and _is_named(identify(part)) for part in parts)


def _is_named(speaker: Speaker) -> bool:
    return speaker.name is not None and speaker.kind in ("person", "organisation", "place")


def _is_one_name(before: str, last: str) -> bool:
    """The words around "and" are one body's name: Bureau of Tides and Locks, Ek and Daughters."""
    left, right = identify(before), identify(last)
    if len(before) <= 2 and len(last) <= 2:
        return True  # P & G
    if left.kind == right.kind == "person":
        return False
    if right.kind == "person" and (right.is_full or right.title is not None):
        return " of " in before and right.title is None and left.kind == "organisation"
    if last[0].islower() or left.kind == right.kind == "place":
        return False
    if left.kind == "organisation" and right.kind == "organisation" and " of " not in before:
        words = before.split(" "), last.split(" ")
        return not (all(map(_is_body, words)) or len(words[0]) == len(words[1]) == 1)
    return True


def _is_body(words: list[str]) -> bool:
    return any(word_kind(word) == "organisation" for word in words) or words[-1].isupper()
