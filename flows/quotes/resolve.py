"""Who a mention means, from the article itself; where that is not clear, nobody and the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flows.quotes.antecedents import Antecedents
from flows.quotes.bodies import Bodies
from flows.quotes.descriptions import Descriptions, is_announced
from flows.quotes.joint import conjuncts
from flows.quotes.names_in_text import NamesInText
from flows.quotes.people import family_names, given_names, people
from flows.quotes.quotation import SpeakerKind
from flows.quotes.resolved import NOWHERE, UNKNOWN, Mention, Resolved, named, unnamed
from flows.quotes.speaker_words import has_persons_form, pronoun_of, word_kind
from flows.quotes.speakers import Speaker, identify

__all__ = ["UNKNOWN", "Mention", "Resolutions", "Resolved", "Resolver", "resolve_article"]


_BESIDE: Final = 12
"""Mentions before and after one that can be of the quotation around it."""
_NEAR: Final = 900
"""Code points back in which a full name still tells whom a family name means."""


@dataclass(frozen=True, slots=True)
class Resolutions:
    """The speakers of one article's mentions, in the order in which these were given."""

    headline: tuple[Resolved, ...]
    text: tuple[Resolved, ...]


def resolve_article(
    text: str,
    mentions: Sequence[Mention],
    *,
    headline: str = "",
    headline_mentions: Sequence[Mention] = (),
    aliases: Mapping[str, str] | None = None,
) -> Resolutions:
    """The speakers of all mentions of one article, both sequences in text order.

    The headline is resolved last, since it leans on what the text says. `aliases` is alias ->
    name: `people()`, the project's table, or `people(path)`, over which a user's own is laid.
    The time is linear in the text's length.

    >>> text = "A mayor opened the bridge. Ida Holm, mayor of Ekby, said so. It holds, she said."
    >>> found = resolve_article(text, [Mention(27, 51), Mention(71, 74)],
    ...                         headline="It holds: mayor", headline_mentions=[Mention(10, 15)])
    >>> [each.name for each in (*found.headline, *found.text)]
    ['Ida Holm', 'Ida Holm', 'Ida Holm']
    """
    resolver = Resolver(text, headline=headline, aliases=aliases)
    found = [
        resolver.resolve_at(each, mentions[at + 1 : at + 2]) for at, each in enumerate(mentions)
    ]
    for at, mention in enumerate(mentions):
        if pronoun_of(text[mention.start : mention.end]) in ("i", "we", "you"):
            found[at] = _first_person(text, mentions, found, at)
    titles = tuple(
        resolver.resolve_headline(headline[each.start : each.end], found)
        for each in headline_mentions
    )
    return Resolutions(titles, tuple(found))


class Resolver:
    """The speakers of one article; to be asked in the order of the text, the headline last."""

    def __init__(
        self, text: str, *, headline: str = "", aliases: Mapping[str, str] | None = None
    ) -> None:
        self._text = text
        self._aliases = people() if aliases is None else aliases
        self._names = NamesInText(text, headline)
        self._bodies = Bodies(text)
        self._spoken = Antecedents(text, self._names)
        self._descriptions = Descriptions(
            text, self._names, self._bodies, self._spoken, self._full_name
        )

    def resolve(self, mention: str, start: int) -> Resolved:
        """Who `mention`, which stands at code point `start`, means.

        >>> article = "Ida Holm opened the bridge. It holds, Holm said."
        >>> Resolver(article).resolve("Holm", 38).name
        'Ida Holm'
        """
        return self._noted(mention, Mention(start, start + len(mention)), ())

    def resolve_at(self, mention: Mention, follows: Sequence[Mention] = ()) -> Resolved:
        """Who the text means at `mention`; `follows` are the mentions after it, as far as known."""
        return self._noted(self._text[mention.start : mention.end], mention, follows)

    def resolve_headline(self, mention: str, found: Sequence[Resolved]) -> Resolved:
        """Who a mention in the headline means, once the speakers of the text were `found`."""
        joint = conjuncts(mention, headline=True)
        if joint:
            return self._joint([self._single(each, NOWHERE) for each in joint])
        speaker = identify(mention)
        if speaker.description is None or speaker.kind == "group":
            return self._aliased(self._single(mention, NOWHERE))
        for each in found:
            if each.name is not None and is_announced(speaker, each):
                names, kind, title = each.names, each.kind, each.title
                return Resolved(each.name, names, kind, title, "title", None, 0.85)
        return self._aliased(self._descriptions.resolve(speaker, NOWHERE))

    def _noted(self, words: str, mention: Mention, follows: Sequence[Mention]) -> Resolved:
        joint = conjuncts(words)
        if joint:
            found = self._joint([self._single(each, mention) for each in joint])
        else:
            found = self._aliased(self._single(words, mention, follows))
        self._spoken.note(found, mention)
        return found

    def _aliased(self, found: Resolved) -> Resolved:
        if found.name is None:
            return found
        name = self._aliases.get(found.name, found.name)
        if name == found.name:
            return found
        how = "lookup" if found.resolution == "stated" else found.resolution
        return replace(found, name=name, names=(name,), resolution=how)

    def _joint(self, several: Sequence[Resolved]) -> Resolved:
        """Joint speakers; one who is not clear leaves all of them so."""
        several = [self._aliased(each) for each in several]
        missing = next((each for each in several if each.name is None), None)
        kinds = {each.kind for each in several}
        kind: SpeakerKind = kinds.pop() if len(kinds) == 1 else "group"
        if missing is not None:
            return unnamed(f"of joint speakers: {missing.reason}", "group")
        names = tuple(dict.fromkeys(each.name for each in several if each.name is not None))
        least = min(several, key=lambda each: each.confidence)
        return Resolved(
            " and ".join(names), names, kind, None, least.resolution, None, least.confidence
        )

    def _single(self, words: str, mention: Mention, follows: Sequence[Mention] = ()) -> Resolved:
        pronoun = pronoun_of(words.strip())
        if pronoun is not None and not self._is_name(words, mention):
            if pronoun == "who":
                return self._relative(mention)
            return self._spoken.pronoun(pronoun, mention)
        speaker = identify(words) if pronoun is None else Speaker(words, False, "person", None)
        if speaker.name is None and words.istitle() and self._names.bearers(words):
            return self._surname(words, Speaker(words, False, "person", None), words, mention)
        if speaker.name is None:
            return self._descriptions.resolve(speaker, mention, follows)
        if speaker.kind == "person" and not speaker.is_full:
            return self._surname(speaker.name, speaker, words, mention)
        return self._stated(speaker, mention)

    def _is_name(self, words: str, mention: Mention) -> bool:
        """He within a sentence is a Chinese family name, where somebody bears it."""
        if words != "He" or not self._names.bearers("He") or mention is NOWHERE:
            return False
        before = self._text[max(0, mention.start - 4) : mention.start].rstrip(" ")
        return before[-1:] not in ("", ".", "!", "?", "\n", ":")

    def _full_name(self, speaker: Speaker, mention: Mention) -> Resolved:
        return self._aliased(self._stated(speaker, mention))

    def _stated(self, speaker: Speaker, mention: Mention) -> Resolved:
        name = speaker.name or ""
        if speaker.kind == "person":
            full = self._names.fullest(_titled(name))
            shown = speaker.title or full in self._names.persons or has_persons_form(full.split())
            return named(full, "person" if shown else "unknown", "stated", 0.97, speaker.title)
        if " " not in name:
            long = self._bodies.abbreviated(name)
            if long is not None:
                return named(long, "organisation", "lookup", 0.95, speaker.title)
            borne = self._names.bearers(name) if name.isupper() else []
            if len(borne) == 1:
                return named(_titled(borne[0]), "person", "surname", 0.9, speaker.title)
            if self._text[mention.end : mention.end + 1] == ":":
                return named(_titled(name), "person", "stated", 0.7)  # a label: LUND:
        return named(name, speaker.kind, "stated", 0.95, speaker.title)

    def _surname(self, name: str, speaker: Speaker, words: str, mention: Mention) -> Resolved:
        if len(name) == 1 and name != "I":
            return unnamed("a label that names nobody")
        borne = self._names.bearers(name)
        gender = self._names.honorific(words)
        if gender is not None:
            borne = [each for each in borne if self._spoken.fits(each, gender)]
        if len(borne) > 1:
            borne = self._recent(borne, mention)
        if name in self._aliases and not set(borne) & self._names.persons:
            borne = []  # Maybe Lund
        if len(borne) == 1:
            return named(_titled(borne[0]), "person", "surname", 0.95, speaker.title)
        if borne or (name not in self._aliases and len(self._names.bearers(name)) > 1):
            return unnamed(f"several people named {name}", "person", speaker.title)
        long = self._bodies.abbreviated(name)
        if long is not None:
            return named(long, "organisation", "lookup", 0.9)
        if name in self._aliases:
            return named(self._aliases[name], "person", "lookup", 0.9, speaker.title)
        shown = speaker.title or gender or name in given_names() or name in family_names()
        return named(_titled(name), "person" if shown else "unknown", "stated", 0.8, speaker.title)

    def _recent(self, borne: Sequence[str], mention: Mention) -> list[str]:
        """Of several bearers of a name the one named nearby, who has spoken, or who is foremost."""
        near = [
            name
            for _, name in self._names.between(max(0, mention.start - _NEAR), mention.start)
            if name in borne
        ]
        if len(set(near)) == 1:
            return near[:1]
        spoken = [s.speaker.name for s in self._spoken.spoken[-40:] if s.speaker.name in borne]
        if len(set(spoken)) == 1 and spoken[0] is not None:
            return [spoken[0]]
        foremost = self._names.foremost(borne)
        return list(borne) if foremost is None else [foremost]

    def _relative(self, mention: Mention) -> Resolved:
        """Who: the person or noun that ends just before."""
        before = self._text[max(0, mention.start - 120) : mention.start].rstrip(" ,—–-")
        end = max(0, mention.start - 120) + len(before)
        is_personal = self._text[mention.start : mention.start + 3].lower() == "who"
        run = self._names.run_before(end)
        if run is not None and pronoun_of(run) is None:
            found = self._single(run, Mention(end - len(run), end))
            near = [name for _, name in self._names.between(max(0, end - 80), end)]
            if is_personal and near and found.kind != "person":
                return named(near[-1], "person", "pronoun", 0.7)  # Ida Holm of Ekby, who
            return found if found.name is None else replace(found, resolution="pronoun")
        noun = _last_noun(before)
        if noun is not None:
            return self._descriptions.resolve(identify(noun), mention)
        around = {name for _, name in self._names.between(max(0, end - 120), end)}
        if len(around) == 1 and is_personal:
            return named(around.pop(), "person", "pronoun", 0.6)
        return unnamed("a relative pronoun without a noun before it")


def _titled(name: str) -> str:
    """A name in capitals as names are written."""
    return name.title() if name.isupper() else name


def _last_noun(before: str) -> str | None:
    """The noun phrase that `before` ends with: from its article or first capital on."""
    match = _NOUN.search(before)
    if match is None or word_kind(match.group().split(" ")[-1]) is None:
        return None
    return match.group()


_NOUN: Final = re.compile(
    r"(?:\b(?:the|an?|some|many|several|those|one|other) (?:[\w'-]+ ){0,3})?[A-Za-z][\w'-]+$"
)


def _first_person(
    text: str, mentions: Sequence[Mention], found: Sequence[Resolved], at: int
) -> Resolved:
    """I in the words of somebody: the speaker of the quotation that the mention stands in."""
    mention = mentions[at]
    near = slice(max(0, at - _BESIDE), at + _BESIDE)
    for outer, speaker in zip(mentions[near], found[near], strict=True):
        if any(start <= mention.start < end for start, end in outer.content):
            if speaker.name is None or outer is mention:
                continue
            word = pronoun_of(text[mention.start : mention.end])
            if word == "i" and speaker.kind == "person":
                return replace(speaker, resolution="pronoun", confidence=0.9)
            if word == "we" and speaker.kind in ("group", "organisation"):
                return replace(speaker, resolution="pronoun", confidence=0.8)
            return unnamed(f"{word} in the words of one speaker", found[at].kind)
    return found[at]
