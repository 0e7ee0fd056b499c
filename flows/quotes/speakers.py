"""What a mention says about its speaker: a name, a title, and what kind of speaker it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from flows.quotes.mention_names import SHARES, name_at
from flows.quotes.quotation import SpeakerKind
from flows.quotes.speaker_words import (
    LONGEST_NAME,
    PARTICLES,
    Pronoun,
    first_link,
    has_persons_form,
    kind_of_words,
    pronoun_of,
    word_kind,
    word_kinds,
)

__all__ = ["Speaker", "identify", "kind_of", "word_kinds"]

_LONGEST_MENTION: Final = 400
"""Code points of a mention that are read; what follows describes, and names nobody."""
_LONGEST_TITLE: Final = 80
_NOTE: Final = re.compile(r"\s*\([^()]{0,60}\)")
_TICKER: Final = re.compile(r"(?<=\w) [A-Z0-9]{1,6}\.[A-Z]{1,2}\b(?!\.)")
"""Harbour Corp HBR.N: the code of a share."""
_APPOSITION: Final = re.compile(
    r",\s*|\s+(?=(?:who|which|that|whose|whom|where|when|while|as)\b)|\s*[—–]\s*|\s+--?\s+|\s*[(;]"
)
_DETERMINER: Final = re.compile(
    r"(?:(?P<definite>the|this|that|these|those|his|her|their|its|our|my)|an?|one|another|some|and|"
    r"but|even|also|from|by|both)\s+(?!of\b)",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(
    r"\s(?:(?:(?:newly|jointly|also|just|first) )?"
    r"(?:released|published|issued|unveiled|posted|made public|conducted)"
    r"(?: (?:late|early|earlier|last|this|on)\b[^,]*| (?:at|in)\b(?! (?:the )?[A-Z])[^,]*"
    r"| \w+day\b(?! by)[^,]*)?|(?:on|last|this) (?:\w+day|week|month|year|January|February|"
    r"March|April|May|June|July|August|September|October|November|December)\b[^,]*)$"
)
"""When and where a document came out, which is no part of its name."""
_SET: Final = re.compile(r"(?:set|series|raft|slew|batch) of\s+")
_NUMBERS_FROM: Final = re.compile(
    r"(?:[a-z]\S* )*(?:data|figures|statistics|numbers)(?: \w+ed)? (?:from|by) (?:the )?(?=[A-Z])"
)
_OWNED: Final = re.compile(r"(?:[\w.&-]+ ){0,12}?[\w.&-]+'s?\s+(?=[A-Z\d])")
_TIMED: Final = re.compile(
    r"(?:(?:this|last|next) )?(?:year|month|week|quarter|\w*day|spring|autumn)'s\s+", re.IGNORECASE
)
_MORE_MAKERS: Final = re.compile(r"(?:the )?[A-Z][^,]*(?:, [^,]+){0,6} and (?:the )?[A-Z][^,]*$")
_MORE_OF_THEM: Final = re.compile(
    r"(?!(?:the|an?|who|which)\b)[^,]*(?:, [^,]+){0,6},? and \w[^,]*$"
)
_COUNTRY: Final = re.compile(
    r"(?!(?:People|Women|Children)'s\b)[A-Z]\w+'s\s+(?=(?:[A-Z]\w+ ){0,4}"
    r"(?:Ministry|Department|Bureau|Office|Agency|Parliament|Congress|Senate|Court|Commission|Council|Committee|Administration|"
    r"Authority|Academy|Bank|Board|Embassy|Chamber|Government|Foundation|Institute|University)\b)"
)
_OWNERS: Final[Mapping[str, Pronoun]] = {"his": "he", "her": "she"}
_PRONOUN_KINDS: Final[Mapping[str, SpeakerKind]] = {
    "he": "person", "she": "person", "i": "person", "they": "group", "we": "group",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """A mention read by itself.

    `name` is what the mention calls the speaker by name ("Holm", "Ida Holm", "Harbour Bank"),
    None where it has none; `is_full` says that it needs no other mention to be understood.
    `description` is a mention without a name, its article left out; `head` its noun in lower case;
    `is_definite` that it speaks of somebody known (the, his, this); `owner` is he or she where
    it begins with his or her.
    """

    name: str | None
    is_full: bool
    kind: SpeakerKind
    title: str | None
    description: str | None = None
    head: str | None = None
    is_definite: bool = False
    owner: Pronoun | None = None


@lru_cache(maxsize=50_000)
def identify(mention: str) -> Speaker:
    """Name, title and kind out of a mention as written.

    >>> identify("Foreign Ministry spokesperson Ida Holm").name
    'Ida Holm'
    >>> identify("Minister of Tides and Locks Ida Holm").title
    'Minister of Tides and Locks'
    >>> identify("the harbour office").description
    'harbour office'
    """
    text = mention[:_LONGEST_MENTION].replace("’", "'").strip(" \t\n\"'.,:;—–-")
    text = _NOTE.sub("", " ".join(text.split())).replace("gov't", "government")
    text = _TICKER.sub("", text)
    pronoun = pronoun_of(text)
    if pronoun is not None:
        return Speaker(None, False, _PRONOUN_KINDS.get(pronoun, "unknown"), None)
    numbers = _NUMBERS_FROM.match(text)
    if numbers is not None and not _has_person_head(text[numbers.end() :]):
        text = text[numbers.end() :]
    text = _owned_document(text)
    pieces = _APPOSITION.split(text, maxsplit=1)
    owner = _OWNERS.get(pieces[0].split(" ", 1)[0].lower())
    core, is_definite = _without_determiner(pieces[0])
    rest = pieces[1] if len(pieces) > 1 else ""
    if _goes_on(core, rest):
        core, rest = f"{core}, {rest}", ""
    if not core:
        return Speaker(None, False, "unknown", None)
    return replace(_read(core, rest), is_definite=is_definite, owner=owner)


def _has_person_head(text: str) -> bool:
    return text[:1].islower()


def _goes_on(core: str, rest: str) -> bool:
    """What follows the comma is no apposition: a notice by the council, Ek and Holm; cooks, ..."""
    if " by " in core:
        return _MORE_MAKERS.match(rest) is not None
    last = core.rsplit(" ", maxsplit=1)[-1]
    return (
        _MORE_OF_THEM.match(rest) is not None and word_kind(last) == "group" and last[0].islower()
    )


def _owned_document(text: str) -> str:
    """The Harbour Board's 3rd Survey on Locks: its name without the owner's."""
    owned = _OWNED.match(text)
    if owned is None:
        return text
    words = text[owned.end() :].split(" ")
    head = words[max(first_link(words), 1) - 1]
    return text[owned.end() :] if word_kind(head) == "document" and head[0].isupper() else text


def _without_determiner(text: str) -> tuple[str, bool]:
    is_definite = False
    while (match := _DETERMINER.match(text)) is not None:
        is_definite = is_definite or match["definite"] is not None
        text = text[match.end() :]
    return text, is_definite


def _read(core: str, rest: str) -> Speaker:
    tokens = core.split(" ")
    at = name_at(tokens)
    title, name = " ".join(tokens[:at]), " ".join(tokens[at:])
    if not name:
        apposed = _apposed(rest)
        if apposed is not None:
            return Speaker(apposed, True, "person", _title(core))
        return _described(core, tokens)
    link = first_link(tokens)
    if at < link < len(tokens):
        if not _is_person_before_link(tokens, at):
            return _linked(core, tokens)
        name = " ".join(tokens[at:link])
    name = name.removesuffix("'s").removesuffix("'").strip(" .,'\"") if "Jr." not in name else name
    kind = kind_of(name, title)
    if kind != "person":
        return Speaker(_unowned(name), True, kind, None)
    found = _title(title) or _title_in(rest)
    words = name.split(" ")
    is_full = sum(word.lower() not in PARTICLES for word in words) > 1
    return Speaker(name, is_full, kind, found)


def _title(text: str) -> str | None:
    words = [word for word in text.split(" ") if word_kind(word) != "honorific"]
    if all(word in PARTICLES for word in words):
        return None
    title = " ".join(words).removesuffix("'s").strip(" ,")
    return title[:_LONGEST_TITLE].rstrip() or None


def _is_person_before_link(tokens: list[str], at: int) -> bool:
    """What stands from `at` to the first link is a person's name, not the beginning of a body's."""
    link = first_link(tokens)
    if link - at in (2, 3) and has_persons_form(tokens[at:link]):
        return True
    return (at > 0 or tokens[link] != "of") and kind_of(" ".join(tokens[at:link]), "") == "person"


def _apposed(rest: str) -> str | None:
    """The name in "the council's engineer, Ida Holm,"."""
    words = _APPOSITION.split(rest, maxsplit=1)[0].strip(" .,").split(" ")
    if not 2 <= len(words) <= 4 or not all(word[:1].isupper() for word in words):
        return None
    known = [word_kind(word) for word in words]
    return " ".join(words) if not any(known) else None


def _linked(core: str, tokens: list[str]) -> Speaker:
    """A body or document whose name goes on behind a link: Bureau of Tides, Survey on Locks."""
    name = _PUBLISHED.sub("", core)
    kind = kind_of(" ".join(tokens[: first_link(tokens)]), "")
    if kind in ("person", "unknown"):
        kind = "organisation"
    return Speaker(_unowned(name), True, kind, None, head=_head(tokens))


def _unowned(name: str) -> str:
    """The name without the country or body that owns it: China's Ministry of Commerce."""
    owned = _COUNTRY.match(name) or _TIMED.match(name)
    return name if owned is None else name[owned.end() :]


def _head(tokens: list[str]) -> str | None:
    link = first_link(tokens)
    word = tokens[max(link, 1) - 1].lower().rstrip(".,'")
    return word.removesuffix("'s") or None


def _described(core: str, tokens: list[str]) -> Speaker:
    """A mention without a name: what it is called, without when and where that came out."""
    head = _head(tokens) or ""
    kind = kind_of_words(tokens[: max(1, first_link(tokens))])
    if kind == "unknown" and tokens[0].lower() in SHARES:
        kind = "group"
    title = _title(core) if kind == "person" else None
    if kind == "document":
        core = _named_document(_SET.sub("", _PUBLISHED.sub("", core)))
    elif kind == "organisation" and core[:1].isupper():
        core = _TIMED.sub("", core)
    return Speaker(None, False, kind, title, description=core, head=head)


def _named_document(core: str) -> str:
    owned = _OWNED.match(core) or _TIMED.match(core)
    return core if owned is None or owned.end() == len(core) else core[owned.end() :]


def kind_of(name: str, title: str) -> SpeakerKind:
    """What kind of speaker bears `name`, behind `title`.

    >>> kind_of("Ida Holm", ""), kind_of("Holm", "Mr."), kind_of("Harbour Bank", "")
    ('person', 'person', 'organisation')
    """
    words, owner = name.split(" "), title.split(" ")
    if title and kind_of_words(owner[: max(1, first_link(owner))]) == "person":
        return "person" if word_kind(words[-1]) != "organisation" else "organisation"
    if title and word_kind(owner[-1]) == "honorific":
        return "person"
    if has_persons_form(words):
        return "person"
    kind = kind_of_words(words)
    if kind in ("organisation", "document", "group", "place"):
        return kind
    if title and kind_of_words(owner) in ("organisation", "document"):
        return "organisation"
    if any(word.isupper() and len(word) > 1 and "." not in word for word in words):
        return "organisation" if len(words) == 1 or not name.isupper() else "person"
    if any(character.isdigit() for character in name) or len(words) > LONGEST_NAME:
        return "organisation"
    return "person"


def _title_in(apposition: str) -> str | None:
    """The role in what follows a name: Ida Holm, a retired pilot."""
    title, _ = _without_determiner(_APPOSITION.split(apposition, maxsplit=1)[0].strip())
    tokens = title.split(" ")
    if not title or title[0].isdigit() or len(title) > _LONGEST_TITLE:
        return None
    return title if kind_of_words(tokens[: max(1, first_link(tokens))]) == "person" else None
