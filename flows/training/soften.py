"""What a trained tagger thinks of paragraphs: probabilities for a smaller one to learn from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from flows.quotes.decode import Field, viterbi
from flows.quotes.tagger import Tagger, Words, cue_spans
from flows.training.batches import by_length
from flows.training.crf import Crf, cue_crf, role_crf
from flows.training.examples import Cue, Example

if TYPE_CHECKING:
    from flows.quotes.decode import Floats
    from flows.quotes.lexicon import Ids
    from flows.quotes.tokens import Tokens

Half = NDArray[np.float16]
_LEAST = 1e-6
"""Probability that nothing falls below before its logarithm is taken."""
_NO_SCORE = np.zeros(3, np.float32)
_CUE_TAGS = Field(np.array([[0, 0, -1e4], [0, 0, 0], [0, 0, 0]], np.float32), _NO_SCORE, _NO_SCORE)
"""That an I follows a B or an I, and nothing else."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example with what a teacher thinks of it; `is_gold` says that people annotated it.

    Probabilities of the cue tags are (T, 3), those of the roles (T, 5) for each of its cues.
    """

    example: Example
    cue_odds: Half
    role_odds: tuple[Half, ...]

    @property
    def is_gold(self) -> bool:
        """People annotated it."""
        return self.example.is_annotated


class Teacher:
    """A tagger as the pipeline runs it, asked for probabilities instead of the best tags."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        self._cues = _of_field(cue_crf(), tagger.cue_field)
        self._roles = _of_field(role_crf(), tagger.role_field)

    def read(self, chosen: Sequence[Tokens]) -> tuple[Words, Floats]:
        """The words and the probabilities of their cue tags (N, T, 3)."""
        words = self._tagger.read(chosen)
        return words, _odds(self._cues, words.emissions, words.lengths)

    def roles(self, words: Words, rows: Ids, starts: Ids, ends: Ids) -> Floats:
        """Probabilities of the roles (C, T, 5) for cues (C), as `Tagger.roles` takes them."""
        emissions = self._tagger.roles(words, rows, starts, ends)
        return _odds(self._roles, emissions, words.lengths[rows])


def soften(taggers: Sequence[Tagger], found: Sequence[Example]) -> list[Lesson]:
    """A lesson for each example, in their order: the mean of what the taggers think of it.

    Examples without annotated cues get those that the taggers find together.
    """
    teachers = [Teacher(tagger) for tagger in taggers]
    batches = by_length([len(each.tokens) for each in found])
    lessons: dict[int, Lesson] = {}
    with torch.no_grad(), ThreadPoolExecutor(os.cpu_count()) as pool:
        taught = pool.map(lambda batch: _lessons(teachers, [found[at] for at in batch]), batches)
        for batch, made in zip(batches, taught, strict=True):
            lessons.update(zip(batch, made, strict=True))
    return [lessons[at] for at in range(len(found))]


def _lessons(teachers: Sequence[Teacher], chosen: Sequence[Example]) -> list[Lesson]:
    read = [teacher.read([each.tokens for each in chosen]) for teacher in teachers]
    lengths = read[0][0].lengths
    odds = np.mean([each for _, each in read], 0)
    tags = viterbi(np.log(odds + _LEAST), lengths, _CUE_TAGS)
    found = [
        each if each.is_annotated else _labelled(each, tags[row, : len(each.tokens)])
        for row, each in enumerate(chosen)
    ]
    places = [(row, cue.start, cue.end) for row, each in enumerate(found) for cue in each.cues]
    roles = iter(_mean_roles(teachers, [words for words, _ in read], places))
    lessons = []
    for row, each in enumerate(found):
        size = len(each.tokens)
        own = tuple(next(roles)[:size].astype(np.float16) for _ in each.cues)
        taught = each if each.is_annotated else _with_roles(each, own)
        lessons.append(Lesson(taught, odds[row, :size].astype(np.float16), own))
    return lessons


def _mean_roles(
    teachers: Sequence[Teacher], read: Sequence[Words], places: Sequence[tuple[int, int, int]]
) -> Floats:
    if not places:
        return np.zeros((0, 0, 0), np.float32)
    rows, starts, ends = np.array(places).T
    both = zip(teachers, read, strict=True)
    every = [teacher.roles(words, rows, starts, ends) for teacher, words in both]
    return np.asarray(np.mean(every, 0), np.float32)


def _of_field(crf: Crf, field: Field) -> Crf:
    """A random field with the scores of a trained one."""
    with torch.no_grad():
        for parameter, scores in (
            (crf.transitions, field.step),
            (crf.first, field.first),
            (crf.last, field.last),
        ):
            parameter.copy_(torch.from_numpy(scores))
    return crf.requires_grad_(False)


def _odds(crf: Crf, emissions: Floats, lengths: Ids) -> Floats:
    mask = torch.arange(emissions.shape[1])[None, :] < torch.from_numpy(lengths)[:, None]
    odds: Floats = crf.log_marginals(torch.from_numpy(emissions), mask).exp().numpy()
    return odds


def _labelled(example: Example, tags: NDArray[np.int8]) -> Example:
    _, starts, ends = cue_spans(tags[None])
    empty = np.zeros(len(tags), np.int8)
    cues = tuple(
        Cue(start, end, empty) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    )
    return replace(example, cue_tags=tags.copy(), cues=cues)


def _with_roles(example: Example, odds: Sequence[Half]) -> Example:
    cues = tuple(
        Cue(cue.start, cue.end, each.argmax(1).astype(np.int8))
        for cue, each in zip(example.cues, odds, strict=True)
    )
    return replace(example, cues=cues)
