"""Who a mention means, from the article itself; where that is not clear, nobody and the reason."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from flows.quotes.antecedents import Antecedents
from flows.quotes.people import people
from flows.quotes.quotation import Resolution, SpeakerKind
from flows.quotes.speakers import Speaker, identify, word_kinds

_FULL_NAME: Final = re.compile(
    r"\b[A-Z][\w'-]{0,30}\.?(?: (?:(?:de|van|von|der|bin|al|del|la|da|dos|el) )?"
    r"[A-Z][\w'-]{0,30}\.?){1,4}"
)
_CALENDAR: Final = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|"
    r"August|September|October|November|December)\b"
)
_NO_NAME: Final = re.compile(
    r"(?:The|An?|In|On|At|But|And|For|If|When|While|As|It|He|She|They|We|His|Her|Their|This|That|"
    r"After|Before|By|From|With|Since|Under|Over|Yet|So|Meanwhile|However|Also|Then|Both)\Z"
)

_OFFICE: Final = re.compile(
    r"(?P<title>(?:[A-Z][a-z]+ ){0,3}(?:Minister|Ambassador|Secretary|Governor|President|Chief"
    r" Executive) (?:of|for|to) [A-Z][a-z]+(?:(?:,| and|) [A-Z][a-z]+){0,3}?)"
    r" (?P<name>[A-Z][\w'-]+ [A-Z][\w'-]+)\Z"
)
"""A title with a link in it, which hides the name that follows from `identify`."""
_OWNED_BODY: Final = re.compile(r"[A-Z]\w+'s ((?:Ministry|Department|Bureau) of [A-Z].*)")
_SHORT: Final = re.compile(
    r"(?P<full>[A-Z][\w'&-]{1,30}(?: (?:(?:of|for|and|the|on|in) ){0,2}[A-Z][\w'&-]{0,30}){1,12})"
    r" \((?P<short>[A-Z]{2,8})\)"
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The speaker of one mention; `name` is None where `resolution` is none."""

    name: str | None
    kind: SpeakerKind
    title: str | None
    resolution: Resolution


UNKNOWN: Final = Resolved(None, "unknown", None, "none")


class Resolver:
    """The speakers of one article; `resolve` is to be called in the order of the text.

    `ahead` lets a surname or an abbreviation mean a name that the article gives only later.
    `headline` is searched for names too.
    """

    def __init__(self, text: str, *, headline: str = "", ahead: bool = False) -> None:
        self._text = text
        self._headline = headline
        self._ahead = ahead
        self._names: dict[str, dict[str, int]] | None = None
        self._short: dict[str, str] | None = None
        self._spoken = Antecedents()

    def resolve(self, mention: str, start: int) -> Resolved:
        """Who `mention`, which stands at code point `start`, means.

        >>> article = "Ida Holm opened the bridge. It holds, Holm said."
        >>> Resolver(article).resolve("Holm", 38).name
        'Ida Holm'
        """
        found = self._resolve(mention, start)
        if found.name is not None:
            found = replace(found, name=people().get(found.name, found.name))
            self._spoken.note(found.name or "", found.kind, mention)
        return found

    def _resolve(self, mention: str, start: int) -> Resolved:
        word = mention.lower()
        if word in ("he", "she", "they", "it"):
            meant = self._spoken.pronoun(word)
            return UNKNOWN if meant is None else Resolved(meant[0], meant[1], None, "pronoun")
        office = _OFFICE.match(mention)
        if office is not None:
            name = office.group("name").strip()
            return Resolved(name, "person", office.group("title"), "stated")
        speaker = identify(mention)
        if speaker.name is None:
            return self._described(mention, speaker)
        if speaker.is_full:
            return self._stated(speaker.name, speaker)
        bearers = islice(self._bearers(speaker.name).items(), 2)  # The two first met will do.
        fitting = [name for name, first in bearers if self._ahead or first < start]
        if len(fitting) != 1:
            return Resolved(None, speaker.kind, speaker.title, "none")
        return Resolved(fitting[0], speaker.kind, speaker.title, "surname")

    def _stated(self, name: str, speaker: Speaker) -> Resolved:
        if name.isupper() and " " not in name and (full := self._abbreviated(name)) is not None:
            return Resolved(full, speaker.kind, speaker.title, "lookup")
        owned = _OWNED_BODY.fullmatch(name)
        return Resolved(name if owned is None else owned[1], speaker.kind, speaker.title, "stated")

    def _described(self, mention: str, speaker: Speaker) -> Resolved:
        """A description: the last speaker of its kind if it has a "the", else itself."""
        if mention[:4].lower() == "the " and speaker.kind in ("document", "organisation"):
            last = self._spoken.last(speaker.kind)
            if last is not None and last.lower().split()[-1] == mention.lower().split()[-1]:
                return Resolved(last, speaker.kind, speaker.title, "title")
        if speaker.kind in ("group", "document") and " and " not in mention:
            return Resolved(mention, speaker.kind, speaker.title, "stated")
        return Resolved(None, speaker.kind, speaker.title, "none")

    def _abbreviated(self, short: str) -> str | None:
        """The full name before "(SHORT)" in the article."""
        if self._short is None:
            self._short = {match["short"]: match["full"] for match in _SHORT.finditer(self._text)}
        return self._short.get(short)

    def _bearers(self, surname: str) -> dict[str, int]:
        """Full names with this surname and where each stands first."""
        if self._names is None:
            self._names = _full_names(self._text)
            for last, found in _full_names(self._headline).items():
                for name in found:
                    self._names.setdefault(last, {}).setdefault(name, -1)
        return self._names.get(surname, {})


def _full_names(text: str) -> dict[str, dict[str, int]]:
    """Surname -> full names. A Chinese surname comes first: it counts where no last one does."""
    last: dict[str, dict[str, int]] = defaultdict(dict)
    first: dict[str, dict[str, int]] = defaultdict(dict)
    for match in _FULL_NAME.finditer(text):
        name = _person(match.group())
        if name is not None:
            words = name.split()
            last[words[-1]].setdefault(name, match.start())
            if len(words) == 2:
                first[words[0]].setdefault(name, match.start())
    return {**first, **last}


def _person(run: str) -> str | None:
    """The personal name in a run of capitalised words, titles and lead-ins left out."""
    words = run.removesuffix("'s").rstrip(".").split()
    keep = 0
    for index, word in enumerate(words):
        kind = word_kinds().get(word.rstrip(".").lower())
        if kind in ("organisation", "document") or _CALENDAR.match(word):
            return None
        if kind is not None or _NO_NAME.match(word):
            keep = index + 1
    words = words[keep:]
    return " ".join(words) if 2 <= len(words) <= 4 else None
