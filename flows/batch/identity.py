"""What tells one article from another, and how long it is."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from flows.normalise.outlets import UNKNOWN

PARAGRAPH_BREAK = "\n\n"
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Characters of scripts that put no blank between words."""


def word_count_of(text: str) -> int:
    """Words between blanks; in Chinese and Japanese each character counts as one.

    >>> word_count_of("Port Almery (pop. 12,000) votes"), word_count_of("港口关闭 today")
    (5, 5)
    """
    if text.isascii() or not _UNSPACED.search(text):
        return len(text.split())
    spaced, unspaced = _UNSPACED.subn(" ", text)
    return unspaced + len(spaced.split())


def article_id_of(outlet_id: str, day: date | None, headline: str, text: str) -> str:
    """One id for all versions of a story.

    Without an outlet or a day the headline alone would merge strangers ("Markets close higher"),
    so the first paragraph then belongs to the id as well.
    """
    parts = [outlet_id, day.isoformat() if day else "", _key(headline)]
    if day is None or outlet_id == UNKNOWN:
        parts.append(_key(text.partition(PARAGRAPH_BREAK)[0]))
    return sha256_of_text("\n".join(parts))[:16]


def _key(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def sha256_of_text(text: str) -> str:
    """Lower-case hex of the text's bytes in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
