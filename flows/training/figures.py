"""How well a tagger reads held-out paragraphs, before marks and resolution come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.quotes.tagger import Tagged, Tagger, tagged_of
from flows.training.examples import Example


@dataclass(slots=True)
class Score:
    """Right ones among those found and those wanted."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def f1(self) -> float:
        """In per cent."""
        return 200 * self.right / max(1, self.found + self.wanted)


def figures(folder: Path, held_out: Sequence[Example]) -> str:
    """F1 of cues, of whole contents, and of contents with the source, each to the word."""
    cues, contents, joint = Score(), Score(), Score()
    found = Tagger(folder).tag([each.tokens for each in held_out])
    for example, tagged in zip(held_out, found, strict=True):
        gold = annotated(example)
        _count(cues, [each.cue for each in gold], [each.cue for each in tagged])
        _count(contents, [each.content for each in gold], [each.content for each in tagged])
        _count(
            joint,
            [(each.content, each.source) for each in gold],
            [(each.content, each.source) for each in tagged],
        )
    return (
        f"cue {cues.f1():.1f}, content {contents.f1():.1f}, "
        f"content and source {joint.f1():.1f} (F1 in %, exact)"
    )


def annotated(example: Example) -> list[Tagged]:
    """What the annotators marked, as a tagger would say it; cues without content left out."""
    made = (tagged_of(example.tokens, (cue.start, cue.end), cue.roles, 0.0) for cue in example.cues)
    return [each for each in made if each is not None]


def _count(score: Score, wanted: Sequence[object], found: Sequence[object]) -> None:
    score.wanted += len(wanted)
    score.found += len(found)
    score.right += len(set(wanted) & set(found))
