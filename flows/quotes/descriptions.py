"""Mentions without a name: an office and its holder, a body, a document, a group, a country."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from flows.quotes.antecedents import Antecedents
from flows.quotes.bodies import Bodies
from flows.quotes.names_in_text import NamesInText
from flows.quotes.offices import ANY_OFFICE, Offices, is_epithet, same_office
from flows.quotes.quotation import SpeakerKind
from flows.quotes.resolved import NOWHERE, Mention, Resolved, named, unnamed
from flows.quotes.speaker_words import word_kind
from flows.quotes.speakers import Speaker, identify

_SOON: Final = 900
"""Code points in which a text begins: a description there may stand for the name that follows."""
_BARE_BODIES: Final = frozenset(
    ("company", "firm", "group", "ministry", "agency", "bank", "department", "bureau", "commission",
     "committee", "chamber", "association", "organisation", "organization", "institute", "body",
     "university", "council", "corporation", "union", "board", "center", "centre", "academy",
     "fund", "regulator", "watchdog", "carmaker", "automaker", "retailer", "lender", "airline",
     "operator",
     "manufacturer", "maker", "startup", "start-up", "newspaper", "magazine", "network", "school",
     "college", "administration", "authority", "office", "institution", "foundation", "party",
     "league", "club", "embassy", "museum", "hospital", "giant", "unit", "broadcaster",
     "think-tank", "nonprofit", "charity")
)  # fmt: skip
"""Nouns that mean nothing without the name that they refer back to."""
_COMPANIES: Final = frozenset(
    ("company", "firm", "group", "corporation", "carmaker", "automaker", "retailer", "lender",
     "manufacturer", "maker", "startup", "start-up", "giant", "organisation", "organization",
     "body", "newspaper", "magazine", "broadcaster", "nonprofit", "charity", "outlet")
)  # fmt: skip
"""Nouns that a name need not hold to be meant by them."""
_LANDS: Final = frozenset(("country", "nation", "bloc", "kingdom"))
_COMPANY: Final = re.compile(
    r"\b(?:company|firm|giant|operator|airline|bank|\w*maker|retailer|lender|startup|manufacturer|"
    r"developer|insurer) "
    r"([A-Z][\w&.-]*\w(?: [A-Z][\w&-]*){0,4})"
    r"|\b([A-Z][\w&.-]*(?: [A-Z][\w&-]*){0,4} (?:Inc|Corp|Ltd|Co|Group|Holdings|PLC|AG|GmbH))\b"
)
"""A company shown to be one by the noun before its name, or by the end of it."""
_ALONE: Final = frozenset(
    ("agency", "institution", "regulator", "watchdog", "bank", "network", "union", "foundation")
)
"""Nouns that mean a body of another name where no other has spoken."""
_SURVEYS: Final = frozenset(("report", "survey", "study", "poll", "analysis", "research", "index"))
_UNNAMED: Final = re.compile(
    r"\b(?:unnamed|anonymous|unidentified|senior|several|another|former)\b"
)
"""Of these the text withholds the name, or speaks of one of several."""
_PLAIN: Final = re.compile(r"[a-z-]+(?: [a-z-]+)?")


_FEW: Final = 40
"""Speakers that are looked back upon, so that a long text costs no more for each mention."""

Named = Callable[[Speaker, Mention], Resolved]
"""Resolves a mention that holds a full name."""


class Descriptions:
    """What descriptions mean in one article; `spoken` grows as its mentions are resolved."""

    def __init__(
        self, text: str, names: NamesInText, bodies: Bodies, spoken: Antecedents, name: Named
    ) -> None:
        self._text = text
        self._names = names
        self._bodies = bodies
        self._spoken = spoken
        self._name = name
        self._offices = Offices(text, names)

    def resolve(
        self, speaker: Speaker, mention: Mention, follows: Sequence[Mention] = ()
    ) -> Resolved:
        """Whom a mention that holds no name means; `follows` are the mentions after it."""
        if speaker.description is None or speaker.head is None:
            return unnamed("no name in the mention", speaker.kind, speaker.title)
        if mention.start < _SOON and self._spoken.last(speaker.kind) is None:
            announced = self._announced(speaker, mention, follows)
            if announced is not None:
                return announced
        by_kind: dict[SpeakerKind, Callable[[Speaker, Mention], Resolved]] = {
            "person": self._office,
            "organisation": self._body,
            "document": self._document,
            "group": self._group,
            "place": self._land,
        }
        resolve = by_kind.get(speaker.kind)
        if resolve is None:
            return named(speaker.description, speaker.kind, "stated", 0.8, speaker.title)
        return self._owned(speaker, mention) or resolve(speaker, mention)

    def _owned(self, speaker: Speaker, mention: Mention) -> Resolved | None:
        """Her team: with the name of whom it is, where that is clear and nobody is named for it."""
        if speaker.owner is None or speaker.kind not in ("person", "organisation", "group"):
            return None
        head, description = speaker.head or "", speaker.description or ""
        if speaker.kind == "person" and self._offices.holders(head, description):
            return None
        owner = self._spoken.pronoun(speaker.owner, mention)
        if owner.name is None or "'s " in owner.name:
            return None
        sure = 0.9 * owner.confidence
        return named(f"{owner.name}'s {description}", speaker.kind, "pronoun", sure, speaker.title)

    def _announced(
        self, speaker: Speaker, mention: Mention, follows: Sequence[Mention]
    ) -> Resolved | None:
        """Said an official. Ida Holm, head of ..., said: the first description gets the name."""
        if _UNNAMED.search(speaker.description or "") is not None:
            return None
        for each in follows[:1]:
            after = identify(self._text[each.start : each.end])
            if after.name is not None and after.is_full and after.kind == speaker.kind:
                found = self._name(after, each)
                if is_announced(speaker, found):
                    return replace(found, resolution="title", confidence=0.8)
        return self._begun(speaker, mention) if speaker.kind == "person" else None

    def _begun(self, speaker: Speaker, mention: Mention) -> Resolved | None:
        """The person with whom the next sentence begins, if the office is theirs."""
        start = self._spoken.next_sentence(mention.end)
        if start is None or self._names.run_at(start) is None:
            return None
        at, name = next(self._names.between(start, start + 1), (None, None))
        if at is None or name is None or " " not in name:
            return None
        title = self._offices.title(name)
        if title is None or not _is_office(speaker.head or "", title):
            return None
        return named(name, "person", "title", 0.75, title)

    def _office(self, speaker: Speaker, mention: Mention) -> Resolved:
        """The holder of an office; somebody unnamed where the mention does not say "the"."""
        head, description = speaker.head or "", speaker.description or ""
        if not speaker.is_definite and mention is not NOWHERE:
            return named(description, "person", "stated", 0.85, speaker.title)
        for each in reversed(self._spoken.spoken[-_FEW:]):
            title = each.speaker.title
            if each.speaker.kind == "person" and title is not None and same_office(head, title):
                return named(each.speaker.name or "", "person", "title", 0.9, title)
        holders = self._offices.holders(head, description)
        if len(holders) == 1:
            return named(holders[0], "person", "title", 0.85, speaker.title)
        demonym = word_kind(head) == "demonym" and " " not in description
        if is_epithet(head, demonym=demonym) and not holders:
            meant = self._spoken.person(mention, None)
            return replace(meant, resolution="title") if meant.name is not None else meant
        if " " in description and not _PLAIN.fullmatch(description):
            return named(description, "person", "stated", 0.75, speaker.title)
        reason = f"several people are called {head}" if holders else f"nobody is called {head}"
        return unnamed(reason, "person", speaker.title)

    def _body(self, speaker: Speaker, mention: Mention) -> Resolved:
        """The body that has been named with this noun, or described so that one name fits."""
        head, description = speaker.head or "", speaker.description or ""
        if not (speaker.is_definite or mention is NOWHERE or "'s " in description):
            return named(description, "organisation", "stated", 0.8)
        if " " not in description:
            for each in reversed(self._spoken.spoken[-_FEW:]):
                name = each.speaker.name or ""
                if each.speaker.kind == "organisation" and head in name.lower().split(" "):
                    return named(name, "organisation", "title", 0.92)
        body = self._bodies.described(head, description, mention.start)
        if body is not None:
            return named(body, "organisation", "title", 0.85)
        if head not in _BARE_BODIES or " " in description:
            return named(description, "organisation", "stated", 0.8)
        last = self._spoken.last("organisation", "unknown")
        name = "" if last is None else last.speaker.name or ""
        is_body = last is not None and (last.speaker.kind == "organisation" or " " not in name)
        if is_body and (head in _COMPANIES or (head in _ALONE and self._has_one_body())):
            return named(name, "organisation", "title", 0.75)
        near = self._company(mention) if head in _COMPANIES else None
        if near is not None:
            return named(near, "organisation", "title", 0.65)
        return unnamed(f"no {head} is named", "organisation")

    def _has_one_body(self) -> bool:
        lately = self._spoken.spoken[-_FEW:]
        bodies = {each.speaker.name for each in lately if each.speaker.kind == "organisation"}
        return len(bodies) == 1

    def _company(self, mention: Mention) -> str | None:
        """The one company that the sentence names as such, or else the one before it."""
        end = min(mention.start, len(self._text))
        for _ in range(2):
            start = self._spoken.sentence_start(end)
            found = {match[1] or match[2] for match in _COMPANY.finditer(self._text, start, end)}
            if found:
                return found.pop() if len(found) == 1 else None
            end = max(0, start - 2)
        return None

    def _land(self, speaker: Speaker, mention: Mention) -> Resolved:
        """The country that spoke last."""
        last = self._spoken.last("place")
        if speaker.head not in _LANDS or not speaker.is_definite:
            return named(speaker.description or "", "place", "stated", 0.8)
        if last is not None:
            return named(last.speaker.name or "", "place", "title", 0.8)
        near = self._countries(mention)
        if len(near) == 1:
            return named(near.pop(), "place", "title", 0.7)
        several = "several places are named" if near else f"no {speaker.head} is named"
        return unnamed(several, "place")

    def _countries(self, mention: Mention) -> set[str]:
        """The places that the sentence of the mention names before it, else the two before."""
        end = min(mention.start, len(self._text))
        for _ in range(3):
            start = self._spoken.sentence_start(end)
            words = self._text[start:end].split()
            names = (word.strip(",.;:\"'()").removesuffix("'s") for word in words)
            found = {each for each in names if each[:1].isupper() and word_kind(each) == "place"}
            if found:
                return found
            end = max(0, start - 2)
        return set()

    def _document(self, speaker: Speaker, mention: Mention) -> Resolved:
        """A document by the name it has been given, or as it was first introduced."""
        head, description = speaker.head or "", speaker.description or ""
        if speaker.is_definite and len(description.split(" ")) <= 2:
            for each in reversed(self._spoken.spoken[-_FEW:]):
                name = each.speaker.name or ""
                if each.speaker.kind == "document" and _same_document(head, name.lower()):
                    return named(name, "document", "title", 0.88)
            introduced = self._introduced(head, mention)
            if introduced is not None:
                return named(introduced, "document", "title", 0.75)
        return named(description, "document", "stated", 0.85)

    def _introduced(self, head: str, mention: Mention) -> str | None:
        """What a document is on, as it was first spoken of: its new rules for ferries."""
        if not head.isalpha() or mention is NOWHERE:
            return None
        before = self._text[max(0, mention.start - _SOON) : mention.start]
        found = re.search(
            rf"\b(?:an?|its|their) ((?:[\w'’-]+ ){{0,4}}{head} (?:on|for|about|titled) "
            r"[^\s,.;:\"()]+(?: [^\s,.;:\"()]+){0,5})(?=[,.;:])",
            before,
        )
        return None if found is None else found[1]

    def _group(self, speaker: Speaker, _: Mention) -> Resolved:
        """A group as described; "the experts" are those who spoke, "both" the joint speakers."""
        head, description = speaker.head or "", speaker.description or ""
        lately = self._spoken.spoken[-6:]
        if speaker.is_definite and " " not in description:
            for each in reversed(lately):
                name = each.speaker.name or ""
                if each.speaker.kind == "group" and head in name.lower().split(" "):
                    return named(name, "group", "title", 0.85)
        if description in _PAIRS:
            for each in reversed(lately):
                if len(each.speaker.names) == 2:
                    return replace(each.speaker, resolution="title", confidence=0.8)
        return named(description, "group", "stated", 0.9)


_PAIRS: Final = frozenset(("two", "two leaders", "two sides", "both", "both sides", "pair", "duo"))


def _same_document(head: str, name: str) -> bool:
    words = set(re.findall(r"\w+", name))
    return head in words or (head in _SURVEYS and bool(words & _SURVEYS))


def _is_office(head: str, title: str) -> bool:
    return head in ANY_OFFICE or same_office(head, title)


def is_announced(speaker: Speaker, found: Resolved) -> bool:
    """`found` may be whom a description without a name stands for."""
    if found.kind != speaker.kind or speaker.head is None or found.name is None:
        return False
    if speaker.kind == "person":
        return not found.name.islower() and _is_office(speaker.head, found.title or "")
    if speaker.kind == "document":
        return _same_document(speaker.head, found.name.lower())
    return speaker.head in found.name.lower()
