"""Who a speaker is: one id for a name and a kind, in every article of every lake."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

JOINT = " and "
"""What stands between joint speakers in `speaker_name`."""
_MOST_PIECES = 64
_WORDS = re.compile(r"[^\W_]+")
_NOT_PEOPLE_ALONE = re.compile(r"the\s+(?=\S)")


def speaker_ids(names: Sequence[str], kind: str) -> list[str]:
    """Ids of the speakers of one quotation, in their order; a name given twice is one speaker.

    >>> speaker_ids(["Ida Holm", "IDA HOLM", "Per Lund"], "person")
    ['be51be021f038d45', 'a42dd7cef56295d4']
    """
    return list(dict.fromkeys(speaker_id(name, kind) for name in names if name.strip()))


@lru_cache(maxsize=65_536)
def speaker_id(name: str, kind: str) -> str:
    """First 16 hex digits of the SHA-256 of the normalised name and the kind."""
    return hashlib.sha256(f"{normalised(name, kind)}\n{kind}".encode()).hexdigest()[:16]


def normalised(name: str, kind: str) -> str:
    """A name without what spellings differ in: case, width, hyphens, dots, apostrophes, blanks.

    Letters keep their accents, which part people. Of what is no person a leading "the" goes.

    >>> normalised("Kim  Jong-un", "person"), normalised("The White House", "organisation")
    ('kim jong un', 'white house')
    """
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    if kind != "person":
        folded = _NOT_PEOPLE_ALONE.sub("", folded, count=1) if folded[:3] == "the" else folded
    # Case folding can take a text out of NFC.
    words = _WORDS.findall(unicodedata.normalize("NFC", folded))
    return " ".join(words) or folded


def names_of(joint: str, ids: Sequence[str], kind: str) -> tuple[str, ...]:
    """The name behind each id: names may hold " and " themselves, so the ids say where to cut.

    Where they do not (rows of an earlier version), the pieces are taken in order if their number
    fits, else each id goes by the whole.

    >>> both = "the Ministry of Art and Science and Ida Holm"
    >>> names_of(both, speaker_ids(["Ministry of Art and Science", "Ida Holm"], "group"), "group")
    ('the Ministry of Art and Science', 'Ida Holm')
    """
    if len(ids) == 1:
        return (joint,)
    pieces = joint.split(JOINT)
    found = _cut(pieces, ids, kind) if len(pieces) <= _MOST_PIECES else None
    if found is None:
        found = tuple(pieces) if len(pieces) == len(ids) else (joint,) * len(ids)
    return found


def _cut(pieces: Sequence[str], ids: Sequence[str], kind: str) -> tuple[str, ...] | None:
    """Runs of the pieces whose ids are `ids`, in order; None where there are no such runs."""
    reached: dict[int, tuple[str, ...]] = {0: ()}
    for wanted in ids:
        after: dict[int, tuple[str, ...]] = {}
        for at, names in reached.items():
            for stop in range(at + 1, len(pieces) + 1):
                name = JOINT.join(pieces[at:stop])
                if speaker_id(name, kind) == wanted:
                    after.setdefault(stop, (*names, name))
        reached = after
    return reached.get(len(pieces))
