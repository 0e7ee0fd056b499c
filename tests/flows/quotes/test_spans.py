from __future__ import annotations

import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from flows.quotes.spans import InOrder, meets, united

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda s: tuple(sorted(s))))


@dataclass(frozen=True)
class Placed:
    start: int
    end: int


@given(SPANS)
def test_united_spans_cover_the_same_characters_and_never_touch(
    spans: list[tuple[int, int]],
) -> None:
    whole = united(spans)
    assert {at for span in whole for at in range(*span)} == {at for s in spans for at in range(*s)}
    assert all(before[1] < after[0] for before, after in itertools.pairwise(whole))


@given(SPANS, st.integers(0, 30), st.integers(1, 10))
def test_what_meets_a_span_is_what_shares_a_character_with_it(
    spans: list[tuple[int, int]], start: int, length: int
) -> None:
    whole = united(spans)
    looked_for = set(range(start, start + length))
    expected = [span for span in whole if looked_for & set(range(*span))]
    placed = InOrder([Placed(*span) for span in whole])
    assert [(p.start, p.end) for p in placed.meeting(start, start + length)] == expected
    assert meets(whole, start, start + length) == bool(expected)
