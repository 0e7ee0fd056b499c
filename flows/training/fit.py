"""One training run: batches of like length, one learning-rate cycle, from a fixed seed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import torch

from flows.training.batches import Batch, collate, shuffled

if TYPE_CHECKING:
    from torch import Tensor

    from flows.quotes.lexicon import Features
    from flows.quotes.tokens import Tokens
    from flows.training.net import Tagger

Each = TypeVar("Each")
_WARM_UP: Final = 0.15
_CLIP: Final = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: `rates` are the peaks for the encoder's pre-trained part and for the rest.

    `half` runs the encoder in bfloat16; `forget` hides that share of the words in each batch.
    """

    epochs: int
    rates: tuple[float, float]
    seed: int = 1
    half: bool = False
    forget: float = 0.0


@dataclass(frozen=True, slots=True)
class Task(Generic[Each]):
    """What to learn from: the examples, their words, and the loss of some of them."""

    found: Sequence[Each]
    tokens: Callable[[Each], Tokens]
    loss: Callable[[Tagger, Batch, Sequence[Each], Tensor], Tensor]


def fit(
    net: Tagger, features: Features, task: Task[Each], plan: Plan, note: Callable[[int], None]
) -> None:
    """Train `net` in place; `note` is called after each epoch, with its number from 1."""
    random.seed(plan.seed)
    torch.manual_seed(plan.seed)
    optimiser = _optimiser(net, plan)
    order = [_epoch(task, plan, epoch) for epoch in range(plan.epochs)]
    peaks = [group["lr"] for group in optimiser.param_groups]
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        peaks,
        total_steps=1 + sum(map(len, order)),
        pct_start=_WARM_UP,
        anneal_strategy="linear",
    )
    for epoch, batches in enumerate(order, 1):
        net.train()
        began, total = time.monotonic(), 0.0
        for number, chosen in enumerate(batches, 1):
            batch = collate(features, [task.tokens(each) for each in chosen], forget=plan.forget)
            with torch.autocast("cpu", torch.bfloat16, enabled=plan.half):
                states = net.encode(batch)
            loss = task.loss(net, batch, chosen, states.float()) / len(chosen)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), _CLIP)
            optimiser.step()
            schedule.step()
            total += loss.item()
            if number % 200 == 0:
                spent = time.monotonic() - began
                print(f"  {number} batches, loss {total / number:.3f}, {spent:.0f} s", flush=True)
        net.eval()
        note(epoch)


def _epoch(task: Task[Each], plan: Plan, epoch: int) -> list[list[Each]]:
    seed = 1000 * plan.seed + epoch
    return list(shuffled(task.found, lambda each: len(task.tokens(each)), seed))


def _optimiser(net: Tagger, plan: Plan) -> torch.optim.Optimizer:
    slow = [each for name, each in net.named_parameters() if "transformer" in name]
    fast = [each for name, each in net.named_parameters() if "transformer" not in name]
    groups = [{"params": slow, "lr": plan.rates[0]}, {"params": fast, "lr": plan.rates[1]}]
    filled = [group for group in groups if group["params"]]
    return torch.optim.AdamW(filled, weight_decay=0.01, fused=True)
