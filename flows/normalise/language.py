"""The language of a text, by py3langid over its first lines.

Measured beside lingua on 146 texts of the corpora in seven languages: 145 right by each, 0.2 ms a
text by py3langid and 2.0 ms by lingua.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

UNDETERMINED = "und"
_SAMPLE = 200
"""Code points looked at: three lines, and the cost does not grow with the text."""
_WRITTEN_AS = {"wuu": "zh"}
"""News of Shanghai is written in Chinese; its dialect is spoken."""
_LETTERS = re.compile(r"(?:[^\W\d_][\W\d_]*){12}")
"""Fewer than twelve letters tell no language."""


def language_of(text: str) -> tuple[str, float]:
    """A BCP 47 tag and a confidence from 0 to 1; `und` for a text too short to tell.

    >>> language_of("The harbour was closed on Monday, the ministry of transport said.")[0]
    'en'
    """
    sample = text[:_SAMPLE]
    if not _LETTERS.search(sample):
        return UNDETERMINED, 0.0
    tag, confidence = _identifier().classify(sample)
    return _WRITTEN_AS.get(tag, str(tag)), float(confidence)


@cache
def _identifier() -> Any:
    # Not at the top: it costs a second, and not every command needs it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
