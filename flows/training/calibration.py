"""From how sure a tagger is to how often it is right, measured on held-out paragraphs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from flows.quotes.tagger import Tagged, Tagger, version_of
from flows.training.examples import Example
from flows.training.figures import annotated

SUREST: Final = 50.0
UNCALIBRATED: Final = [[-SUREST, 0.0], [SUREST, 1.0]]
"""Points (sureness, confidence) between which confidences lie on straight lines."""
_STEPS: Final = 20


@dataclass(slots=True)
class _Block:
    """Findings of like sureness: their sum, how many are right, how many there are."""

    sure: float
    right: float
    count: int

    @property
    def share(self) -> float:
        return self.right / self.count


def calibrate(folder: Path, held_out: Sequence[Example]) -> None:
    """Write into the tagger of `folder` how often it is right by how sure it is.

    Right is a finding that shares a word with an annotated content, and with its source or like it
    has none. Isotonic regression by pooling adjacent violators (Barlow et al. 1972) over blocks of
    a twentieth of the findings.
    """
    told = json.loads((folder / "tagger.json").read_text("utf-8"))
    write_told(folder, told | {"calibration": UNCALIBRATED})
    verdicts = sorted(_verdicts(Tagger(folder), held_out))
    blocks: list[_Block] = []
    for part in np.array_split(np.array(verdicts), _STEPS):
        if len(part):
            blocks.append(_Block(part[:, 0].sum(), part[:, 1].sum(), len(part)))
        while len(blocks) > 1 and blocks[-2].share >= blocks[-1].share:
            last = blocks.pop()
            blocks[-1] = _Block(
                blocks[-1].sure + last.sure,
                blocks[-1].right + last.right,
                blocks[-1].count + last.count,
            )
    points = [[round(each.sure / each.count, 3), round(each.share, 3)] for each in blocks]
    write_told(folder, told | {"calibration": points})


def write_told(folder: Path, told: Mapping[str, Any]) -> None:
    """Write tagger.json into `folder`, with the version that its files and `told` give it."""
    whole = dict(told) | {"version": version_of(folder, told)}
    (folder / "tagger.json").write_text(json.dumps(whole, indent=1) + "\n", "utf-8")


def _verdicts(tagger: Tagger, held_out: Sequence[Example]) -> list[tuple[float, bool]]:
    found = tagger.tag([each.tokens for each in held_out])
    return [
        (SUREST * (2 * each.confidence - 1), any(_agree(each, gold) for gold in annotated(example)))
        for example, tagged in zip(held_out, found, strict=True)
        for each in tagged
    ]


def _agree(found: Tagged, gold: Tagged) -> bool:
    content = any(a[0] < b[1] and b[0] < a[1] for a in found.content for b in gold.content)
    if found.source is None or gold.source is None:
        return content and found.source is gold.source
    return content and found.source[0] < gold.source[1] and gold.source[0] < found.source[1]
