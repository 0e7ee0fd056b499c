"""Where in a text another article begins, glued to the one before it."""

from __future__ import annotations

from functools import cache

import re2

from flows.parse.patterns import Patterns
from flows.parse.profile import profiles

_LEAST_ARTICLE = 80
"""Code points: what stands before a start is an article, and no title or label."""


def starts(text: str) -> list[int]:
    r"""Code points of a text as received at which another article seems to begin; mostly none.

    Each is the beginning of a line. Time is linear in the text.

    >>> page = "date 2024-01-02 Ferries sail\n\n" + "They sail from May. " * 4 + "\n"
    >>> [(page * 2)[at : at + 15] for at in starts(page * 2)]
    ['date 2024-01-02']
    """
    patterns = _patterns()
    if not patterns.found_in(text):
        return []
    found = {
        text.rfind("\n", 0, match.start(match.re.groupindex.get("start", 0))) + 1
        for pattern in patterns.each
        for match in pattern.finditer(text)
    }
    kept: list[int] = []
    for at in sorted(found):
        before = kept[-1] if kept else 0
        if len(text[before:at].strip()) >= _LEAST_ARTICLE:
            kept.append(at)
    return kept


@cache
def _patterns() -> Patterns:
    """Those of all profiles, each once: most come from a file that several include."""
    each = dict.fromkeys(
        pattern.pattern for profile in profiles() for pattern in profile.starts.each
    )
    return Patterns([*each], re2.compile)
