"""Padded batches of paragraphs of like length."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    from flows.quotes.lexicon import Features
    from flows.quotes.tokens import Tokens

_WORDS: Final = 1600
_PARAGRAPHS: Final = 48
_UNKNOWN: Final = 1
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Batch:
    """What the encoder reads, by the name of its input, and how many words each paragraph has."""

    inputs: dict[str, Tensor]

    @property
    def lengths(self) -> Tensor:
        """Words of each paragraph (N)."""
        return self.inputs["lengths"]

    def mask(self) -> Tensor:
        """True for words, False for padding (N, T)."""
        return torch.arange(int(self.lengths.max()))[None, :] < self.lengths[:, None]


def collate(features: Features, chosen: Sequence[Tokens], *, forget: float = 0.0) -> Batch:
    """The paragraphs padded; `forget` is the share of words whose identity is hidden.

    A hidden word keeps its shape, and half of them their first and last letters.
    """
    told = features.batch(chosen)
    if forget and "features" in told:
        draw = np.random.default_rng(random.getrandbits(32))
        hidden = draw.random(told["features"].shape[:2]) < forget
        wholly = hidden & (draw.random(hidden.shape) < 0.5)
        for column, where in ((0, hidden), (1, wholly), (2, wholly)):
            ids = told["features"][:, :, column]
            ids[where & (ids > 0)] = _UNKNOWN
    return Batch({name: torch.from_numpy(each) for name, each in told.items()})


def by_length(sizes: Sequence[int]) -> list[list[int]]:
    """Indices of like sizes together, some 1,600 words a batch."""
    batches: list[list[int]] = [[]]
    for index in sorted(range(len(sizes)), key=sizes.__getitem__):
        if len(batches[-1]) * sizes[index] > _WORDS or len(batches[-1]) >= _PARAGRAPHS:
            batches.append([])
        batches[-1].append(index)
    return batches


def shuffled(found: Sequence[Each], size: Callable[[Each], int], seed: int) -> Iterator[list[Each]]:
    """Batches in another grouping and order for each seed."""
    draw = random.Random(seed)  # noqa: S311 - an order to train in is no secret
    chosen = list(found)
    draw.shuffle(chosen)
    batches = by_length([size(each) for each in chosen])
    draw.shuffle(batches)
    for batch in batches:
        yield [chosen[index] for index in batch]


def padded(arrays: Sequence[NDArray[np.generic]], width: int) -> Tensor:
    """(N, width, ...) with zeros after each; integers as int64, the others as float32."""
    whole = np.issubdtype(arrays[0].dtype, np.integer)
    shape = (len(arrays), width, *arrays[0].shape[1:])
    out = np.zeros(shape, np.int64 if whole else np.float32)
    for row, each in enumerate(arrays):
        out[row, : len(each)] = each
    return torch.from_numpy(out)
