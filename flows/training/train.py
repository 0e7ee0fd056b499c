"""`broadsheet train-tagger`: both taggers again, from annotated articles and from plain ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, get_args

import torch

from flows.errors import BroadsheetError, WrongUsage
from flows.training.batches import collate
from flows.training.examples import Example, examples
from flows.training.export import export
from flows.training.figures import figures
from flows.training.gold import read_gold
from flows.training.net import Tagger
from flows.training.recipes import best_net, encoder_folder, fast_net, train_best, train_fast
from flows.training.soften import Lesson, soften
from flows.training.texts import read_texts
from flows.training.vocabulary import Vocabulary, vocabulary, word_pieces

Which = Literal["fast", "best", "both"]
Say = Callable[[str], None]
_HELD_OUT: Final = 10
"""One article of so many is held out, where the gold has no part of its own for that."""
_TRACED: Final = 4
"""Paragraphs that the export runs the net on."""


class NoTeacher(BroadsheetError):
    """The fast tagger alone was asked for, and there is no best one to learn from."""

    def __init__(self, checkpoint: Path) -> None:
        super().__init__(
            f"{checkpoint} is not here, and the fast tagger learns from the best one",
            remedy="train both, or the best one first",
        )


@dataclass(frozen=True, slots=True)
class Gold:
    """Annotated paragraphs to learn from and, of other articles, to measure on."""

    train: tuple[Example, ...]
    held_out: tuple[Example, ...]


def which_of(word: str) -> Which:
    """`word` as one of the choices. Raises WrongUsage for another word."""
    if word not in get_args(Which):
        raise WrongUsage(f"--only {word}: there is no such tagger", remedy="fast, best or both")
    return cast("Which", word)


def train(gold: Path, texts: Sequence[Path], out: Path, which: Which, say: Say) -> None:
    """Train the taggers `which` into `out`/best and `out`/fast, and say their figures.

    `gold` holds annotated articles (text/, attributions/), or such folders named train and dev.
    `fast` learns from `best`, on the paragraphs of `gold` and of the articles at `texts`; where
    only `fast` is asked for, `best` is taken from the checkpoint that its training left in `out`.
    Raises GoldUnusable, NoTeacher.
    """
    known = read(gold)
    say(f"{len(known.train):,} annotated paragraphs, {len(known.held_out):,} held out")
    out.mkdir(parents=True, exist_ok=True)
    if which != "fast":
        _best(known, out, say)
    if which != "best":
        _fast(known, texts, out, say)


def read(folder: Path) -> Gold:
    """The annotated paragraphs of `folder`, every tenth article held out if it has no dev part."""
    if (folder / "train").is_dir() and (folder / "dev").is_dir():
        parts = (_paragraphs(folder / part) for part in ("train", "dev"))
        return Gold(*(tuple(each for article in part for each in article) for part in parts))
    articles = list(_paragraphs(folder))
    held_out = tuple(each for article in articles[::_HELD_OUT] for each in article)
    rest = (article for at, article in enumerate(articles) if at % _HELD_OUT)
    return Gold(tuple(each for article in rest for each in article), held_out)


def _paragraphs(folder: Path) -> Iterator[tuple[Example, ...]]:
    for article in read_gold(folder):
        yield tuple(each for each in examples(article) if len(each.tokens))


def _best(known: Gold, out: Path, say: Say) -> None:
    words = word_pieces(encoder_folder())
    net = best_net(encoder_folder())
    train_best(net, words.features(), known.train, _Progress("best", net, words, known, out, say))
    torch.save(net.state_dict(), out / "best.pt")


def _fast(known: Gold, texts: Sequence[Path], out: Path, say: Say) -> None:
    plain = list(read_texts(texts, [*known.train, *known.held_out])) if texts else []
    say(f"{len(plain):,} paragraphs that nobody annotated")
    lessons = _taught([*known.train, *plain], out / "best.pt")
    say("the best tagger has read them")
    words = vocabulary(each.example for each in lessons)
    net = fast_net(words)
    # The annotated paragraphs twice: they are the surer ones.
    lessons += [each for each in lessons if each.is_gold]
    train_fast(net, words.features(), lessons, _Progress("fast", net, words, known, out, say))


def _taught(found: Sequence[Example], checkpoint: Path) -> list[Lesson]:
    if not checkpoint.exists():
        raise NoTeacher(checkpoint)
    teacher = best_net(encoder_folder())
    teacher.load_state_dict(torch.load(checkpoint, weights_only=True))
    return soften(teacher, word_pieces(encoder_folder()).features(), found)


@dataclass(frozen=True, slots=True)
class _Progress:
    """After each epoch: the files that the pipeline runs, and their figures on the held-out."""

    name: str
    net: Tagger
    words: Vocabulary
    known: Gold
    out: Path
    say: Say

    def __call__(self, epoch: int) -> None:
        traced = [each.tokens for each in self.known.train[:_TRACED]]
        batch = collate(self.words.features(), traced)
        export(self.net, batch, self.name, self.words, self.out / self.name)
        found = figures(self.out / self.name, self.known.held_out)
        self.say(f"{self.name}, epoch {epoch}: {found}")
