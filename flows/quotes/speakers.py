"""What a mention says about its speaker: a name, a title, and what kind of speaker it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast

from flows.quotes.quotation import SpeakerKind

WordKind = Literal["honorific", "person", "organisation", "document", "group", "place"]

_TOKEN: Final = re.compile(r"\w[\w.'&-]*")
_APPOSITION: Final = re.compile(r",\s*|\s+(?=who\b|which\b|that\b|whose\b)|\s*\(")
_DETERMINER: Final = re.compile(
    r"(?:the|an?|his|her|their|its|our|my|one|another|this|that|and|but|also|even)\s+",
    re.IGNORECASE,
)
_PARTICLES: Final = frozenset(
    ("de", "van", "von", "der", "bin", "al", "del", "la", "da", "dos", "el")
)
_LINKS: Final = re.compile(r"\s+(?:of|for|at|in|from|on|with|near|to)\s+")
_LONGEST_TITLE: Final = 80
_LONGEST_NAME: Final = 5
_PRONOUNS: Final[Mapping[str, SpeakerKind]] = {
    "he": "person", "she": "person", "i": "person", "who": "unknown", "it": "unknown",
    "they": "group", "we": "group", "you": "unknown", "others": "group",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """A mention read by itself.

    `name` is what the mention calls the speaker by name ("Holm", "Ida Holm", "Harbour Bank"),
    None where it has none; `is_full` says that it needs no other mention to be understood.
    """

    name: str | None
    is_full: bool
    kind: SpeakerKind
    title: str | None


@cache
def word_kinds() -> Mapping[str, WordKind]:
    """What a word says about a speaker (schemas/lookups/speaker_words.csv)."""
    with files("schemas").joinpath("lookups/speaker_words.csv").open(encoding="utf-8") as rows:
        return {row["word"]: cast("WordKind", row["kind"]) for row in csv.DictReader(rows)}


def identify(mention: str) -> Speaker:
    """Name, title and kind out of a mention as written.

    >>> identify("Foreign Ministry spokesperson Ida Holm")
    Speaker(name='Ida Holm', is_full=True, kind='person', title='Foreign Ministry spokesperson')
    >>> identify("Mr. Holm, a retired pilot")
    Speaker(name='Holm', is_full=False, kind='person', title='retired pilot')
    >>> identify("the harbour office").kind
    'organisation'
    """
    head, *rest = _APPOSITION.split(mention.strip(), maxsplit=1)
    pronoun = _PRONOUNS.get(head.lower())
    if pronoun is not None:
        return Speaker(None, False, pronoun, None)
    core = _without_determiner(head)
    if " and " in core and core[:1].isupper():
        return Speaker(None, False, "group", None)
    title, name = _split(_LINKS.split(core, maxsplit=1)[0])
    kind = _kind(title, name)
    if kind != "person":
        named = any(character.isupper() for character in core)
        return Speaker(core if named else None, named, kind, None)
    if title is None and rest:
        title = _title_in(rest[0])
    return Speaker(name, name is not None and " " in name, kind, title)


def _without_determiner(text: str) -> str:
    while (match := _DETERMINER.match(text)) is not None:
        text = text[match.end() :]
    return text


def _split(head: str) -> tuple[str | None, str | None]:
    """Title and name: the name is what stands behind the last word that is a title or no name."""
    tokens = head.split()
    first = 0
    for index, token in enumerate(tokens):
        word = token.rstrip(".,").lower()
        is_title = word_kinds().get(word) in ("person", "honorific") and index + 1 < len(tokens)
        if is_title or not (token[:1].isupper() or word in _PARTICLES):
            first = index + 1
    title = " ".join(token for token in tokens[:first] if not _is_honorific(token))
    name = " ".join(tokens[first:]) if len(tokens) - first <= _LONGEST_NAME else ""
    name = name.removesuffix("'s").strip(" .,'\"")
    return title[:_LONGEST_TITLE] or None, name or None


def _is_honorific(token: str) -> bool:
    return word_kinds().get(token.rstrip(".,").lower()) == "honorific"


def _kind(title: str | None, name: str | None) -> SpeakerKind:
    if name is not None:
        kind = _word_kind(name)
        if kind in ("organisation", "document", "group", "place"):
            return kind
        if name.isupper() and len(name) > 1 and "." not in name and " " not in name:
            return "organisation"
        if title is None or _word_kind(title) in ("person", "unknown"):
            return "person"
        return "person" if " " in name else "unknown"
    return "unknown" if title is None else _word_kind(title)


def _word_kind(text: str) -> SpeakerKind:
    """The kind that the last telling word of `text` gives."""
    for token in reversed(_TOKEN.findall(text)):
        word = token.lower()
        kind = word_kinds().get(word) or word_kinds().get(word.rstrip(".").removesuffix("'s"))
        if kind is not None and kind != "honorific":
            return kind
    return "unknown"


def _title_in(apposition: str) -> str | None:
    title = _without_determiner(_APPOSITION.split(apposition, maxsplit=1)[0].strip())
    if not title or title[0].isdigit() or len(title) > _LONGEST_TITLE:
        return None
    return title if _word_kind(_LINKS.split(title, maxsplit=1)[0]) == "person" else None
