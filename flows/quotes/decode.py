"""The best tag sequences of a batch under a linear-chain random field (Viterbi 1967)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Field:
    """Scores of a tag after another (before, after), as the first and as the last."""

    step: Floats
    first: Floats
    last: Floats


def viterbi(emissions: Floats, lengths: NDArray[np.int64], field: Field) -> NDArray[np.int8]:
    """Emissions (N, T, K), of which `lengths` count -> the best tags (N, T), 0 where padded."""
    count, steps, tags = emissions.shape
    score = field.first + emissions[:, 0]
    back = np.zeros((steps, count, tags), np.int8)
    last = np.empty_like(score)
    for at in range(steps):
        if at:
            ways = score[:, :, None] + field.step
            back[at] = ways.argmax(1)
            score = ways.max(1) + emissions[:, at]
        done = lengths == at + 1
        last[done] = score[done]
    best = np.zeros((count, steps), np.int8)
    rows = np.arange(count)
    tag = (last + field.last).argmax(1)
    for at in range(steps - 1, -1, -1):
        inside = at < lengths
        best[inside, at] = tag[inside]
        tag = np.where(inside, back[at, rows, tag], tag)
    return best
