"""Runs of words as numbers: what two texts have in common, whatever stands between the words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

WORDS = 3
"""Words in a run. Each word that an editor changes spoils as many runs as a run is long: with four,
a tenth of the copies in which 30 words were replaced one by one are lost."""
CHARACTERS = 6
"""Characters in a run where the script puts no blanks between words: about as much text."""
MOST_CHARACTERS = 256 * 1024
"""Of a longer text (40,000 words) the beginning stands for all of it; memory follows from this."""
_CHUNK = 64 * 1024
_BREAK, _LETTER, _ALONE = 0, 1, 2
_ALONE_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
)
_ASTRAL_HAN = (0x20000, 0x3FFFF)
_START = np.uint64(1 << 21)
"""Added to the first character of a word, beyond all code points: "a bc" is not "ab c"."""
_BASE = 0x9E3779B97F4A7C15
_WRAP = 1 << 64


@dataclass(frozen=True, slots=True)
class Shingles:
    """The runs of some texts, one after the other.

    `hashes` holds those of text i from `offsets[i]` to `offsets[i + 1]`, repeats included;
    `distinct[i]` counts the different ones.
    """

    hashes: NDArray[np.uint64]
    offsets: NDArray[np.uint64]
    distinct: NDArray[np.int32]


def shingles(texts: Sequence[str]) -> Iterator[Shingles]:
    """The runs of words of each text, for so many texts at once as fit in a cache.

    Case, punctuation and blanks do not count. A text shorter than a run has none.

    >>> (one,) = shingles(["The dog, the bone.", "the DOG (the bone)", "the dog"])
    >>> one.offsets.tolist(), bool((one.hashes[:2] == one.hashes[2:]).all())
    ([0, 2, 4, 4], True)
    """
    chunk: list[str] = []
    held = 0
    for text in texts:
        folded = _folded(text)
        if chunk and held + len(folded) > _CHUNK:
            yield _of_chunk(chunk)
            chunk, held = [], 0
        chunk.append(folded)
        held += len(folded) + 1
    if chunk:
        yield _of_chunk(chunk)


def _folded(text: str) -> str:
    text = text[:MOST_CHARACTERS]
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


def _of_chunk(texts: Sequence[str]) -> Shingles:
    joined = "\n".join([*texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kinds_of(codes)
    words = kinds != _BREAK
    starts = kinds == _ALONE
    starts[0] |= words[0]
    starts[1:] |= (kinds[1:] == _LETTER) & (kinds[:-1] != _LETTER)
    ends = np.cumsum([len(text) + 1 for text in texts])
    heads = np.flatnonzero(starts)
    bounds = np.concatenate([[0], np.searchsorted(heads, ends)])
    firsts = np.flatnonzero(starts[words])
    values = codes[words] + np.where(starts[words], _START, np.uint64(0))
    lengths = _lengths(kinds[heads] == _ALONE, bounds)
    return _runs(values, firsts, bounds, lengths)


def _lengths(alone: NDArray[np.bool_], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Words in a run, by text: more where most of them are characters on their own."""
    counted = np.concatenate([[0], np.cumsum(alone)])[bounds]
    mostly = 2 * np.diff(counted) > np.diff(bounds)
    return np.where(mostly, CHARACTERS, WORDS)


def _runs(
    values: NDArray[np.uint64],
    firsts: NDArray[np.int64],
    bounds: NDArray[np.int64],
    lengths: NDArray[np.int64],
) -> Shingles:
    """Hash each run as a difference of two prefixes of one polynomial, so that it costs no loop."""
    powers, inverses = _powers(1 << max(16, len(values).bit_length()))
    prefix = np.zeros(len(values) + 1, np.uint64)
    np.cumsum(values * powers[: len(values)], out=prefix[1:])
    at = np.append(firsts, len(values))
    counts = np.diff(bounds)
    stop = np.arange(len(firsts)) + np.repeat(lengths, counts)
    whole = stop <= np.repeat(bounds[1:], counts)
    begin = at[:-1][whole]
    hashes = _mixed((prefix[at[stop[whole]]] - prefix[begin]) * inverses[begin])
    runs = np.maximum(counts - lengths + 1, 0)
    offsets = np.concatenate([[0], np.cumsum(runs)]).astype(np.uint64)
    return Shingles(hashes, offsets, _distinct(hashes, runs))


def _distinct(hashes: NDArray[np.uint64], runs: NDArray[np.int64]) -> NDArray[np.int32]:
    owners = np.repeat(np.arange(len(runs), dtype=np.uint64), runs)
    # A chunk has fewer than 2**17 texts; 47 bits tell the runs of one text apart.
    keys = np.sort((owners << np.uint64(47)) | (hashes >> np.uint64(17)))
    new = np.ones(len(keys), np.bool_)
    new[1:] = keys[1:] != keys[:-1]
    return np.bincount(keys[new] >> np.uint64(47), minlength=len(runs)).astype(np.int32)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of MurmurHash3: every bit of the input decides over every bit."""
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return values


@cache
def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    both = (_BASE, pow(_BASE, -1, _WRAP))
    first, second = (
        np.cumprod(np.append(np.uint64(1), np.full(count - 1, base, np.uint64)), dtype=np.uint64)
        for base in both
    )
    return first, second


def _kinds_of(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    kinds = _kinds()[np.minimum(codes, 0xFFFF)]
    beyond = codes > 0xFFFF
    if beyond.any():
        low, high = _ASTRAL_HAN
        kinds[beyond & (codes >= low) & (codes <= high)] = _ALONE
    return kinds


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each code point up to U+FFFF is; beyond that, as U+FFFF, a break (emoji)."""
    letters = [unicodedata.category(chr(code))[0] in "LMN" for code in range(0x10000)]
    kinds = np.array(letters, np.uint8)
    for low, high in _ALONE_RANGES:
        kinds[low : high + 1] *= _ALONE
    return kinds
