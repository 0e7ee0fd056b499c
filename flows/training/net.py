"""The nets: an encoder of words, cue tags over it, and roles for each cue.

Cue first, then roles for each cue: the encoder gives a state for each word, from which cue spans
are tagged; for every cue each word is then labelled as content, source or neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from flows.training.crf import cue_crf, role_crf

if TYPE_CHECKING:
    from flows.training.batches import Batch

DISTANCES = 20


def reversed_within(x: Tensor, lengths: Tensor) -> Tensor:
    """(N, T, D) with the first `lengths` steps of each sequence in reverse order."""
    at = torch.arange(x.shape[1], device=x.device)[None, :]
    turned = torch.where(at < lengths[:, None], lengths[:, None] - 1 - at, at)
    return x.gather(1, turned[:, :, None].expand(-1, -1, x.shape[2]))


class Both(nn.Module):
    """An LSTM in each direction; padding is never read before the words."""

    def __init__(self, size: int, hidden: int) -> None:
        super().__init__()
        self.ahead = nn.LSTM(size, hidden, batch_first=True)
        self.back = nn.LSTM(size, hidden, batch_first=True)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """(N, T, size) -> (N, T, 2 hidden)."""
        ahead, _ = self.ahead(x)
        back, _ = self.back(reversed_within(x, lengths))
        return torch.cat([ahead, reversed_within(back, lengths)], 2)


def distance_bucket(distance: Tensor) -> Tensor:
    """Signed distance in words to the cue: near ones exactly, far ones by the power of two."""
    size = distance.abs().clamp(max=500)
    far = 5 + (torch.log2(size.clamp(min=5).float() / 5) * 1.0).long().clamp(max=4)
    bucket = torch.where(size < 5, size, far)
    return torch.where(distance < 0, bucket, bucket + DISTANCES // 2)


class Roles(nn.Module):
    """For each cue: a tag for each word of its paragraph."""

    def __init__(self, size: int, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.word = nn.Linear(size, width)
        self.cue = nn.Linear(size, width)
        self.distance = nn.Embedding(DISTANCES, 24)
        self.inside = nn.Embedding(2, 8)
        self.lstm = Both(width + 32, hidden)
        self.out = nn.Linear(2 * hidden, 5)
        self.drop = nn.Dropout(dropout)

    def forward(self, states: Tensor, starts: Tensor, ends: Tensor, lengths: Tensor) -> Tensor:
        """States (C, T, size) of the paragraph of each cue -> emissions (C, T, 5)."""
        return self.of(self.word(states), self.cue(states), starts, ends, lengths)

    def of(
        self, words: Tensor, cues: Tensor, starts: Tensor, ends: Tensor, lengths: Tensor
    ) -> Tensor:
        """The same from the projections of the states, which many cues of a paragraph share."""
        at = torch.arange(words.shape[1], device=words.device)[None, :]
        inside = (at >= starts[:, None]) & (at < ends[:, None])
        mean = (cues * inside[:, :, None]).sum(1) / (ends - starts)[:, None]
        mixed = torch.relu(words + mean[:, None])
        before = at - starts[:, None]
        after = (at - ends[:, None] + 1).clamp(min=0)
        distance = torch.where(before < 0, before, after)
        told = torch.cat([self.distance(distance_bucket(distance)), self.inside(inside.long())], 2)
        x = self.drop(torch.cat([mixed, told], 2))
        return self.out(self.drop(self.lstm(x, lengths)))


class Tagger(nn.Module):
    """Encoder, cue tags and roles together, with their random fields for training."""

    def __init__(
        self, encoder: nn.Module, size: int, dropout: float, roles: tuple[int, int]
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = nn.Dropout(dropout)
        self.cues = nn.Linear(size, 3)
        self.all_tags = nn.Linear(size, 7)
        self.roles = Roles(size, *roles, dropout)
        self.cue_crf = cue_crf()
        self.role_crf = role_crf()

    def encode(self, batch: Batch) -> Tensor:
        """(N, T, size)."""
        return self.drop(self.encoder(**batch.inputs))
