"""Looking through the fingerprints of a whole lake for who may be a copy of a few articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.syndicate.pairs import Prints
from flows.syndicate.signatures import BANDS, SLOTS, bands_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FILTER_BITS = 22


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of some signatures: position and value of each as one number, sorted."""

    keys: NDArray[np.uint64]

    @classmethod
    def of(cls, slots: NDArray[np.uint16]) -> Bands:
        """The bands of signatures (n, SLOTS)."""
        positions = np.arange(BANDS, dtype=np.uint64) << np.uint64(32)
        return cls(np.unique(bands_of(slots).astype(np.uint64) | positions))

    def shared_by(self, slots: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """Which of the signatures (n, SLOTS) have any of these bands.

        A filter of one byte a hash leaves few bands to be looked up, so that a million signatures
        take half a second.
        """
        filtered = np.zeros(1 << _FILTER_BITS, np.bool_)
        values = bands_of(slots)
        low = (self.keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        filtered[_hashed(low, (self.keys >> np.uint64(32)).astype(np.uint32))] = True
        found = np.zeros(len(slots), np.bool_)
        for band in range(BANDS):
            here = np.flatnonzero(filtered[_hashed(values[:, band], np.array([band], np.uint32))])
            wanted = values[here, band].astype(np.uint64) | (np.uint64(band) << np.uint64(32))
            at = np.minimum(np.searchsorted(self.keys, wanted), max(len(self.keys) - 1, 0))
            found[here[self.keys[at] == wanted] if len(self.keys) else here] = True
        return found


def _hashed(values: NDArray[np.uint32], bands: NDArray[np.uint32]) -> NDArray[np.uint32]:
    spread: NDArray[np.uint32] = values * np.uint32(0x9E3779B1) + bands * np.uint32(0x85EBCA6B)
    return spread >> np.uint32(32 - _FILTER_BITS)


@dataclass(frozen=True, slots=True)
class Touched:
    """What a commit looked at or changed among copies: another one that meets it is a conflict."""

    bands: Bands | None
    """None for all there are: whatever comes meanwhile is then a conflict."""
    groups: pa.Array
    """syndication_id of every group that came, went or changed."""


def signed(rows: pa.Table) -> pa.Table:
    """The rows of fingerprints that have a signature."""
    if not rows["signature"].null_count:
        return rows
    return rows.filter(pc.is_valid(rows["signature"]))


def slots_of(rows: pa.Table) -> NDArray[np.uint16]:
    """The signatures of rows that all have one, (n, SLOTS)."""
    parts = [np.zeros((0, SLOTS), np.uint16)]
    for chunk in rows["signature"].chunks:
        if len(chunk):
            _, bounds, content = chunk.buffers()
            start = np.frombuffer(bounds, np.int32)[chunk.offset]
            numbers = np.frombuffer(content, "<u2", len(chunk) * SLOTS, int(start))
            parts.append(numbers.reshape(-1, SLOTS))
    return parts[1] if len(parts) == 2 else np.concatenate(parts)


def as_prints(rows: pa.Table, slots: NDArray[np.uint16]) -> Prints:
    """Rows of fingerprints with their signatures as arrays; outlets are numbered as they come."""
    outlets = rows["outlet_id"].combine_chunks().dictionary_encode().indices
    runs = rows["run_count"].to_numpy().astype(np.int32)
    return Prints(slots, runs, outlets.to_numpy().astype(np.int32))
