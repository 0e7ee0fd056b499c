"""Which encoding bytes are in that are neither UTF-8 nor UTF-16 and carry no mark of it.

charset-normalizer proposes, and of what it holds possible the least surprising reading is taken
(see `surprise`). Its own first choice will not do: curly quotation marks are the same bytes in
windows-1250, 1251 and 1252, and of 272 English texts in windows-1252 it called 263 windows-1251,
while the right one was among its proposals for all 272.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from flows.receive.streams import Broken
from flows.receive.surprise import (
    Cost,
    central,
    chinese,
    cyrillic,
    japanese,
    korean,
    surprise,
    traditional,
    western,
)
from flows.receive.undecodable import undecodable

if TYPE_CHECKING:
    from collections.abc import Iterable

# Distinct words are taken from so many bytes, the first with a byte beyond ASCII onwards, and so
# many bytes of them weighed; the least likely readings are given up after the first few.
_SEARCHED_BYTES, _SAMPLE_BYTES, _FIRST_BYTES = 1024 * 1024, 1024, 192
_PROPOSAL_BYTES = 64 * 1024
# Above this mean, in bits a character, no reading makes sense; a few odd signs are let pass.
_GARBAGE_BITS, _ODD_BITS = 12, 30


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An encoding by its IANA-like name and by Python's; `prior` in bits against windows-1252."""

    name: str
    codec: str
    prior: int
    cost: Cost


_CANDIDATES = (
    _Candidate("windows-1252", "cp1252", 0, western),
    _Candidate("gb18030", "gb18030", 2, chinese),
    _Candidate("big5", "cp950", 3, traditional),
    _Candidate("windows-1251", "cp1251", 4, cyrillic),
    _Candidate("shift_jis", "cp932", 4, japanese),
    _Candidate("euc-kr", "cp949", 4, korean),
    _Candidate("euc-jp", "euc_jp", 5, japanese),
    _Candidate("windows-1250", "cp1250", 8, central),
    _Candidate("iso-8859-15", "iso8859_15", 9, western),
)

_TWINS = {"cp950": ("big5",), "cp932": ("shift_jis",), "cp949": ("euc_kr",)}
"""Under which other names charset-normalizer proposes an encoding."""


def detect(content: bytes) -> tuple[str, str]:
    r"""Decode bytes that are not UTF-8, strictly; return the text and its encoding's name.

    Raises Broken: document.undecodable or document.truncated, with the byte offset. Where the
    likeliest encoding does not read every byte, none is tried in its place: a Chinese text with
    one broken character is no Russian one.

    >>> detect(b"She told Ren\xe9e.")
    ('She told Renée.', 'windows-1252')
    """
    sample = _sample(content)
    ranked = _ranked(_proposed(content), sample[:_FIRST_BYTES])
    bound = ranked[0][0] * 1.5 + _ODD_BITS
    ranked = _ranked([each for bits, each in ranked if bits <= bound], sample)
    least, likeliest = ranked[0]
    if least > _ODD_BITS + _GARBAGE_BITS * _beyond_ascii(likeliest, sample):
        message = "its bytes make sense in no encoding of news texts; save it as UTF-8"
        raise Broken("document.undecodable", message)
    try:
        return content.decode(likeliest.codec), likeliest.name
    except UnicodeDecodeError as error:
        raise undecodable(error, likeliest.name) from error


def _proposed(content: bytes) -> tuple[_Candidate, ...]:
    """Return the candidates that charset-normalizer holds possible, all where it finds none.

    One that does not read every byte stays as well: if it is the likeliest all the same, the bytes
    are damaged, and no other encoding may make something of them. Whole lines are shown, since on
    single words it knows less.
    """
    shown = content[:_PROPOSAL_BYTES]
    if len(shown) < len(content):
        shown = shown[: shown.rfind(b"\n") + 1] or shown
    names = [name for each in _CANDIDATES for name in (each.codec, *_TWINS.get(each.codec, ()))]
    matches = from_bytes(shown, cp_isolation=names, preemptive_behaviour=False)
    found = {name for match in matches for name in match.could_be_from_charset}
    proposed = tuple(
        each
        for each in _CANDIDATES
        if found & {each.codec, *_TWINS.get(each.codec, ())} or not _reads(each, shown)
    )
    return proposed if found else _CANDIDATES


def _reads(candidate: _Candidate, content: bytes) -> bool:
    try:
        content.decode(candidate.codec)
    except UnicodeDecodeError:
        return False
    return True


def _ranked(candidates: Iterable[_Candidate], sample: bytes) -> list[tuple[int, _Candidate]]:
    """Weigh the sample in each candidate, in bits; the least surprising comes first."""
    weighed = ((each.prior + surprise(_read(each, sample), each.cost), each) for each in candidates)
    return sorted(weighed, key=lambda pair: pair[0])


def _beyond_ascii(candidate: _Candidate, sample: bytes) -> int:
    return sum(character > "\x7f" for character in _read(candidate, sample))


def _read(candidate: _Candidate, sample: bytes) -> str:
    """Read the sample as the candidate does; a bad byte is U+FFFD, a cut end is left out."""
    return codecs.getincrementaldecoder(candidate.codec)("replace").decode(sample)


def _sample(content: bytes) -> bytes:
    """Distinct words with bytes beyond ASCII.

    A blank is no part of a character in any candidate, so that cutting there is safe.
    """
    start = content.rfind(b"\n", 0, _first_beyond_ascii(content)) + 1
    searched = content[start : start + _SEARCHED_BYTES].split()
    words = list(dict.fromkeys(word for word in searched if not word.isascii()))
    step = max(1, sum(map(len, words)) // _SAMPLE_BYTES)
    # The last word ends in a blank too: without one, a decoder would wait for its last character.
    return b"".join(word + b"\n" for word in words[::step])[:_SAMPLE_BYTES]


def _first_beyond_ascii(content: bytes) -> int:
    try:
        content.decode("ascii")
    except UnicodeDecodeError as error:
        return error.start
    return 0
