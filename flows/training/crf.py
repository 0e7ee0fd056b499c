"""A linear-chain conditional random field over padded batches (Lafferty et al. 2001)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

NEVER = -1e4
"""What a forbidden neighbour scores."""


class Crf(nn.Module):
    """Scores of neighbouring tags; emissions are (N, T, K), a mask is (N, T)."""

    barred: Tensor
    barred_first: Tensor

    def __init__(self, tags: int, forbidden: list[tuple[int, int]], never_first: list[int]) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.first = nn.Parameter(torch.zeros(tags))
        self.last = nn.Parameter(torch.zeros(tags))
        barred = torch.zeros(tags, tags)
        for before, after in forbidden:
            barred[before, after] = NEVER
        barred_first = torch.zeros(tags)
        barred_first[never_first] = NEVER
        self.register_buffer("barred", barred)
        self.register_buffer("barred_first", barred_first)

    def scores(self) -> tuple[Tensor, Tensor, Tensor]:
        """Transitions (tag, next tag), first and last."""
        return self.transitions + self.barred, self.first + self.barred_first, self.last

    def loss(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Negative log likelihood of the tags (N, T) of each sequence: (N)."""
        step, first, last = self.scores()
        whole = torch.logsumexp(self._ahead(emissions, mask)[-1] + last, 1)
        own = emissions.gather(2, tags[:, :, None]).squeeze(2) * mask
        moved = step[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]
        ends = tags.gather(1, mask.sum(1, keepdim=True) - 1).squeeze(1)
        return whole - own.sum(1) - moved.sum(1) - first[tags[:, 0]] - last[ends]

    def log_marginals(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Log probability of each tag of each word, (N, T, K), by the two recursions."""
        ahead = torch.stack(self._ahead(emissions, mask), 1)
        return torch.log_softmax(ahead + self._behind(emissions, mask), 2)

    def _ahead(self, emissions: Tensor, mask: Tensor) -> list[Tensor]:
        step, first, _ = self.scores()
        score = first + emissions[:, 0]
        scores = [score]
        for at in range(1, emissions.shape[1]):
            moved = torch.logsumexp(score[:, :, None] + step, 1) + emissions[:, at]
            score = torch.where(mask[:, at, None], moved, score)
            scores.append(score)
        return scores

    def _behind(self, emissions: Tensor, mask: Tensor) -> Tensor:
        step, _, last = self.scores()
        score = last.expand(emissions.shape[0], -1)
        scores = [score]
        for at in range(emissions.shape[1] - 1, 0, -1):
            moved = torch.logsumexp(step + (score + emissions[:, at])[:, None, :], 2)
            score = torch.where(mask[:, at, None], moved, score)
            scores.append(score)
        return torch.stack(scores[::-1], 1)


def cue_crf() -> Crf:
    """Over O, B, I: an I follows a B or an I."""
    return Crf(3, [(0, 2)], [2])


def role_crf() -> Crf:
    """Over O, B and I of content, B and I of source."""
    return Crf(5, [(0, 2), (3, 2), (4, 2), (0, 4), (1, 4), (2, 4)], [2, 4])
