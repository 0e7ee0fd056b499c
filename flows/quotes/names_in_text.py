"""The personal names of an article, found in one pass, and who bears a family name in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal

from flows.quotes.people import Gender, family_name, given_names, is_family_first, no_names
from flows.quotes.speaker_words import PARTICLES, has_persons_form, word_kind

_CAPITAL: Final = "A-Z" + "".join(chr(code) for code in range(0xC0, 0x180) if chr(code).isupper())
_WORD: Final = (
    rf"(?:(?:Mrs?|Ms|Dr|Prof|Sens?|Gov|Reps?|Gen|Lt|Col|Sgt|Capt|Adm|Rev|St|Jr|Sr|[{_CAPITAL}])\.(?!\w)"
    rf"|[{_CAPITAL}][\w'’-]{{0,30}})"
)
_PARTICLE: Final = "(?:(?:de|van|von|der|den|bin|ibn|al|el|del|della|la|da|di|dos)[ -]){0,2}"
_RUN: Final = re.compile(rf"(?=[{_CAPITAL}])\b{_WORD}(?: {_PARTICLE}{_WORD}){{0,8}}")
"""Capitalised words in a row; that none but a capital begins one is asked before all else."""
_HONORIFIC_GENDER: Final[dict[str, Gender]] = {
    "mr": "m", "sir": "m", "lord": "m", "mrs": "f", "ms": "f", "miss": "f", "madam": "f",
    "lady": "f", "dame": "f", "king": "m", "prince": "m", "queen": "f", "princess": "f",
    "chairwoman": "f", "spokeswoman": "f", "congresswoman": "f", "councilwoman": "f",
    "chairman": "m", "spokesman": "m", "congressman": "m", "councilman": "m", "actress": "f",
    "businesswoman": "f", "businessman": "m",
}  # fmt: skip

_Part = Literal["plain", "title", "stop", "breaks"]


@lru_cache(maxsize=50_000)
def _part(word: str) -> _Part:
    """What a capitalised word does to the name it may stand in."""
    bare = word.rstrip(".").removesuffix("'s").removesuffix("’s").removesuffix("'")
    if bare in given_names():
        return "plain"
    kind = word_kind(bare)
    if kind in ("person", "honorific", "demonym"):
        return "title"
    if kind in ("organisation", "document", "place", "group"):
        return "breaks"
    if bare.lower() in no_names() or bare.endswith(_MADE):
        return "stop"
    return "plain"


class NamesInText:
    """Full names and where capitalised words stand; built in time linear in the text's length.

    Names of the headline count as standing before the text.
    """

    def __init__(self, text: str, headline: str = "") -> None:
        self._starts: list[int] = []
        self._runs: list[str] = []
        self._last: dict[str, dict[str, int]] = {}
        self._first: dict[str, dict[str, int]] = {}
        self._genders: dict[str, Gender | None] = {}
        self._meant: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self.persons: set[str] = set()
        for match in _RUN.finditer(text):
            run, start = match.group(), match.start()
            self._starts.append(start)
            self._runs.append(run)
            if " " in run:
                self._read(run, start, text[match.end() : match.end() + _AHEAD])
        for match in _RUN.finditer(headline):
            if " " in match.group():
                self._read(match.group(), -1, "")

    def _read(self, run: str, start: int, ahead: str) -> None:
        """The names in capitalised words in a row; titles and lead-ins part them."""
        words = run.split(" ")
        name: list[str] = []
        title = ""
        for at, word in enumerate(words):
            part = _part(word)
            follows = words[at + 1 :]
            if name and name[-1].isupper() != word.isupper() and len(name[-1]) > 3 < len(word):
                self._keep(name, title, start)  # a heading in capitals before its text
                name, title = [], ""
            if word in {"He", "You"}:
                part = "plain" if is_family_first([word, *follows[:1]]) else "stop"
            ends = not follows and bool(name)
            if part == "title" and ends and (name[-1] in given_names() or len(word) == 3):
                part = "plain"  # Per Bishop
            if part == "plain" and not word.endswith(_OWNS):
                name.append(word)
                continue
            if part == "plain":
                name.append(word[:-2] if word.endswith("s") else word[:-1])
            self._keep(name if part != "breaks" else [], title, start)
            name = []
            title = word if part == "title" else ""
        self._keep(name, title or (_introduced(ahead) if 2 <= len(name) <= 3 else ""), start)

    def _keep(self, words: list[str], title: str, start: int) -> None:
        gender = _HONORIFIC_GENDER.get(title.rstrip(".").lower())
        if words and gender is not None:
            known = self._genders.setdefault(words[-1], gender)
            self._genders[words[-1]] = known if known == gender else None
        for at in range(len(words) - 2, 1, -1):
            if words[at] in given_names():  # Per Ek Meets Ida Holm
                self._keep(words[:at], title, start)
                words, title = words[at:], ""
                break
        if not 2 <= len(words) <= 5 or (len(words) == 2 and words[0].lower() in PARTICLES):
            return
        if all(word.isupper() for word in words):
            words = [word.title() for word in words]
        name = " ".join(words)
        self._counts[name] = self._counts.get(name, 0) + 1
        formed = has_persons_form(words)
        if formed or title:
            self.persons.add(name)
        _note(self._last, words[-1], name, start)
        if words[-1][:3] in ("al-", "el-"):
            _note(self._last, words[-1][3:], name, start)
        if words[-1] in ("Jr.", "Sr.", "Jr", "Sr"):
            _note(self._last, words[-2], name, start)
        if formed:
            _note(self._first, words[0], name, start)

    def add(self, name: str, start: int) -> None:
        """`name` is a person's, for one speaks by it."""
        words = name.split(" ")
        if name in self.persons or len(words) < 2:
            return
        self.persons.add(name)
        _note(self._last, words[-1], name, start)
        _note(self._first, words[0], name, start)

    def bearers(self, short: str) -> list[str]:
        """The people whom a family or given name can mean, each by the fullest form.

        >>> NamesInText("Ida Holm met Chen Anyi.").bearers("Chen")
        ['Chen Anyi']
        """
        words = short.split(" ")
        last = self._last.get(_key(words[-1]), {})
        first = self._first.get(_key(short), {})
        family = [name for name in first if is_family_first(name.split(" "))]
        borne = [name for name in last if not is_family_first(name.split(" "))]
        if len(words) > 1:
            borne = [name for name in borne if _key(name).endswith(_key(short))]
        formed = [name for name in borne if name in self.persons]
        found = family + formed or borne
        return self._fullest(_shortest(found or list(first) or list(last)))

    def _fullest(self, names: list[str]) -> list[str]:
        """One name for each person: forms with the same first and last word are one's."""
        one: dict[tuple[str, str], str] = {}
        for name in names:
            words = name.split(" ")
            key = _key(words[0]), family_name(name).casefold()
            if len(name) > len(one.get(key, "")):
                one[key] = name
        return list(one.values())

    def fullest(self, name: str) -> str:
        """The longest form of a full name in the article: with the middle name, if it has one."""
        words = name.split(" ")
        if is_family_first(words):
            return name
        forms = [
            form
            for form in self._last.get(_key(words[-1]), {})
            if form in self.persons and _key(form.split(" ", 1)[0]) == _key(words[0])
        ]
        return max([name, *forms], key=len)

    def gender(self, name: str) -> Gender | None:
        """By what the article calls the person, else by the given name."""
        words = name.split(" ")
        told = self._genders.get(family_name(name))
        known = None if is_family_first(words) else given_names().get(words[0])
        return known if known is not None and len(words) > 1 else told

    def honorific(self, mention: str) -> Gender | None:
        """The gender that a mention's own title gives: Mrs., Queen, spokesman."""
        for word in mention.split(" ")[:-1]:
            gender = _HONORIFIC_GENDER.get(word.rstrip(".").lower())
            if gender is not None:
                return gender
        return None

    def between(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The people named in `text[start:end]`, each with where it stands, in text order."""
        at = bisect_left(self._starts, start)
        while at < len(self._starts) and self._starts[at] < end:
            person = self._person(self._runs[at])
            if person is not None:
                yield self._starts[at], person
            at += 1

    def run_at(self, start: int) -> str | None:
        """The capitalised words that stand at `start`."""
        at = bisect_left(self._starts, start)
        return self._runs[at] if self._starts[at : at + 1] == [start] else None

    def _person(self, run: str) -> str | None:
        words = [word for word in run.split(" ") if _part(word) == "plain"]
        if not words or run in _PRONOUNS:
            return None
        words[-1] = words[-1].removesuffix("'s").removesuffix("’s").removesuffix("'")
        name = " ".join(words)
        if name in self.persons:
            return self.fullest(name)
        meant = self._meant.get(_key(words[-1]))
        if meant is not None:
            return meant
        borne = self.bearers(name)
        found = [each for each in borne if each in self.persons]
        before, _, last = run.rpartition(" ")
        if not borne and last == name and _part(before.rpartition(" ")[2]) == "title":
            return name
        return self.foremost(found) if found else None

    def likely(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Names of two or three words that nothing shows to be a person's, nor a body's."""
        at = bisect_left(self._starts, start)
        while at < len(self._starts) and self._starts[at] < end:
            run = self._runs[at]
            words = run.split(" ")
            if len(words) in (2, 3) and all(_part(word) == "plain" for word in words):
                yield self._starts[at], run.removesuffix("'s")
            at += 1

    def foremost(self, names: Sequence[str]) -> str | None:
        """The one of `names` that the article gives in full far more often than any other."""
        first, *others = sorted(names, key=lambda name: -self._counts.get(name, 0))
        often = self._counts.get(first, 0)
        return first if all(often >= 3 * self._counts.get(each, 0) for each in others) else None

    def run_before(self, end: int) -> str | None:
        """The capitalised words that end at `end`."""
        at = bisect_left(self._starts, end) - 1
        if at < 0 or self._starts[at] + len(self._runs[at]) < end:
            return None
        return self._runs[at][: end - self._starts[at]]

    def mean(self, short: str, name: str) -> None:
        """From here on `short` by itself means `name`."""
        self._meant[_key(short)] = name


_OWNS: Final = ("'s", "’s", "'", "’")
_MADE: Final = ("-born", "-based", "-backed", "-led", "-educated")
_MOST_FORMS: Final = 16
"""Names that share a word and are told apart; more only make it more ambiguous."""
_AHEAD: Final = 60
_APPOSED: Final = re.compile(r",? (?:who\b|(?:an? |the |its |their )?((?:[\w'’-]+ ?){1,6}))")


@lru_cache(maxsize=20_000)
def _introduced(ahead: str) -> str:
    """The word behind a name that shows it to be a person's; nothing where none does."""
    apposed = _APPOSED.match(ahead) if ahead[:2] == ", " else None
    if apposed is None:
        return ""
    words = (apposed[1] or "who").split(" ")
    return next((word for word in words if word == "who" or word_kind(word) == "person"), "")


def _shortest(names: list[str]) -> list[str]:
    """`names` without those that are another one behind capitalised words (Meets Ida Holm)."""
    return [name for name in names if not any(name.endswith(f" {each}") for each in names)]


_PRONOUNS: Final = frozenset(("I", "He", "She", "It", "They", "We", "You"))


def _note(table: dict[str, dict[str, int]], word: str, name: str, start: int) -> None:
    forms = table.setdefault(_key(word), {})
    if len(forms) < _MOST_FORMS:
        forms.setdefault(name, start)


def _key(word: str) -> str:
    return word.casefold()
