"""What became of the documents of a batch, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from time import perf_counter
from typing import Any

from flows.receive.documents import Unread

_SUMS = ("seen", "unchanged", "quarantined", "candidates", "quotes", "unattributed", "bytes_in")
_COUNTERS = ("rules", "warnings", "profiles", "removed")


@dataclass(slots=True)
class Outcome:
    """Counts of documents by what became of them, and where the seconds went.

    Every document seen is one of: unchanged (its bytes were known), quarantined, or a candidate,
    which the lake then publishes or merges into another. `rules` and `warnings` count by code,
    `profiles` candidates by profile, `removed` the paragraphs taken out of bodies by what they are,
    `unattributed` the quotations whose speaker is unknown, `bytes_in` is as unpacked.
    """

    seen: int = 0
    unchanged: int = 0
    quarantined: int = 0
    candidates: int = 0
    quotes: int = 0
    unattributed: int = 0
    bytes_in: int = 0
    began: float = 0.0
    rules: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    profiles: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds that pass inside to those of `stage`."""
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start

    def add(self, other: Outcome) -> None:
        """Add the counts of another batch."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for stage, seconds in other.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        self.examples = other.examples | self.examples
        self.unread += other.unread
        self.began = min(filter(None, (self.began, other.began)), default=0.0)

    def as_json(self) -> dict[str, Any]:
        """The counts as plain values, which is what a task hands back."""
        # Not dataclasses.asdict alone: it would make counters of pairs out of the counters.
        counters = {name: dict(getattr(self, name)) for name in _COUNTERS}
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**plain, **counters, "unread": [asdict(each) for each in self.unread]}

    @classmethod
    def of_json(cls, values: dict[str, Any]) -> Outcome:
        """The counts again from what `as_json` gave."""
        counters = {name: Counter(values[name]) for name in _COUNTERS}
        unread = [Unread(**each) for each in values["unread"]]
        return cls(**{**values, **counters, "unread": unread})
