"""Cleaned text, marks, dates, names and outlets: what every row says in one form."""

from __future__ import annotations

from flows.normalise.clean import clean, one_line
from flows.normalise.marks import straighten

__all__ = ["clean", "normalised", "one_line", "straighten"]


def normalised(raw: str) -> str:
    r"""A passage of a decoded raw document as the published text has it, on one line.

    >>> normalised("He\u00a0said:\r\n\u201cYes.\u201d")
    'He said: "Yes."'
    """
    return straighten(one_line(clean(raw))).text.value
