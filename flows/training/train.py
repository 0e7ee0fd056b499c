"""`broadsheet train-tagger`: both taggers again, from annotated articles and from plain ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, get_args

from flows.errors import WrongUsage
from flows.quotes import Tagger, tagger
from flows.training.batches import collate
from flows.training.calibration import calibrate
from flows.training.examples import Example, examples
from flows.training.export import export
from flows.training.figures import figures
from flows.training.gold import read_gold
from flows.training.net import Tagger as Net
from flows.training.recipes import (
    AGAIN,
    BEST,
    FAST,
    best_net,
    encoder_folder,
    fast_net,
    train_best,
    train_taught,
)
from flows.training.soften import soften
from flows.training.texts import read_texts
from flows.training.vocabulary import Vocabulary, vocabulary, word_pieces

Which = Literal["fast", "best", "both"]
Say = Callable[[str], None]
_HELD_OUT: Final = 10
"""One article of so many is held out, where the gold has no part of its own for that."""
_PLAIN_FOR_BEST: Final = 11_000
"""Paragraphs that nobody annotated, for the second training of `best`."""
_TRACED: Final = 4
"""Paragraphs that the export runs the net on."""


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
    `fast` learns from the mean of both nets of `best`, on the paragraphs of `gold` and of the
    articles at `texts`; where only `fast` is asked for, from those in `out`, or else from the one
    that comes with the project.
    Raises GoldUnusable.
    """
    known = read(gold)
    say(f"{len(known.train):,} annotated paragraphs, {len(known.held_out):,} held out")
    out.mkdir(parents=True, exist_ok=True)
    plain = list(read_texts(texts, [*known.train, *known.held_out])) if texts else []
    say(f"{len(plain):,} paragraphs that nobody annotated")
    if which != "fast":
        _best(known, plain, out, say)
    if which != "best":
        _fast(known, plain, out, say)


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


def _best(known: Gold, plain: Sequence[Example], out: Path, say: Say) -> None:
    """Twice: from the annotators, then from what the first net thinks of these and other texts."""
    encoder = encoder_folder()
    words = word_pieces(encoder)
    first = best_net(encoder, BEST, 0.2)
    note = _Progress("first", first, words, known, out, say)
    train_best(first, words.features(), known.train, note)
    draw = random.Random(AGAIN.seed)  # noqa: S311 - a choice to train on is no secret
    some = draw.sample(plain, min(len(plain), _PLAIN_FOR_BEST))
    lessons = soften([Tagger(out / "first")], [*known.train, *some])
    net = best_net(encoder, AGAIN, 0.25)
    note = _Progress("best", net, words, known, out, say)
    train_taught(net, words.features(), lessons, AGAIN, note)


def _fast(known: Gold, plain: Sequence[Example], out: Path, say: Say) -> None:
    own = [out / name for name in ("first", "best") if (out / name).is_dir()]
    teachers = [Tagger(each) for each in own] or [tagger("best")]
    lessons = soften(teachers, [*known.train, *plain])
    say("read by " + " and ".join(f"{each.name} {each.version}" for each in teachers))
    words = vocabulary(each.example for each in lessons)
    net = fast_net(words)
    # The annotated paragraphs twice: they are the surer ones.
    lessons += [each for each in lessons if each.is_gold]
    note = _Progress("fast", net, words, known, out, say)
    train_taught(net, words.features(), lessons, FAST, note)


@dataclass(frozen=True, slots=True)
class _Progress:
    """After each epoch: the files that the pipeline runs, and their figures on the held-out."""

    name: str
    net: Net
    words: Vocabulary
    known: Gold
    out: Path
    say: Say

    def __call__(self, epoch: int) -> None:
        traced = [each.tokens for each in self.known.train[:_TRACED]]
        batch = collate(self.words.features(), traced)
        export(self.net, batch, self.name, self.words, self.out / self.name)
        calibrate(self.out / self.name, self.known.held_out)
        found = figures(self.out / self.name, self.known.held_out)
        self.say(f"{self.name}, epoch {epoch}: {found}")
