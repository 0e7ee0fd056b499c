"""A text as 96 numbers of 16 bits, in which two texts agree as often as they have runs in common.

MinHash (Broder 1997) by rensa, whose algorithm belongs to what a signature is: the version of the
contract of fingerprints goes up when SLOTS, SEED, the runs or rensa's algorithm change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rensa import RMinHash

from flows.syndicate.shingles import shingles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SLOTS = 96
"""Of texts one of which is the first third of the other, 99.7 % then agree in two neighbouring
slots, which is how they find each other (97.7 % with 64, and 128 find no more)."""
BANDS = SLOTS // 2
SIGNATURE_BYTES = 2 * SLOTS
LEAST_RUNS = 40
"""Different runs below which a text has no signature: of headlines, tables and notices nobody can
say that one was copied from another."""
_SEED = 20240102


def signatures(texts: Sequence[str]) -> tuple[list[bytes | None], NDArray[np.int32]]:
    """The signature of each text (None for one too short) and its number of different runs.

    >>> (short, again), runs = signatures(["too short for a claim", "la " * 50_000])
    >>> short, again, runs.tolist()
    (None, None, [3, 1])
    """
    found: list[bytes | None] = []
    counts = [np.zeros(0, np.int32)]
    for each in shingles(texts):
        rows = RMinHash.digest_matrix_from_flat_token_hashes(
            each.hashes, each.offsets, SLOTS, _SEED
        ).to_rows()
        low = np.array(rows, np.uint32).astype("<u2")
        enough = each.distinct >= LEAST_RUNS
        found += [row.tobytes() if ok else None for row, ok in zip(low, enough, strict=True)]
        counts.append(each.distinct)
    return found, np.concatenate(counts)


def bands_of(slots: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """Neighbouring slots two by two, as one number each: (n, SLOTS) -> (n, BANDS)."""
    return slots.view(np.uint32)


def common(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Estimated Jaccard similarity of the runs, row by row; its error is below 0.05 mostly."""
    return np.asarray(np.count_nonzero(first == second, axis=1) / SLOTS, np.float64)


def common_runs(
    similarity: NDArray[np.float64], first: NDArray[np.int32], second: NDArray[np.int32]
) -> NDArray[np.float64]:
    """How many runs two texts have in common, by their similarity and how many each has."""
    both = similarity / (1 + similarity) * (first.astype(np.float64) + second)
    return np.asarray(np.minimum(both, np.minimum(first, second)), np.float64)
