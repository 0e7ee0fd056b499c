from __future__ import annotations

import hashlib
import random

import numpy as np
import pytest
from rensa import RMinHash

from flows.syndicate.signatures import SIGNATURE_BYTES, SLOTS, common, common_runs, signatures


def words(seed: int, count: int) -> list[str]:
    own = random.Random(seed)
    return [f"{own.choice('bdgkt')}{own.randrange(10**6)}" for _ in range(count)]


def test_a_signature_is_what_the_lakes_hold_until_the_contract_says_otherwise():
    # Where this fails, signatures in lakes no longer compare: raise the version of the contract of
    # fingerprints, and every lake makes its own anew.
    (found,), runs = signatures([" ".join(f"word {number}" for number in range(100))])
    assert RMinHash.ALGORITHM_VERSION == 2
    assert (len(found), runs.tolist()) == (SIGNATURE_BYTES, [198])
    assert hashlib.sha256(found).hexdigest()[:16] == "3ee5fd0c39fc54b4"


@pytest.mark.parametrize(
    "text",
    ["", "too short", "la " * 50_000, "Closing prices: " + "1.2 3.4 " * 200, "word " * 39],
    ids=["empty", "short", "one word", "one pair", "one run"],
)
def test_a_text_with_few_different_runs_has_no_signature(text):
    assert signatures([text])[0] == [None]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_slots_agree_as_often_as_runs_are_shared(share):
    alike = []
    for seed in range(40):
        both, one, other = (words(seed * 3 + part, 400) for part in range(3))
        kept = int(400 * share)
        texts = [" ".join(both[:kept] + rest[kept:]) for rest in (one, other)]
        rows = np.stack([np.frombuffer(each, "<u2") for each in signatures(texts)[0]])
        alike.append(common(rows[:1], rows[1:])[0])
    assert np.mean(alike) == pytest.approx(share / (2 - share), abs=0.03)


def test_what_a_cut_shares_follows_from_similarity_and_lengths():
    shared = common_runs(np.array([1 / 3, 1.0]), np.array([300, 80]), np.array([100, 90]))
    assert shared.tolist() == pytest.approx([100, 80])
    assert SLOTS % 2 == 0
