"""Who a mention means, from the article itself; where that is not clear, nobody and the reason."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import Final

from flows.quotes.quotation import Resolution, SpeakerKind
from flows.quotes.speakers import identify, word_kinds

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


@dataclass(frozen=True, slots=True)
class Resolved:
    """The speaker of one mention; `name` is None where `resolution` is none."""

    name: str | None
    kind: SpeakerKind
    title: str | None
    resolution: Resolution


UNKNOWN: Final = Resolved(None, "unknown", None, "none")


class Resolver:
    """The full names of one article, looked up only when a mention needs one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._names: dict[str, dict[str, int]] | None = None

    def resolve(self, mention: str, start: int) -> Resolved:
        """Who `mention`, which stands at code point `start`, means.

        >>> article = "Ida Holm opened the bridge. It holds, Holm said."
        >>> Resolver(article).resolve("Holm", 38).name
        'Ida Holm'
        """
        speaker = identify(mention)
        if speaker.name is None:
            return Resolved(None, speaker.kind, speaker.title, "none")
        if speaker.is_full:
            return Resolved(speaker.name, speaker.kind, speaker.title, "stated")
        bearers = islice(self._bearers(speaker.name).items(), 2)  # The two first met will do.
        earlier = [name for name, first in bearers if first < start]
        if len(earlier) != 1:
            return Resolved(None, speaker.kind, speaker.title, "none")
        return Resolved(earlier[0], speaker.kind, speaker.title, "surname")

    def _bearers(self, surname: str) -> dict[str, int]:
        """Full names with this surname and where each stands first."""
        if self._names is None:
            self._names = _full_names(self._text)
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
