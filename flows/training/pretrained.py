"""The encoder of the best tagger: a small transformer whose published weights are trained on."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from flows.quotes.tokens import QUOTE_STATES, SHAPES
from flows.training.net import Both


class Layer(nn.Module):
    """One layer of a transformer encoder as BERT has it (Devlin et al. 2019)."""

    def __init__(self, size: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.merge = (nn.Linear(size, size) for _ in range(4))
        self.norm = nn.LayerNorm(size, eps=1e-12)
        self.widen, self.narrow = nn.Linear(size, inner), nn.Linear(inner, size)
        self.norm_out = nn.LayerNorm(size, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """X is (N, P, size), mask (N, 1, 1, P) is added to the scores."""
        count, pieces, size = x.shape
        split = (count, pieces, self.heads, size // self.heads)
        query, key, value = (
            each(x).view(split).transpose(1, 2) for each in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(2, 3) / math.sqrt(split[3]) + mask
        seen = (self.drop(scores.softmax(3)) @ value).transpose(1, 2).reshape(x.shape)
        x = self.norm(x + self.drop(self.merge(seen)))
        return self.norm_out(x + self.drop(self.narrow(functional.gelu(self.widen(x)))))


class Transformer(nn.Module):
    """Word pieces to states; the weights are those of a published model of the same form."""

    def __init__(self, words: int, size: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.word = nn.Embedding(words, size)
        self.position = nn.Embedding(512, size)
        self.kind = nn.Parameter(torch.zeros(size))
        self.norm = nn.LayerNorm(size, eps=1e-12)
        self.layers = nn.ModuleList(Layer(size, 12, 4 * size, dropout) for _ in range(layers))
        self.drop = nn.Dropout(dropout)

    def forward(self, pieces: Tensor) -> Tensor:
        """Pieces (N, P), 0 where padded -> (N, P, size)."""
        at = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.drop(self.norm(self.word(pieces) + self.position(at) + self.kind))
        mask = (pieces == 0)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return x


_NAMES = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "merge",
    "attention.output.LayerNorm": "norm",
    "intermediate.dense": "widen",
    "output.dense": "narrow",
    "output.LayerNorm": "norm_out",
}


def pretrained(folder: Path, dropout: float) -> Transformer:
    """The transformer whose weights lie in `folder`/model.safetensors."""
    weights = {
        name.removeprefix("bert."): each
        for name, each in load_file(folder / "model.safetensors").items()
    }
    words, size = weights["embeddings.word_embeddings.weight"].shape
    layers = 1 + max(
        int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer")
    )
    net = Transformer(words, size, layers, dropout)
    own = {
        "word.weight": weights["embeddings.word_embeddings.weight"],
        "position.weight": weights["embeddings.position_embeddings.weight"],
        "kind": weights["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    for layer in range(layers):
        for theirs, ours in _NAMES.items():
            for part in ("weight", "bias"):
                own[f"layers.{layer}.{ours}.{part}"] = weights[
                    f"encoder.layer.{layer}.{theirs}.{part}"
                ]
    net.load_state_dict(own)
    return net


class OnPretrained(nn.Module):
    """The first word piece of each word, with quote state and shape, through one BiLSTM."""

    def __init__(self, transformer: Transformer, size: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.transformer = transformer
        self.quote = nn.Embedding(QUOTE_STATES, 16)
        self.shape = nn.Embedding(SHAPES, 8)
        self.drop = nn.Dropout(dropout)
        self.lstm = Both(size + 24, hidden)

    def forward(
        self, pieces: Tensor, firsts: Tensor, quote: Tensor, shape: Tensor, lengths: Tensor
    ) -> Tensor:
        """Pieces (N, P), first piece of each word (N, T) and its features -> (N, T, 2 hidden)."""
        states = self.transformer(pieces)
        words = states.gather(1, firsts[:, :, None].expand(-1, -1, states.shape[2]))
        told = torch.cat([words.float(), self.quote(quote), self.shape(shape)], 2)
        return self.lstm(self.drop(told), lengths)
