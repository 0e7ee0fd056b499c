"""The encoder of the fast tagger, which learns all it knows in training."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from flows.quotes.tokens import QUOTE_STATES, SHAPES
from flows.training.net import Both

EMBEDDED = 64 + 24 + 16 + 8 + 8 + 4


class FromScratch(nn.Module):
    """Embeddings of words, their ends, shapes and marks; one convolution; two BiLSTMs."""

    def __init__(
        self, sizes: tuple[int, int, int], width: int, hidden: tuple[int, int], dropout: float
    ) -> None:
        super().__init__()
        self.word = nn.Embedding(sizes[0], 64, padding_idx=0)
        self.suffix = nn.Embedding(sizes[1], 24, padding_idx=0)
        self.prefix = nn.Embedding(sizes[2], 16, padding_idx=0)
        self.quote = nn.Embedding(QUOTE_STATES, 8)
        self.shape = nn.Embedding(SHAPES, 8)
        self.first = nn.Embedding(2, 4)
        self.mix = nn.Conv1d(EMBEDDED, width, 3, padding=1)
        self.lower = Both(width, hidden[0])
        self.upper = Both(2 * hidden[0], hidden[1])
        self.drop = nn.Dropout(dropout)

    def forward(self, features: Tensor, lengths: Tensor) -> Tensor:
        """Features (N, T, 6): word, suffix, prefix, quote, shape, first -> (N, T, 2 hidden)."""
        tables = (self.word, self.suffix, self.prefix, self.quote, self.shape, self.first)
        told = torch.cat([table(features[:, :, i]) for i, table in enumerate(tables)], 2)
        at = torch.arange(features.shape[1], device=features.device)
        mask = (at[None, :] < lengths[:, None])[:, :, None].float()
        near = self.mix((self.drop(told) * mask).transpose(1, 2)).transpose(1, 2)
        lower = self.lower(self.drop(torch.relu(near)), lengths)
        return self.upper(self.drop(lower), lengths)
