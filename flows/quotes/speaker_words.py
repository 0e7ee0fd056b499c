"""Single words of a mention: what kind of speaker they tell of, pronouns, links, days."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast

from flows.quotes.people import given_names, is_family_first
from flows.quotes.quotation import SpeakerKind

WordKind = Literal["honorific", "person", "organisation", "document", "group", "place", "demonym"]

LONGEST_NAME: Final = 5
"""Words of a person's name."""
PARTICLES: Final = frozenset(
    ("de", "van", "von", "der", "den", "bin", "ibn", "al", "el", "del", "della", "di", "la", "le",
     "da", "dos", "du", "ter", "ten")
)  # fmt: skip
LINKS: Final = frozenset(
    ("of", "for", "at", "in", "from", "on", "with", "near", "to", "by", "under", "within", "about",
     "over", "behind", "against", "among", "across", "after", "during", "participating",
     "attending", "released", "published", "issued", "posted", "conducted", "commissioned",
     "carried", "signed",
     "based", "led", "named", "called", "working", "living", "speaking", "representing", "familiar",
     "close", "like", "such", "including", "than",
     "compiled", "obtained", "seen", "provided", "cited", "quoted", "surveyed", "polled")
)  # fmt: skip
CALENDAR: Final = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|"
    r"August|September|October|November|December)[,.]?"
)
Pronoun = Literal["he", "she", "they", "it", "i", "we", "you", "who"]
PRONOUNS: Final[Mapping[str, Pronoun]] = {
    "he": "he", "him": "he", "his": "he", "himself": "he", "she": "she", "her": "she",
    "hers": "she", "herself": "she", "they": "they", "them": "they", "their": "they", "it": "it",
    "its": "it", "itself": "it", "i": "i", "me": "i", "my": "i", "we": "we", "us": "we",
    "our": "we", "you": "you", "your": "you", "who": "who", "which": "who", "that": "who",
    "whose": "who", "whom": "who",
}  # fmt: skip


@cache
def word_kinds() -> Mapping[str, WordKind]:
    """What a word says about a speaker (schemas/lookups/speaker_words.csv)."""
    with files("schemas").joinpath("lookups/speaker_words.csv").open(encoding="utf-8") as rows:
        return {row["word"]: cast("WordKind", row["kind"]) for row in csv.DictReader(rows)}


def word_kind(word: str) -> WordKind | None:
    """The kind of one word as written; a given name has none, so that Bill is no document.

    >>> word_kind("Minister"), word_kind("bill"), word_kind("Bill"), word_kind("reporters'")
    ('person', 'document', None, 'group')
    """
    bare = word.rstrip(".,'")
    if bare in given_names():
        return None
    kinds = word_kinds()
    lower = bare.lower()
    kind = kinds.get(lower)
    if kind is None and lower.endswith("'s"):
        kind = kinds.get(lower[:-2])
    if kind is None and lower.endswith("s"):
        single = kinds.get(lower[:-1])
        kind = "group" if single in ("person", "organisation") and bare.islower() else None
    return kind


def pronoun_of(mention: str) -> Pronoun | None:
    """The pronoun that the mention is.

    >>> pronoun_of("His"), pronoun_of("we all"), pronoun_of("Holm"), pronoun_of("US")
    ('he', 'we', None, None)
    """
    if len(mention) > 1 and mention.isupper():
        return None  # the US, the WHO
    lower = mention.lower()
    return PRONOUNS.get(lower) or PRONOUNS.get(lower.removesuffix(" all").removesuffix(" both"))


def first_link(words: Sequence[str]) -> int:
    """Where the first word stands that leads on from a noun (of, for, released), else the length.

    >>> first_link(["notice", "jointly", "issued", "by", "Holm"])
    1
    """
    for at, word in enumerate(words):
        if word in LINKS:
            return at - 1 if at > 1 and words[at - 1].endswith("ly") else at
    return len(words)


def kind_of_words(words: Sequence[str]) -> SpeakerKind:
    """The kind that the last telling word gives.

    >>> kind_of_words(["harbour", "office", "figures"])
    'document'
    """
    for word in reversed(words):
        kind = word_kind(word)
        if kind == "demonym" or word.endswith("-year-old"):
            return "person"
        if kind is not None and kind != "honorific":
            return kind
    return "unknown"


def has_persons_form(words: list[str]) -> bool:
    """A known given name comes first, or a family name as Chinese and Korean names have it."""
    if not 2 <= len(words) <= LONGEST_NAME or word_kind(words[-1]) in ("organisation", "document"):
        return False
    if words[0] in given_names() or is_family_first(words) or words[0] == "St.":
        return True
    return len(words) == 2 and is_family_first([words[1], words[0]]) and len(words[0]) > 4


def is_name(text: str) -> bool:
    """A name and no description: each word begins with a capital or is a particle of names.

    >>> is_name("Ida van der Holm"), is_name("adviser to Holm")
    (True, False)
    """
    return all(
        word[:1].isupper() or word[:3] in ("al-", "el-") or word in PARTICLES
        for word in text.split(" ")
    )
