"""Several RE2 patterns that are asked together first: most texts hold what none of them finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Span = tuple[int, int]
"""Start and end, in code points of a text, the end exclusive."""


class Patterns:
    """Patterns in the order in which they are tried; one pass says whether any of them matters."""

    def __init__(
        self,
        patterns: Sequence[str],
        compiled: Callable[[str], Any],
        expanded: Callable[[str], str] = str,
    ) -> None:
        self._each = tuple(compiled(pattern) for pattern in patterns)
        either = "|".join(f"(?:{_unnamed(expanded(pattern))})" for pattern in patterns)
        self._any = compiled(either) if patterns else None
        self._any_line = compiled(f"(?m:{either})") if patterns else None

    def first(self, text: str) -> Any | None:
        """The match of the first pattern that finds anything in `text`, or None."""
        if not self.found_in(text):
            return None
        matches = (pattern.search(text) for pattern in self._each)
        return next((match for match in matches if match is not None), None)

    def found_in(self, text: str | bytes) -> bool:
        """Whether any of the patterns finds anything in `text`, which may be in UTF-8."""
        return self._any is not None and self._any.search(text) is not None

    @property
    def each(self) -> tuple[Any, ...]:
        """The patterns, compiled; equal ones of several lists are one object."""
        return self._each

    def may_be_in_lines(self, text: str | bytes) -> bool:
        """False only where none of the patterns finds anything in any line of `text`."""
        return self._any_line is not None and self._any_line.search(text) is not None


class Asked:
    """What patterns find in the lines of one text: profiles ask the same of the same lines.

    Each stretch is put into UTF-8 once, and each pattern looks at it once. That none finds anything
    is the usual answer, and costs half of what it costs with the way back to code points.
    """

    def __init__(self, value: str) -> None:
        self.value = value
        self._encoded: dict[Span, bytes] = {}
        self._found: dict[tuple[Any, Span], bool] = {}
        self._matches: dict[tuple[Any, Span], Any] = {}

    def finds(self, pattern: Any, span: Span) -> bool:
        """Whether a compiled pattern, or one of Patterns, finds anything between two points."""
        key = (pattern, span)
        found = self._found.get(key)
        if found is None:
            text = self._encoded.get(span)
            if text is None:
                text = self._encoded[span] = self.value[slice(*span)].encode()
            if isinstance(pattern, Patterns):
                found = pattern.found_in(text)
            else:
                found = pattern.search(text) is not None
            self._found[key] = found
        return found

    def match(self, pattern: Any, span: Span) -> Any | None:
        """The match of a compiled pattern between two points, from where its offsets count."""
        if not self.finds(pattern, span):
            return None
        key = (pattern, span)
        if key not in self._matches:
            self._matches[key] = pattern.search(self.value[slice(*span)])
        return self._matches[key]


def _unnamed(pattern: str) -> str:
    r"""The pattern without names, which may be given but once in the pattern of all.

    >>> _unnamed(r"(?P<agency>AP)/\(?P<x>")
    '(AP)/\\(?P<x>'
    """
    pieces = pattern.split("(?P<")
    whole = pieces[0]
    for piece in pieces[1:]:
        escaped = (len(whole) - len(whole.rstrip("\\"))) % 2
        whole += f"(?P<{piece}" if escaped else f"({piece.partition('>')[2]}"
    return whole
