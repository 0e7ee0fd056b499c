"""Cue words: the verbs and phrases that attribute words to somebody."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast

CueKind = Literal["statement", "address", "label", "source", "colon", "dash", "ideographic"]
"""What follows: a clause, an addressee and a clause, an object and its description, a speaker.

A dash is followed by the name that signs what stands before it.
"""

_WORD: Final = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_BEFORE_NOUN: Final = re.compile(
    r"(?:\b(?:the|an?|his|her|their|its|my|our|your|this|these|those|such|no|any)|'s|s')\s+$",
    re.IGNORECASE,
)
_BE: Final = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:(?:now|also|often|once|still|soon|\w+ly)\s+)?$"
)
_LONGEST: Final = 4
"""Words in the longest cue."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue word where it stands, in code points of the text."""

    start: int
    end: int
    kind: CueKind


@cache
def cue_kinds() -> Mapping[str, CueKind]:
    """Every form of every cue in lower case, and its kind (schemas/lookups/cues.csv)."""
    with files("schemas").joinpath("lookups/cues.csv").open(encoding="utf-8") as rows:
        return {
            form: cast("CueKind", row["kind"])
            for row in csv.DictReader(rows)
            for form in row["forms"].split("|")
        }


@cache
def _first_words() -> frozenset[str]:
    return frozenset(form.partition(" ")[0] for form in cue_kinds() if " " in form)


def find_cues(text: str, start: int, end: int) -> Iterator[Cue]:
    """The cues between two code points, in order; of "called for" and "called" the longer.

    >>> sentence = "Ms Oduya pointed out that, according to the mayor, it rains."
    >>> [sentence[cue.start:cue.end] for cue in find_cues(sentence, 0, len(sentence))]
    ['pointed out', 'according to']
    """
    kinds, first_words = cue_kinds(), _first_words()
    at = start
    while (match := _WORD.search(text, at, end)) is not None:
        word, at = match.group().lower(), match.end()
        if word in first_words and (longer := _longer(text, match, end)) is not None:
            at = longer.end
            yield longer
        elif word in kinds and not _is_noun(text, match):
            yield Cue(match.start(), at, kinds[word])


def is_passive(text: str, cue: Cue) -> bool:
    """A form of "be" makes the cue a passive: the tower is now called "the hotel"."""
    if text[cue.start : cue.end].endswith("ing"):
        return False
    return _BE.search(text, max(0, cue.start - 24), cue.start) is not None


def _is_noun(text: str, word: re.Match[str]) -> bool:
    """Their comments, the city's reports: a verb does not follow an article or a genitive."""
    if word.group().endswith(("ed", "ing", "said", "told", "wrote")):
        return False
    return _BEFORE_NOUN.search(text, max(0, word.start() - 12), word.start()) is not None


def _longer(text: str, first: re.Match[str], end: int) -> Cue | None:
    """The longest cue of several words that begins with `first`."""
    kinds = cue_kinds()
    words = text[first.start() : min(end, first.start() + 40)].split(" ")[:_LONGEST]
    for count in range(len(words), 1, -1):
        phrase = " ".join(words[:count]).rstrip(",:;.").lower()
        if phrase in kinds:
            return Cue(first.start(), first.start() + len(phrase), kinds[phrase])
    return None


@cache
def _ideographic_forms() -> str:
    forms = sorted((form for form, kind in cue_kinds().items() if kind == "ideographic"), key=len)
    return "|".join(reversed(forms))


@cache
def _ideographic_before() -> re.Pattern[str]:
    return re.compile(f"({_ideographic_forms()})(?:[^，。！？\n]{{0,12}}[，：:])?$")


@cache
def _ideographic_after() -> re.Pattern[str]:
    subject, addressee = r"[^，。；：！？、\s\"']{0,16}?", r"[^，。；：！？\s\"']{0,6}"
    return re.compile(rf"{subject}({_ideographic_forms()}){addressee}(?=[，。！？\s]|$)")


def ideographic_cue_before(text: str, start: int, end: int) -> Cue | None:
    """The cue that a Chinese clause ends with; its words have no blanks to find it by.

    >>> clause = "林业局局长陈安表示："
    >>> cue = ideographic_cue_before(clause, 0, len(clause))
    >>> clause[cue.start:cue.end]
    '表示'
    """
    match = _ideographic_before().search(text[max(start, end - 24) : end])
    if match is None:
        return None
    shift = max(start, end - 24)
    return Cue(shift + match.start(1), shift + match.end(1), "ideographic")


def ideographic_cue_after(text: str, start: int, end: int) -> Cue | None:
    """The cue of the short Chinese clause that follows a closing mark at once.

    >>> clause = "陈安对村民说。"
    >>> cue = ideographic_cue_after(clause, 0, len(clause))
    >>> clause[cue.start:cue.end]
    '说'
    """
    match = _ideographic_after().match(text, start, end)
    return None if match is None else Cue(match.start(1), match.end(1), "ideographic")
