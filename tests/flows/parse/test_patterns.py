"""Patterns are asked together, and each looks at each line of a header once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import re2

from flows.parse.fit import fit
from flows.parse.patterns import Asked, Patterns
from flows.parse.profile import forget, profiles


@dataclass(eq=False)
class Counting:
    """A compiled pattern that notes what it is asked to search."""

    pattern: Any
    asked: list[str | bytes] = field(default_factory=list)

    def search(self, text: str | bytes) -> Any:
        self.asked.append(text)
        return self.pattern.search(text)


def test_a_pattern_looks_at_a_line_once_however_many_profiles_ask():
    title = Counting(re2.compile("^Ferries"))
    asked = Asked("Ferries sail\nBy Ann Lee")
    assert [asked.finds(title, (0, 12)) for _ in range(3)] == [True] * 3
    assert [asked.finds(title, (13, 23)) for _ in range(3)] == [False] * 3
    assert title.asked == [b"Ferries sail", b"By Ann Lee"]


def test_the_offsets_of_a_match_are_code_points_of_the_line():
    asked = Asked("—\nLe café, été")
    match = asked.match(re2.compile("é(?P<rest>.*)$"), (2, 14))
    assert match is not None
    assert (match.start(), match.start(1)) == (6, 7)
    assert asked.match(re2.compile("Ferries"), (2, 14)) is None


def test_patterns_find_in_utf_8_what_they_find_in_the_text():
    patterns = Patterns(["^été", "phare$"], re2.compile)
    for text in ("été au port", "le phare", "le port"):
        assert patterns.found_in(text.encode()) == patterns.found_in(text)
    assert patterns.may_be_in_lines(b"Le port\nle phare\nle quai")


def test_a_credit_that_a_footer_was_taken_from_makes_a_caption():
    value = (
        "Ferries to link Almery and Karst\n\nThe ferries will sail from May, the office said.\n\n"
        "Boats at the pier. [Photo/Xinhua] (Web editor: Bo Ek)"
    )
    layout = fit(value, profiles())
    assert layout is not None
    assert [value[a:b] for a, b in layout.captions] == ["Boats at the pier. [Photo/Xinhua]"]
    assert [value[a:b] for a, b in layout.fields["editors"]] == ["Bo Ek"]


def test_profiles_that_were_let_go_are_loaded_again():
    before = profiles()
    forget()
    assert profiles() is not before
    assert [each.name for each in profiles()] == [each.name for each in before]
