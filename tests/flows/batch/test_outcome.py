from __future__ import annotations

import json
from collections import Counter

from flows.batch.outcome import Outcome
from flows.receive.documents import Unread


def outcome() -> Outcome:
    return Outcome(
        seen=5,
        unchanged=1,
        quarantined=2,
        candidates=2,
        quotes=3,
        bytes_in=700,
        began=20.0,
        rules=Counter({"document.empty": 2}),
        warnings=Counter({"text.markup": 1}),
        profiles=Counter({"generic": 2}),
        seconds={"parse": 1.5},
        examples={"document.empty": "file:///a.txt"},
        unread=[Unread("file:///b%FF.txt", "no read permission")],
    )


def test_an_outcome_comes_back_from_json_as_it_was() -> None:
    assert Outcome.of_json(json.loads(json.dumps(outcome().as_json()))) == outcome()


def test_an_empty_outcome_comes_back_from_json_as_it_was() -> None:
    assert Outcome.of_json(json.loads(json.dumps(Outcome().as_json()))) == Outcome()


def test_counts_and_seconds_of_two_batches_are_added() -> None:
    total = outcome()
    other = outcome()
    other.rules["document.nul"] = 1
    other.seconds["quotes"] = 0.5
    total.add(other)
    assert (total.seen, total.unchanged, total.quarantined, total.candidates) == (10, 2, 4, 4)
    assert (total.quotes, total.bytes_in) == (6, 1400)
    assert total.rules == Counter({"document.empty": 4, "document.nul": 1})
    assert total.profiles == Counter({"generic": 4})
    assert total.seconds == {"parse": 3.0, "quotes": 0.5}
    assert len(total.unread) == 2


def test_the_earliest_start_counts_and_one_that_never_began_does_not() -> None:
    total = Outcome()
    total.add(Outcome(began=30.0))
    total.add(Outcome(began=20.0))
    total.add(Outcome())
    assert total.began == 20.0


def test_the_first_example_of_a_rule_is_kept() -> None:
    total = Outcome(examples={"document.nul": "file:///first.txt"})
    total.add(Outcome(examples={"document.nul": "file:///later.txt"}))
    assert total.examples == {"document.nul": "file:///first.txt"}


def test_adding_leaves_the_other_outcome_as_it_was() -> None:
    other = outcome()
    total = Outcome()
    total.add(other)
    total.add(outcome())
    assert other == outcome()
