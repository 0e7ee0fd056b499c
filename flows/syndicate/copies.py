"""The copies of one text: which is the canonical one, and how each of the others relates to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.syndicate.signatures import common, common_runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Copy:
    """One article of a group, as its fingerprint says; `slots` is its signature, (SLOTS,)."""

    article_id: str
    published_date: date | None
    published_at: datetime | None
    outlet_id: str
    agency_id: str | None
    runs: int
    slots: NDArray[np.uint16]

    @property
    def day(self) -> date:
        """The day in UTC, as printed where no instant is known; undated articles come last."""
        if self.published_at is not None:
            return self.published_at.astimezone(UTC).date()
        return self.published_date or date.max


def canonical(copies: Sequence[Copy]) -> Copy:
    """The copy published first; where that is undecided, the agency's own, then one with a time.

    Undecided it is between the earliest of the stated instants of the first day and copies of that
    day without one. A function of the set: the order of `copies` does not matter.
    """
    first_day = min(copy.day for copy in copies)
    here = [copy for copy in copies if copy.day == first_day]
    instant = min((copy.published_at for copy in here if copy.published_at), default=None)
    left = [copy for copy in here if copy.published_at in (None, instant)]
    credited = {copy.agency_id for copy in copies}
    return min(
        left,
        key=lambda copy: (
            copy.outlet_id not in credited,
            copy.published_at is None,
            copy.article_id,
        ),
    )


def syndication_rows(copies: Sequence[Copy]) -> Iterator[dict[str, Any]]:
    """Rows of syndication for one group of copies."""
    source = canonical(copies)
    key = hashlib.sha256(f"syndication\n{source.article_id}".encode()).hexdigest()[:16]
    runs = np.array([copy.runs for copy in copies], np.int32)
    similarity = common(np.stack([copy.slots for copy in copies]), source.slots[None, :])
    shared = common_runs(similarity, runs, np.full(len(copies), source.runs, np.int32))
    for copy, alike, both in zip(copies, similarity.tolist(), shared.tolist(), strict=True):
        yield {
            "article_id": copy.article_id,
            "syndication_id": key,
            "published_date": copy.published_date,
            "outlet_id": copy.outlet_id,
            "canonical_article_id": source.article_id,
            "canonical_outlet_id": source.outlet_id,
            "is_canonical": copy is source,
            "basis": None if copy is source else _basis(copy, source),
            "similarity": alike,
            "share_of_text": both / copy.runs,
            "share_of_canonical": both / source.runs,
        }


def _basis(copy: Copy, source: Copy) -> str:
    """What says that a copy comes after the canonical one."""
    if copy.agency_id is not None:
        if copy.agency_id == source.outlet_id:
            return "credited"
        if copy.agency_id == source.agency_id:
            return "shared_agency"
    if source.day < copy.day or (
        copy.published_at is not None
        and source.published_at is not None
        and source.published_at < copy.published_at
    ):
        return "earlier"
    return "undecided"
