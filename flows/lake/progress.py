"""How far a backfill has come, so that an interrupted one can go on: a small file in the lake.

Whether a partition is stale follows from the manifest. Only what the manifest cannot say is kept
here: which partitions of a range were done where they stay stale (a part of a month, one outlet)
or were done although they were not (force).
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from flows.lake.faults import told_plainly
from flows.lake.layout import BACKFILLS, STAGING
from flows.lake.makers import maker_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flows.lake.stale import Range


@dataclass(frozen=True, slots=True)
class Progress:
    """Partitions that a backfill of one range, made with one maker, has committed."""

    path: Path
    asked: str
    done: tuple[str, ...] = ()

    @classmethod
    def of(cls, lake: Path, asked: Range, maker: Mapping[str, str]) -> Self:
        """What an earlier run of the same backfill left; a file that cannot be read is none."""
        printed = f"{asked.first} {asked.last} {asked.outlet} {asked.force} {maker_id(maker)}"
        name = hashlib.sha256(printed.encode()).hexdigest()[:16]
        path = lake / BACKFILLS / f"{name}.json"
        try:
            kept = json.loads(path.read_bytes())
            done = tuple(str(each) for each in kept["done"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            done = ()
        return cls(path, printed, done)

    def with_done(self, partition: str) -> Progress:
        """Keep that a partition is done."""
        after = replace(self, done=(*self.done, partition))
        with told_plainly(self.path, "write to"):
            self.path.parent.mkdir(exist_ok=True)
            scratch = self.path.parent.parent / STAGING / f"{uuid.uuid4().hex}.json"
            with scratch.open("x") as file:
                json.dump({"asked": after.asked, "done": after.done}, file)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self.path)
        return after

    def finish(self) -> None:
        """Forget it: the backfill has come to its end."""
        with told_plainly(self.path, "write to"):
            self.path.unlink(missing_ok=True)
