from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flows.quotes.decode import Field, viterbi

SEEDS = st.integers(0, 2**32 - 1)


def field_of(draw: np.random.Generator, tags: int) -> Field:
    step = draw.normal(size=(tags, tags)).astype(np.float32)
    step[0, -1] = -1e4  # a tag that may not follow another
    first, last = draw.normal(size=(2, tags)).astype(np.float32)
    return Field(step, first, last)


def score(emissions: np.ndarray, tags: tuple[int, ...], field: Field) -> float:
    own = sum(emissions[at, tag] for at, tag in enumerate(tags))
    moved = sum(field.step[a, b] for a, b in pairwise(tags))
    return float(own + moved + field.first[tags[0]] + field.last[tags[-1]])


@given(SEEDS)
def test_no_other_sequence_of_tags_scores_more(seed: int) -> None:
    draw = np.random.default_rng(seed)
    emissions = draw.normal(size=(1, 5, 3)).astype(np.float32)
    field = field_of(draw, 3)
    best = tuple(viterbi(emissions, np.array([5]), field)[0].tolist())
    every = [score(emissions[0], tags, field) for tags in product(range(3), repeat=5)]
    assert np.isclose(score(emissions[0], best, field), max(every), atol=1e-4)


@given(SEEDS)
def test_a_sequence_has_the_same_tags_alone_and_among_longer_ones(seed: int) -> None:
    draw = np.random.default_rng(seed)
    lengths = np.array([1, 7, 3, 5])
    emissions = draw.normal(size=(4, 7, 5)).astype(np.float32)
    field = field_of(draw, 5)
    together = viterbi(emissions, lengths, field)
    for row, length in enumerate(lengths):
        alone = viterbi(emissions[row : row + 1, :length], lengths[row : row + 1], field)
        assert together[row, :length].tolist() == alone[0].tolist()
        assert not together[row, length:].any()
