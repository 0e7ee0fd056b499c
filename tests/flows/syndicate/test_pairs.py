from __future__ import annotations

import random

import numpy as np
import pytest

from flows.syndicate import pairs
from flows.syndicate.pairs import Nodes, Prints, candidates, groups
from flows.syndicate.signatures import SLOTS


def drawn(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 1 << 16, (count, SLOTS), np.uint16)


def with_slots_of(source: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """A signature that agrees with `source` in so much of its slots."""
    kept = int(SLOTS * share)
    return np.concatenate([source[:kept], other[kept:]])


def prints(slots: np.ndarray, runs: int = 100, outlets: list[int] | None = None) -> Prints:
    count = len(slots)
    own = np.arange(count) if outlets is None else np.array(outlets)
    return Prints(slots, np.full(count, runs, np.int32), own.astype(np.int32))


def grouped(found: Prints) -> list[list[int]]:
    labels = groups(found, np.ones(len(found), np.bool_), np.full(len(found), -1))
    return sorted(np.flatnonzero(labels == each).tolist() for each in np.unique(labels))


def test_strangers_are_alone():
    assert grouped(prints(drawn(50))) == [[number] for number in range(50)]


@pytest.mark.parametrize(
    ("similarity", "outlets", "together"),
    [(0.3, [1, 2], True), (0.2, [1, 2], False), (0.3, [1, 1], False), (0.5, [1, 1], True)],
)
def test_one_outlet_has_to_print_more_of_a_text_again_than_another(similarity, outlets, together):
    # Texts of one length: 0.3 of all runs are 0.46 of each, 0.2 are a third, 0.5 two thirds.
    slots = drawn(2)
    slots[1] = with_slots_of(slots[0], slots[1], similarity)
    assert (len(grouped(prints(slots, outlets=outlets))) == 1) is together


def test_identical_texts_of_one_outlet_and_a_third_of_another_are_one_group():
    slots = drawn(3)
    slots[1] = slots[0]
    slots[2] = with_slots_of(slots[0], slots[2], 0.3)
    assert grouped(prints(slots, outlets=[1, 2, 1])) == [[0, 1, 2]]


def test_a_few_runs_in_common_with_an_enormous_text_say_nothing():
    slots = drawn(2)
    slots[1] = with_slots_of(slots[0], slots[1], 2 / SLOTS)
    long = Prints(slots, np.array([40_000, 600], np.int32), np.array([1, 2], np.int32))
    assert grouped(long) == [[0], [1]]


def test_ten_thousand_identical_notices_are_one_node_and_no_pairs():
    nodes = Nodes.among(prints(np.repeat(drawn(1), 10_000, axis=0)))
    assert len(nodes) == 1
    assert list(candidates(nodes.band(0), nodes.marks)) == []


def test_a_crowded_band_makes_pairs_in_proportion_and_still_one_group():
    slots = drawn(10_000)
    slots[:, :48] = slots[0, :48]
    found = prints(slots)
    nodes = Nodes.among(found)
    made = sum(len(first) for first, _ in candidates(nodes.band(0), nodes.marks))
    assert made < pairs.REPRESENTATIVES * 10_000
    assert len(grouped(found)) == 1


def test_a_crowded_band_of_strangers_joins_nobody():
    slots = drawn(3_000)
    slots[:, :2] = slots[0, :2]
    assert len(grouped(prints(slots))) == 3_000


def test_two_signatures_of_one_mark_are_told_apart(monkeypatch):
    monkeypatch.setattr(Prints, "marks", lambda self: np.zeros(len(self), np.uint64))
    slots = drawn(3)
    slots[2] = slots[0]
    nodes = Nodes.among(prints(slots))
    assert len(nodes) == 2
    assert nodes.of[0] == nodes.of[2] != nodes.of[1]


def test_the_order_of_articles_does_not_matter(monkeypatch):
    monkeypatch.setattr(pairs, "REPRESENTATIVES", 2)
    own = random.Random(4)
    slots = drawn(60)
    for at in range(1, 60):
        slots[at] = with_slots_of(
            slots[own.randrange(at)], slots[at], own.choice([0, 0.1, 0.4, 0.8])
        )
    expected = {frozenset(each) for each in grouped(prints(slots, outlets=[0] * 60))}
    assert 1 < len(expected) < 60
    for _ in range(5):
        order = own.sample(range(60), 60)
        again = grouped(prints(slots[order], outlets=[0] * 60))
        assert {frozenset(order[at] for at in each) for each in again} == expected
