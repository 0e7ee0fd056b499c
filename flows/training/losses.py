"""What a net is trained for: the annotators' tags, a teacher's probabilities, or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import torch
from torch.nn import functional

from flows.training.batches import padded

if TYPE_CHECKING:
    from torch import Tensor

    from flows.training.batches import Batch
    from flows.training.examples import Cue, Example
    from flows.training.net import Tagger
    from flows.training.soften import Lesson

_ALL_TAGS_WEIGHT: Final = 0.5
_GOLD_WEIGHT: Final = 0.5
"""Of the annotators' tags beside the teacher's probabilities, where there are both."""


def gold_loss(net: Tagger, batch: Batch, chosen: Sequence[Example], states: Tensor) -> Tensor:
    """Negative log likelihood of cue tags and of each cue's roles, and all tags of each word."""
    mask = batch.mask()
    width = mask.shape[1]
    tags = padded([each.cue_tags for each in chosen], width)
    loss = net.cue_crf.loss(net.cues(states), tags, mask).sum()
    rows, cues = _cues(chosen)
    roles = None
    if cues:
        emissions = role_emissions(net, batch, states, rows, cues)
        roles = padded([cue.roles for cue in cues], width)
        loss = loss + net.role_crf.loss(emissions, roles, mask[rows]).sum()
    return loss + _ALL_TAGS_WEIGHT * _all_tags_loss(
        net, states[mask], _union(tags, rows, roles)[mask]
    )


def taught_loss(net: Tagger, batch: Batch, chosen: Sequence[Lesson], states: Tensor) -> Tensor:
    """Cross entropy to the teacher's probabilities, and the annotators' tags where there are."""
    mask = batch.mask()
    width = mask.shape[1]
    examples = [each.example for each in chosen]
    tags = padded([each.cue_tags for each in examples], width)
    emissions = net.cues(states)
    odds = padded([each.cue_odds for each in chosen], width)
    loss = -(net.cue_crf.log_marginals(emissions, mask) * odds).sum()
    gold = torch.tensor([_GOLD_WEIGHT * each.is_gold for each in chosen])
    if gold.any():
        loss = loss + (gold * net.cue_crf.loss(emissions, tags, mask)).sum()
    rows, cues = _cues(examples)
    roles = None
    if cues:
        emissions = role_emissions(net, batch, states, rows, cues)
        roles = padded([cue.roles for cue in cues], width)
        odds = padded([each for lesson in chosen for each in lesson.role_odds], width)
        loss = loss - (net.role_crf.log_marginals(emissions, mask[rows]) * odds).sum()
        if gold.any():
            loss = loss + (gold[rows] * net.role_crf.loss(emissions, roles, mask[rows])).sum()
    return loss + _ALL_TAGS_WEIGHT * _all_tags_loss(
        net, states[mask], _union(tags, rows, roles)[mask]
    )


def role_emissions(
    net: Tagger, batch: Batch, states: Tensor, rows: Tensor, cues: Sequence[Cue]
) -> Tensor:
    """(C, T, 5) for cues in the given rows of the batch."""
    starts = torch.tensor([cue.start for cue in cues])
    ends = torch.tensor([cue.end for cue in cues])
    words, of_cues = net.roles.word(states), net.roles.cue(states)
    emissions: Tensor = net.roles.of(words[rows], of_cues[rows], starts, ends, batch.lengths[rows])
    return emissions


def _cues(chosen: Sequence[Example]) -> tuple[Tensor, list[Cue]]:
    found = [(row, cue) for row, each in enumerate(chosen) for cue in each.cues]
    return torch.tensor([row for row, _ in found], dtype=torch.long), [cue for _, cue in found]


def _all_tags_loss(net: Tagger, states: Tensor, tags: Tensor) -> Tensor:
    """Of words (W, size) and tags (W): a short way for the gradient."""
    return functional.cross_entropy(net.all_tags(states), tags, reduction="sum")


def _union(tags: Tensor, rows: Tensor, roles: Tensor | None) -> Tensor:
    """A word's cue tag, or a role that it has for some cue, in one row of tags (N, T)."""
    if roles is None:
        return tags
    some = torch.zeros_like(tags).scatter_reduce(
        0, rows[:, None].expand(-1, tags.shape[1]), roles, "amax"
    )
    return torch.where(tags > 0, tags, torch.where(some > 0, some + 2, 0))
