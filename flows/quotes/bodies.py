"""Bodies and documents that an article names: by abbreviation, by their noun, by what they do."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from flows.quotes.speaker_words import CALENDAR, word_kind

_CHAIN: Final = re.compile(
    r"[A-Z][\w'&-]{0,30}(?:(?: (?:(?:of|for|on)(?: the)?|and|the))? [A-Z][\w&'-]{0,30}){1,14}"
)
"""Capitalised words joined by the little words that names of bodies hold."""
_REACH: Final = 160
_ANY_BODY: Final = frozenset(
    ("watchdog", "regulator", "planner", "authority", "agency", "body", "organ", "department")
)
_REGULATORS: Final = re.compile(
    r"\b(?:Administration|Commission|Authority|Bureau|Agency|Board|Ministry|Department|Office)\b"
)
_NO_MODIFIER: Final = frozenset(
    ("top", "country's", "nation's", "state", "national", "its", "the", "of", "s", "chief", "main",
     "own", "local", "new", "country", "nation", "federal", "government's", "same")
)  # fmt: skip


class Bodies:
    """The bodies named in one text; nothing is searched before it is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[tuple[str, str], dict[str, int]] = {}

    @cached_property
    def _chains(self) -> list[tuple[int, str]]:
        return [(match.start(), match.group()) for match in _CHAIN.finditer(self._text)]

    @cached_property
    def _by_abbreviation(self) -> dict[str, str]:
        """Abbreviation in brackets -> the name before it."""
        found: dict[str, str] = {}
        for match in re.finditer(r"\(([A-Z][A-Za-z&-]{1,9})\)", self._text):
            before = self._text[max(0, match.start() - _REACH) : match.start()].rstrip()
            name = _initialled(before, match[1])
            if name is not None:
                found.setdefault(match[1], name)
        return found

    def abbreviated(self, short: str) -> str | None:
        """The name that the article gives `short` for.

        >>> Bodies("The Harbour Bureau of Tides (HBT) is shut.").abbreviated("HBT")
        'Harbour Bureau of Tides'
        """
        return self._by_abbreviation.get(short)

    def described(self, head: str, description: str, start: int) -> str | None:
        """The one body that a description at `start` can mean, None where that is not clear.

        >>> text = "The Ministry of Tides and the Ministry of Locks met. The locks ministry said"
        >>> Bodies(text).described("ministry", "locks ministry", 53)
        'Ministry of Locks'
        """
        firsts = self._found.get((head, description))
        if firsts is None:
            firsts = self._found[head, description] = {}
            for at, name in self._fitting(head, description):
                firsts.setdefault(name, at)
        before = [name for name, at in firsts.items() if at < start]
        names = before or list(firsts)
        return names[0] if len(names) == 1 else None

    def _fitting(self, head: str, description: str) -> list[tuple[int, str]]:
        """The bodies whose name holds the noun and the telling words of a description."""
        words = re.findall(r"[\w'-]+", description.lower())
        modifiers = [word for word in words if word != head and word not in _NO_MODIFIER]
        modifiers = [word for word in modifiers if not word.endswith("'s")]
        named = self._with_noun(head)
        if head in _ANY_BODY and modifiers:
            named = named or [each for each in self._chains if _REGULATORS.search(each[1])]
        if modifiers:
            named = [each for each in named if _names_all(each[1], modifiers)]
        return named

    def _with_noun(self, head: str) -> list[tuple[int, str]]:
        """The bodies whose name begins or ends with `head`: Ministry of Tides, Harbour Bank."""
        noun, found = head.capitalize(), []
        for at, chain in self._chains:
            if noun in chain:
                name = _cut(chain, noun)
                if name is not None:
                    found.append((at, name))
        return found


def _names_all(name: str, modifiers: list[str]) -> bool:
    lower = name.lower()
    return all(word[:6] in lower for word in modifiers)


def _cut(chain: str, noun: str) -> str | None:
    """The body in a chain of words: from the noun on before "of", up to the noun otherwise."""
    words = chain.split(" ")
    if noun not in words:
        return None
    at = words.index(noun)
    if at + 1 < len(words) and words[at + 1] in ("of", "for"):
        first = at
        while first > 0 and words[first - 1][0].isupper() and not words[first - 1].endswith("'s"):
            first -= 1
        end = len(words)
        for stop in range(at + 2, len(words)):
            if word_kind(words[stop]) == "person" or _begins_another(words, stop):
                end = stop
                break
        return _trimmed(words[first:end])
    if at == 0:
        return None
    return _trimmed(words[: at + 1])


def _begins_another(words: list[str], at: int) -> bool:
    return words[at] == "and" and any(_REGULATORS.match(word) for word in words[at + 1 :])


_LEADS: Final = frozenset(
    ("the", "a", "an", "in", "at", "but", "and", "on", "for", "according", "to", "of", "by", "from",
     "with", "as")
)  # fmt: skip


def _trimmed(words: list[str]) -> str | None:
    while words and words[0].lower() in _LEADS:
        words = words[1:]
    for at, word in enumerate(words):
        if CALENDAR.fullmatch(word) is not None:
            words = words[:at]
            break
    while words and words[-1].islower():
        words = words[:-1]
    return " ".join(words) if len(words) > 1 else None


def _initialled(before: str, short: str) -> str | None:
    """The last words of `before` whose initials hold `short`."""
    words = before.split(" ")
    least = len(words)
    while least > 0 and (words[least - 1][:1].isupper() or words[least - 1] in _SMALL):
        least -= 1
    for first in range(len(words) - 1, least - 1, -1):
        if words[first][:1].upper() == short[0].upper() and words[first] not in _SMALL:
            letters = "".join(w if w.isupper() else w[:1] for w in words[first:])
            if _is_within(short.upper(), letters.upper()):
                return " ".join(words[first:])
    return None


_SMALL: Final = frozenset(("of", "for", "and", "the", "on", "in", "to", "at", "&", "-"))


def _is_within(short: str, letters: str) -> bool:
    rest = iter(letters)
    return all(letter in rest for letter in short if letter.isalpha())
