"""Which documents the lake has already: an anti-join of content hashes, small and fast."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class KnownDocuments:
    """The SHA-256 of every document in a lake, 16 bytes of memory each.

    The first 128 bits are compared: two documents that share those by chance are not to be found,
    and nobody can make a pair on purpose.
    """

    def __init__(self, hashes: Iterable[pa.Array]) -> None:
        parts = [_first_words(chunk) for chunk in hashes if len(chunk)]
        words = np.concatenate(parts) if parts else np.empty((0, 2), dtype=np.uint64)
        words = words[np.lexsort((words[:, 1], words[:, 0]))]
        self._high = np.ascontiguousarray(words[:, 0])
        self._low = np.ascontiguousarray(words[:, 1])

    def __len__(self) -> int:
        return len(self._high)

    def __contains__(self, sha256: str) -> bool:
        high, low = np.uint64(int(sha256[:16], 16)), np.uint64(int(sha256[16:32], 16))
        first, last = np.searchsorted(self._high, high), np.searchsorted(self._high, high, "right")
        return bool((self._low[first:last] == low).any())


def _first_words(hashes: pa.Array) -> NDArray[np.uint64]:
    """The first two 64-bit words of lower-case hex hashes, all of 64 digits."""
    digits = np.frombuffer("".join(hashes.to_pylist()).encode(), dtype=np.uint8).reshape(-1, 64)
    nibbles = np.where(digits > ord("9"), digits - ord("a") + 10, digits - ord("0"))[:, :32]
    octets = (nibbles[:, 0::2] << 4) | nibbles[:, 1::2]
    return np.ascontiguousarray(octets).view(">u8").astype(np.uint64)
