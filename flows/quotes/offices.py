"""Who holds an office in an article: the spokesman, the harbour's minister, the American."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from flows.quotes.names_in_text import NamesInText

_SAME: Final = {
    "spokesman": "spokesperson", "spokeswoman": "spokesperson", "chairman": "chair",
    "chairwoman": "chair", "chairperson": "chair", "congressman": "representative",
    "congresswoman": "representative", "rep": "representative", "sen": "senator",
    "gov": "governor", "pm": "minister", "ceo": "executive", "adviser": "advisor",
    "organiser": "organizer",    "councilor": "councillor", "vice-president": "president",
}  # fmt: skip
ANY_OFFICE: Final = frozenset(
    ("official", "officer", "executive", "leader", "expert", "insider", "organizer", "organiser",
     "spokesperson", "spokesman", "spokeswoman", "representative", "scholar", "researcher",
     "scientist", "diplomat", "envoy", "analyst", "economist", "manager", "entrepreneur", "chief",
     "head", "boss", "businessman", "businesswoman", "academic", "specialist", "professor")
)  # fmt: skip
"""Nouns in a first sentence for somebody whose name and office the next one gives."""
EPITHETS: Final = frozenset(
    ("man", "woman", "boy", "girl", "lady", "businessman", "businesswoman", "billionaire",
     "millionaire", "tycoon", "mogul", "magnate", "veteran", "star", "striker", "midfielder",
     "defender", "goalkeeper", "winger", "skier", "champion", "candidate", "nominee", "frontrunner",
     "contender", "entrepreneur", "singer", "actor", "actress", "author", "retiree", "native",
     "year-old", "incumbent")
)  # fmt: skip
"""Nouns that only say more of the person whom the text is about."""
_NEAR: Final = 70
_WORD: Final = re.compile(r"[\w-]+")
_AGE: Final = re.compile(r".*-year-old")


def is_epithet(head: str, *, demonym: bool) -> bool:
    """Whether a noun with "the" means whoever was last spoken of.

    >>> is_epithet("62-year-old", demonym=False), is_epithet("minister", demonym=False)
    (True, False)
    """
    return demonym or head in EPITHETS or _AGE.fullmatch(head) is not None


def same_office(head: str, title: str) -> bool:
    """`title` holds the office that `head` is the noun of.

    >>> same_office("spokeswoman", "Foreign Ministry spokesperson")
    True
    """
    words = {_SAME.get(word, word) for word in _words(title)}
    return _SAME.get(head, head) in words


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


class Offices:
    """The titles that stand beside the names of a text; nothing is read before it is asked for."""

    def __init__(self, text: str, names: NamesInText) -> None:
        self._text = text
        self._names = names
        self._found: dict[tuple[str, str], list[str]] = {}

    @cached_property
    def _titles(self) -> dict[str, list[str]]:
        """Name -> the titles directly before and behind it, wherever it stands."""
        titles: dict[str, list[str]] = {}
        for at, name in self._names.between(0, len(self._text)):
            run = self._names.run_at(at) or name
            end = at + len(run)
            words = self._text[max(0, at - _NEAR) : at].split(" ")[-4:]
            before = words[-2:-1] if words[-1:] == [""] else []
            found = titles.setdefault(name, [])
            found.append(" ".join([*before, *run.split(" ")]))
            if self._text[end : end + 2] == ", ":
                apposed = _ENDS.split(self._text[end + 2 : end + _NEAR])[0]
                if _DETERMINED.match(apposed) or apposed[:1].islower():
                    found.insert(0, _LINK.split(apposed)[0])
        return titles

    def holders(self, head: str, description: str) -> list[str]:
        """The people whom the text gives the office of `description`, whose noun is `head`.

        >>> text = "Mayor Per Ek met Ida Holm, the harbour minister, there."
        >>> Offices(text, NamesInText(text)).holders("minister", "minister")
        ['Ida Holm']
        """
        found = self._found.get((head, description))
        if found is None:
            found = self._found[head, description] = self._holding(head, description)
        return found

    def title(self, name: str) -> str | None:
        """The first title that follows the name, else what stands before it."""
        return next(iter(self._titles.get(name, ())), None)

    def _holding(self, head: str, description: str) -> list[str]:
        holding = [
            name
            for name, titles in self._titles.items()
            if any(same_office(head, title) for title in titles)
        ]
        words = set(_words(description)) - {head}
        closer = [name for name in holding if words & set(_words(" ".join(self._titles[name])))]
        return closer if len(holding) > 1 and closer else holding


_ENDS: Final = re.compile(r"[.,;:!?\"\n]")
_DETERMINED: Final = re.compile(r"(?:the|an?|his|her|its|their)\b")
_LINK: Final = re.compile(r"\b(?:of|for|at|in|from|with|who|that|to)\b")
