"""One training run: batches of like length, one learning-rate cycle, from a fixed seed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from flows.training.examples import Example, lengths
from flows.training.net import Batch, Tagger

Collate = Callable[[Sequence[Example]], Batch]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train; `rates` are the peaks for the encoder's pre-trained part and for the rest."""

    epochs: int
    rates: tuple[float, float]
    seed: int = 1
    half: bool = False
    clip: float = 5.0


@dataclass(frozen=True, slots=True)
class CueSet:
    """The cues of a batch: the row each is in, where it stands, its roles (C, T)."""

    rows: Tensor
    starts: Tensor
    ends: Tensor
    roles: Tensor


def padded(arrays: Sequence[Sequence[int]], width: int | None = None) -> Tensor:
    """(N, width) with zeros after each."""
    width = width or max(len(each) for each in arrays)
    out = torch.zeros(len(arrays), width, dtype=torch.long)
    for row, each in enumerate(arrays):
        out[row, : len(each)] = torch.as_tensor(list(each))
    return out


def cue_set(chosen: Sequence[Example], width: int) -> CueSet | None:
    """The annotated cues of some examples, None without any."""
    found = [(row, cue) for row, example in enumerate(chosen) for cue in example.cues]
    if not found:
        return None
    return CueSet(
        torch.tensor([row for row, _ in found]),
        torch.tensor([cue.start for _, cue in found]),
        torch.tensor([cue.end for _, cue in found]),
        padded([cue.roles.tolist() for _, cue in found], width),
    )


def loss_of(net: Tagger, chosen: Sequence[Example], batch: Batch, *, half: bool) -> Tensor:
    """Per paragraph: cue tags, roles of every cue, and all tags of every word at half weight."""
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        states = net.encode(batch)
    states = states.float()
    width = states.shape[1]
    mask = torch.arange(width)[None, :] < batch.lengths[:, None]
    tags = padded([example.cue_tags.tolist() for example in chosen], width)
    loss = net.cue_crf.loss(net.cues(states), tags, mask).sum()
    cues = cue_set(chosen, width)
    union = tags.clone()
    if cues is not None:
        own = batch.lengths[cues.rows]
        emissions = net.roles(states[cues.rows], cues.starts, cues.ends, own)
        loss = loss + net.role_crf.loss(emissions, cues.roles, mask[cues.rows]).sum()
        roles = torch.zeros_like(tags).scatter_reduce(
            0, cues.rows[:, None].expand(-1, width), cues.roles, "amax"
        )
        union = torch.where(union > 0, union, torch.where(roles > 0, roles + 2, 0))
    words = functional.cross_entropy(net.all_tags(states)[mask], union[mask], reduction="sum")
    return (loss + 0.5 * words) / len(chosen)


def fit(
    net: Tagger,
    found: list[Example],
    collate: Collate,
    plan: Plan,
    after_epoch: Callable[[int], None],
) -> None:
    """Train `net` in place."""
    random.seed(plan.seed)
    torch.manual_seed(plan.seed)
    batches = lengths(found)
    slow = [each for name, each in net.named_parameters() if "transformer" in name]
    fast = [each for name, each in net.named_parameters() if "transformer" not in name]
    groups = [{"params": slow, "lr": plan.rates[0]}, {"params": fast, "lr": plan.rates[1]}]
    groups = [group for group in groups if group["params"]]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in groups]
    steps = plan.epochs * len(batches)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, peaks, total_steps=steps, pct_start=0.15, anneal_strategy="linear"
    )
    for epoch in range(plan.epochs):
        net.train()
        began, total = time.monotonic(), 0.0
        for number, chosen in enumerate(_shuffled(found, epoch)):
            batch = collate(chosen)
            loss = loss_of(net, chosen, batch, half=plan.half)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), plan.clip)
            optimiser.step()
            if schedule.last_epoch < steps:
                schedule.step()
            total += loss.item()
            if number % 100 == 99:
                print(
                    f"  {number + 1} batches, loss {total / (number + 1):.3f}, "
                    f"{time.monotonic() - began:.0f} s",
                    flush=True,
                )
        net.eval()
        after_epoch(epoch + 1)


def _shuffled(found: list[Example], epoch: int) -> Iterator[list[Example]]:
    """Like lengths together, another grouping in each epoch."""
    draw = random.Random(epoch)
    chosen = found[:]
    draw.shuffle(chosen)
    batches = lengths(chosen)
    draw.shuffle(batches)
    for batch in batches:
        yield [chosen[index] for index in batch]
