"""The trained taggers: cue spans of a paragraph, then content and source for each cue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from flows.quotes.decode import Field, Floats, viterbi
from flows.quotes.lexicon import Features, Ids, Lexicon, Pieces
from flows.quotes.quotation import Span
from flows.quotes.tokens import Tokens

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

WORDS_A_BATCH: Final = {"words": 2048, "pieces": 1024}
"""By what a tagger reads. Twice as many take 50 to 60 MB more, and no less time."""
CUES_A_BATCH: Final = 128
_CUE: Final = 1
_CONTENT: Final = 1
_SOURCE: Final = 3
"""Tags that begin a cue, a content and a source; the next one goes on with it."""
_DEARER: Final = 8.0
"""Times a cue's sureness, which makes its first word dearer as content of another cue."""
Cues = tuple[Ids, Ids, Ids]
"""Rows, starts and ends (C) of cues, in words."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A cue with what it attributes, in code points of the text.

    `confidence` is the share of such findings, on articles held out from training, that annotators
    marked too and gave to the same source.
    """

    cue: Span
    content: tuple[Span, ...]
    source: Span | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Words:
    """Cue emissions (N, T, 3) of padded pieces with `lengths` words each, and what the roles need.

    `shared` goes to the second graph as it is: projections of the words, common to all cues.
    """

    emissions: Floats
    lengths: Ids
    shared: dict[str, Any]


class Tagger:
    """One model in memory: two ONNX graphs, one thread, and the random fields that decode them."""

    def __init__(self, folder: Traversable) -> None:
        told = _told(folder)
        self.name: str = told["name"]
        self.version: str = told["version"]
        self._calibration = np.asarray(told["calibration"], np.float32).T
        self._features = _features(folder, told["features"])
        self._words_a_batch = WORDS_A_BATCH[told["features"]]
        self._words, self._roles = (_session(folder, each) for each in ("words", "roles"))
        self.cue_field, self.role_field = (_field(told[each]) for each in ("cues", "roles"))

    def tag(self, pieces: Sequence[Tokens]) -> list[tuple[Tagged, ...]]:
        """The cues of each piece, in text order; the same alone and among others."""
        found: list[tuple[Tagged, ...]] = [()] * len(pieces)
        for chosen in _batches(pieces, self._words_a_batch):
            tagged = self._tag([pieces[index] for index in chosen])
            for index, each in zip(chosen, tagged, strict=True):
                found[index] = each
        return found

    def read(self, chosen: Sequence[Tokens]) -> Words:
        """What the net thinks of the words of some pieces, which are padded to the longest."""
        told = self._features.batch(chosen)
        emissions, words, cues = self._words.run(None, told)
        shared = {"words": words, "cues": cues, "lengths": told["lengths"]}
        return Words(emissions, told["lengths"], shared)

    def roles(self, words: Words, rows: Ids, starts: Ids, ends: Ids) -> Floats:
        """Role emissions (C, T, 5) for cues (C), each in a row of `words` from start to end."""
        given = {"rows": rows, "starts": starts, "ends": ends}
        (emissions,) = self._roles.run(None, words.shared | given)
        return np.asarray(emissions, np.float32)

    def confidences(self, sure: Floats) -> Floats:
        """The calibrated confidence for each sureness."""
        return np.interp(sure, *self._calibration).astype(np.float32).round(3)

    def _tag(self, chosen: Sequence[Tokens]) -> Iterator[tuple[Tagged, ...]]:
        words = self.read(chosen)
        cues = cue_spans(viterbi(words.emissions, words.lengths, self.cue_field))
        rows, starts, ends = cues
        sure = sureness(words, rows, starts)
        tags = self._tags(words, cues, sure)
        confidence = self.confidences(sure).tolist()
        by_row: list[list[Tagged]] = [[] for _ in chosen]
        for number in np.flatnonzero(~_within_another(words, cues, tags)).tolist():
            row, cue = int(rows[number]), (int(starts[number]), int(ends[number]))
            made = tagged_of(chosen[row], cue, tags[number], confidence[number])
            if made is not None:
                by_row[row].append(made)
        return map(tuple, by_row)

    def _tags(self, words: Words, cues: Cues, sure: Floats) -> NDArray[np.int8]:
        """The roles of all words (C, T) for each of the cues.

        The surer a word is to begin another cue, the dearer it is as content: in 19,832
        attributions of PolNeAR train no content holds the cue of another.
        """
        rows, starts, ends = cues
        dearer: Floats = np.zeros(words.emissions.shape[:2], np.float32)
        dearer[rows, starts] = _DEARER * np.maximum(sure, 0)
        tags = np.zeros((len(rows), dearer.shape[1]), np.int8)
        for at in range(0, len(rows), CUES_A_BATCH):
            some = slice(at, at + CUES_A_BATCH)
            emissions = self.roles(words, rows[some], starts[some], ends[some])
            emissions[:, :, _CONTENT : _CONTENT + 2] -= dearer[rows[some]][:, :, None]
            tags[some] = viterbi(emissions, words.lengths[rows[some]], self.role_field)
        return tags


def _within_another(words: Words, cues: Cues, tags: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Of each cue (C): it begins in what another cue of its row attributes."""
    rows, starts, _ = cues
    content = (tags == _CONTENT) | (tags == _CONTENT + 1)
    claims = np.zeros(words.emissions.shape[:2], np.int32)
    np.add.at(claims, rows, content)
    return np.asarray(claims[rows, starts] > content[np.arange(len(rows)), starts])


def version_of(folder: Traversable, told: Mapping[str, Any]) -> str:
    """A tagger's version: 12 hex digits of the SHA-256 of all that decides what it finds.

    `told` is what its tagger.json holds; a version in it is left out.
    """
    digest = hashlib.sha256()
    for name in ("words.onnx", "roles.onnx", "vocabulary.txt"):
        digest.update(folder.joinpath(name).read_bytes())
    rest = {name: value for name, value in told.items() if name != "version"}
    digest.update(json.dumps(rest, sort_keys=True).encode())
    return digest.hexdigest()[:12]


def version_named(name: str) -> str:
    """The version that the tagger `fast` or `best` has; its net is not loaded for that."""
    return str(_told(_folder(name))["version"])


def _folder(name: str) -> Traversable:
    return files("flows").joinpath(f"quotes/model/{name}")


def _told(folder: Traversable) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(folder.joinpath("tagger.json").read_text("utf-8"))
    return told


def _batches(pieces: Sequence[Tokens], most: int) -> Iterator[list[int]]:
    """Indices of pieces of like length together, with `most` words and padding."""
    chosen: list[int] = []
    for index in sorted(range(len(pieces)), key=lambda each: len(pieces[each])):
        if chosen and (len(chosen) + 1) * len(pieces[index]) > most:
            yield chosen
            chosen = []
        if len(pieces[index]):
            chosen.append(index)
    if chosen:
        yield chosen


def cue_spans(tags: NDArray[np.int8]) -> Cues:
    """Rows, starts and ends of the runs of a B with the Is after it."""
    rows, starts = np.nonzero(tags == 1)
    inside = np.pad(tags == 2, ((0, 0), (0, 1)))
    ends = starts + 1
    going = inside[rows, ends]
    while going.any():
        ends = ends + going
        going = going & inside[rows, ends]
    return rows, starts, ends


def sureness(words: Words, rows: Ids, starts: Ids) -> Floats:
    """Of each cue (C): the margin of being one over being none, in its first word.

    It tells right findings from wrong ones better than any margin of their roles does.
    """
    first = words.emissions[rows, starts]
    return np.asarray(first[:, _CUE] - first[:, 0], np.float32)


def tagged_of(
    words: Tokens, cue: tuple[int, int], tags: NDArray[np.int8], confidence: float
) -> Tagged | None:
    """What the role tags of a paragraph's words say; None where there is no content."""
    row = tags.tobytes()
    content = tuple(_fragments(words, row, _CONTENT))
    if not content:
        return None
    source = next(_fragments(words, row, _SOURCE), None)
    span = int(words.starts[cue[0]]), int(words.ends[cue[1] - 1])
    return Tagged(span, content, source, confidence)


def _fragments(words: Tokens, row: bytes, begin: int) -> Iterator[Span]:
    at = row.find(begin)
    while at >= 0:
        end = at + 1
        while row[end : end + 1] == bytes((begin + 1,)):
            end += 1
        yield int(words.starts[at]), int(words.ends[end - 1])
        at = row.find(begin, end)


def _features(folder: Traversable, kind: str) -> Features:
    lines = folder.joinpath("vocabulary.txt").read_text("utf-8").split("\n")
    if kind == "pieces":
        return Pieces(lines)
    tables: list[list[str]] = [[]]
    for line in lines:
        if line:
            tables[-1].append(line)
        else:
            tables.append([])
    return Lexicon(*tables[:3])


def _session(folder: Traversable, name: str) -> Any:
    import onnxruntime  # noqa: PLC0415 - 0.1 s that a command without quotations does not need

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with as_file(folder.joinpath(f"{name}.onnx")) as path:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _field(told: dict[str, Any]) -> Field:
    return Field(*(np.asarray(told[each], np.float32) for each in ("step", "first", "last")))


@cache
def tagger(name: str) -> Tagger:
    """The tagger `fast` or `best`, loaded once a process."""
    return Tagger(_folder(name))
