"""UTF-16 and UTF-32 without a byte order mark, told by their NULs and controls."""

from __future__ import annotations

from flows.receive.binary import is_control_ridden
from flows.receive.surprise import chinese, cyrillic, japanese, korean, surprise, western

_SAMPLE_BYTES = 512
_COSTS = (western, chinese, japanese, korean, cyrillic)
# ASCII taken for UTF-16 makes rare Chinese characters, at 17 bits each; a Chinese text costs 10.
_GARBAGE_BITS = 13


def wide_encoding(content: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 without a mark that bytes are in, or None.

    Both orders are read and the less surprising is taken: counting NULs by position is not enough
    for Chinese, where the commonest character of all, U+4E00, has its NUL on the other side.

    >>> wide_encoding("The minister said".encode("utf-16-be"))
    'utf-16-be'
    """
    readings = [
        (bits, encoding)
        for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
        if (bits := _bits(content[:_SAMPLE_BYTES], encoding)) is not None
    ]
    return min(readings)[1] if readings else None


def _bits(sample: bytes, encoding: str) -> float | None:
    """Return the mean bits a character beyond its ASCII ones; None where it is no such text."""
    text = sample.decode(encoding, errors="replace")
    if text == "" or is_control_ridden(text.encode("utf-8", errors="replace")):
        return None
    bits = min(surprise(text, cost) for cost in _COSTS) / len(text)
    return bits if bits <= _GARBAGE_BITS else None
