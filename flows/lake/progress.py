"""How far a backfill has come, so that an interrupted one can go on: a small file in the lake.

Whether a partition is stale follows from the manifest. Only what the manifest cannot say is kept
here: which partitions of a range were done where they stay stale (a part of a month, one outlet)
or were done although they were not (force).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from flows.lake.faults import told_plainly
from flows.lake.layout import BACKFILLS
from flows.lake.makers import maker_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.lake.home import Home
    from flows.lake.stale import Range


@dataclass(frozen=True, slots=True)
class Progress:
    """Partitions that a backfill of one range, made with one maker, has committed."""

    home: Home
    name: str
    asked: str
    done: tuple[str, ...] = ()

    @classmethod
    def of(cls, home: Home, asked: Range, maker: Mapping[str, str]) -> Self:
        """What an earlier run of the same backfill left; a file that cannot be read is none."""
        printed = f"{asked.first} {asked.last} {asked.outlet} {asked.force} {maker_id(maker)}"
        name = hashlib.sha256(printed.encode()).hexdigest()[:16]
        name = f"{BACKFILLS}/{name}.json"
        try:
            kept = json.loads(home.kept(name))
            done = tuple(str(each) for each in kept["done"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            done = ()
        return cls(home, name, printed, done)

    def with_done(self, partition: str) -> Progress:
        """Keep that a partition is done."""
        after = replace(self, done=(*self.done, partition))
        written = json.dumps({"asked": after.asked, "done": after.done})
        with told_plainly(self.home.address, "write to"):
            self.home.keep(self.name, written.encode())
        return after

    def finish(self) -> None:
        """Forget it: the backfill has come to its end."""
        with told_plainly(self.home.address, "write to"):
            self.home.forget(self.name)
