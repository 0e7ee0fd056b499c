"""What a trained tagger thinks of paragraphs: probabilities for a smaller one to learn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from flows.quotes.decode import Field, viterbi
from flows.quotes.tagger import cue_spans
from flows.training.batches import by_length, collate
from flows.training.examples import Cue, Example

if TYPE_CHECKING:
    from torch import Tensor

    from flows.quotes.lexicon import Features
    from flows.training.crf import Crf
    from flows.training.net import Tagger

Half = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example with what a teacher thinks of it; `is_gold` says that people annotated it.

    Probabilities of the cue tags are (T, 3), those of the roles (T, 5) for each of its cues.
    """

    example: Example
    cue_odds: Half
    role_odds: tuple[Half, ...]
    is_gold: bool


def soften(teacher: Tagger, features: Features, found: Sequence[Example]) -> list[Lesson]:
    """A lesson for each example; those without annotated cues get those that the teacher finds."""
    lessons: list[Lesson | None] = [None] * len(found)
    teacher.eval()
    field = field_of(teacher.cue_crf)
    with torch.no_grad():
        for indices in by_length([len(each.tokens) for each in found]):
            chosen = [found[index] for index in indices]
            for index, lesson in zip(
                indices, _softened(teacher, features, chosen, field), strict=True
            ):
                lessons[index] = lesson
    return [each for each in lessons if each is not None]


def field_of(crf: Crf) -> Field:
    """The random field as the pipeline decodes it."""
    return Field(*(each.detach().numpy() for each in crf.scores()))


def _softened(
    teacher: Tagger, features: Features, chosen: Sequence[Example], field: Field
) -> list[Lesson]:
    batch = collate(features, [each.tokens for each in chosen])
    mask = batch.mask()
    with torch.autocast("cpu", torch.bfloat16):
        states = teacher.encode(batch)
    states = states.float()
    emissions = teacher.cues(states)
    odds = teacher.cue_crf.log_marginals(emissions, mask).exp()
    tags = viterbi(emissions.numpy(), batch.lengths.numpy(), field)
    examples = [
        each if each.is_annotated else _labelled(each, tags[row, : len(each.tokens)])
        for row, each in enumerate(chosen)
    ]
    roles = _roles(teacher, states, batch.lengths, mask, examples)
    lessons = []
    for row, each in enumerate(examples):
        size = len(each.tokens)
        own = tuple(half(next(roles)[:size]) for _ in each.cues)
        taught = each if each.is_annotated else _with_roles(each, own)
        lessons.append(Lesson(taught, half(odds[row, :size]), own, each.is_annotated))
    return lessons


def _labelled(example: Example, tags: NDArray[np.int8]) -> Example:
    _, starts, ends = cue_spans(tags[None])
    empty = np.zeros(len(tags), np.int8)
    cues = tuple(
        Cue(start, end, empty) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    )
    return Example(example.tokens, tags.copy(), cues, is_annotated=False)


def _roles(
    teacher: Tagger, states: Tensor, lengths: Tensor, mask: Tensor, examples: Sequence[Example]
) -> Iterator[Tensor]:
    places = [(row, cue) for row, each in enumerate(examples) for cue in each.cues]
    if not places:
        return iter(())
    rows = torch.tensor([row for row, _ in places])
    starts = torch.tensor([cue.start for _, cue in places])
    ends = torch.tensor([cue.end for _, cue in places])
    emissions = teacher.roles(states[rows], starts, ends, lengths[rows])
    return iter(teacher.role_crf.log_marginals(emissions, mask[rows]).exp())


def _with_roles(example: Example, odds: Sequence[Half]) -> Example:
    cues = tuple(
        Cue(cue.start, cue.end, each.argmax(1).astype(np.int8))
        for cue, each in zip(example.cues, odds, strict=True)
    )
    return Example(example.tokens, example.cue_tags, cues, is_annotated=False)


def half(odds: Tensor) -> Half:
    """As numpy, at a quarter of the memory of a list of doubles."""
    return odds.numpy().astype(np.float16)
