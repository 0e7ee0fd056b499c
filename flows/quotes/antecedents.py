"""Who spoke last: what a pronoun or a bare title refers back to."""

from __future__ import annotations

import re
from typing import Final, Literal

from flows.quotes.quotation import SpeakerKind

Gender = Literal["f", "m"]
_FEMALE: Final = re.compile(r"\b(?:Ms|Mrs|Miss|Madam|Lady|Dame|\w+woman|Queen|Princess)\b")
_MALE: Final = re.compile(r"\b(?:Mr|Sir|Lord|\w+sman|King|Prince)\b")


class Antecedents:
    """The speakers of an article so far, noted in the order of the text."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._genders: dict[str, Gender] = {}

    def note(self, name: str, kind: SpeakerKind, mention: str) -> None:
        """`name` spoke, written as `mention`."""
        self._last[kind] = name
        if kind != "person":
            return
        if _FEMALE.search(mention) or mention == "she":
            self._genders[name] = "f"
        elif _MALE.search(mention) or mention == "he":
            self._genders[name] = "m"

    def last(self, kind: SpeakerKind) -> str | None:
        """The last speaker of this kind."""
        return self._last.get(kind)

    def pronoun(self, word: str) -> tuple[str, SpeakerKind] | None:
        """The last speaker whom `word` fits, None where that is not clear.

        >>> spoken = Antecedents()
        >>> spoken.note("Ida Holm", "person", "Ms. Holm")
        >>> spoken.pronoun("she"), spoken.pronoun("he")
        (('Ida Holm', 'person'), None)
        """
        kinds: tuple[SpeakerKind, ...] = ("group",) if word == "they" else ("organisation", "place")
        if word in ("he", "she"):
            name = self._last.get("person")
            gender: Gender = "f" if word == "she" else "m"
            if name is None or self._genders.get(name, gender) != gender:
                return None
            return name, "person"
        for kind in kinds:
            if kind in self._last:
                return self._last[kind], kind
        return None
