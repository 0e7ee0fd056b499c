"""What a merge comes to: files of the next snapshot, and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.lake.derive import Place
    from flows.lake.layout import Layout
    from flows.lake.snapshot import DataFile


@dataclass(frozen=True, slots=True)
class Changes:
    """How the next snapshot differs from its parent: file lists, no rows."""

    parent: int | None
    replaced: Mapping[Place, tuple[DataFile, ...]]
    """The files a partition consists of from now on; none where it is gone."""
    appended: Mapping[str, tuple[DataFile, ...]]
    layout: Layout
    """How the files are cut."""
    is_relaid: bool = False
    """Whether the rows are those of the parent, only cut otherwise."""

    def __bool__(self) -> bool:
        """Say whether there is anything to publish."""
        return bool(self.replaced or self.appended)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the staged article candidates: candidates = published + merged."""

    candidates: int
    published: int
    """Candidates that are the published document of their story from now on."""
    merged: int
    """Candidates that lost to another document of the same story, of this run or an earlier one."""
    corrected: int
    """Published candidates that took the place of an earlier document."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.candidates + other.candidates,
            self.published + other.published,
            self.merged + other.merged,
            self.corrected + other.corrected,
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """Result of a merge; commit it where `changes` is not empty."""

    changes: Changes
    counts: Counts
