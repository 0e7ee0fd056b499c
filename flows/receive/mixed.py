"""Files put together from texts in several encodings: some lines are UTF-8, others are not."""

from __future__ import annotations

from flows.receive.streams import Broken

_ASCII = bytes(range(128))
_LEAST_SHARE = 0.1
"""Of the bytes beyond ASCII, those in lines of either kind: fewer are damage or chance."""
_LATIN, _BEYOND = range(0xC0, 0x180), 0x2000
"""Where the characters of UTF-8 in news lie: GB18030 that is UTF-8 by chance gives others."""
_SHOWN = 3


def check_unmixed(content: bytes) -> None:
    r"""Raise Broken (document.mixed_encodings) where lines are in UTF-8 and others are not.

    Both kinds must be whole lines: damage within a line of UTF-8 is no other encoding. No encoding
    reads such a file, and one for each line would leave no way back to its bytes.

    >>> check_unmixed(b"caf\xe9 and caf\xe9")
    """
    utf8, other, first = 0, 0, []
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.isascii():
            continue
        kind, size = _kind(line), len(line.translate(None, _ASCII))
        if kind == "utf-8":
            utf8 += size
        elif kind == "other":
            other += size
            first.append(number)
        else:
            return
    if min(utf8, other) > _LEAST_SHARE * (utf8 + other):
        lines = ", ".join(str(number) for number in first[:_SHOWN])
        more = f" and {len(first) - _SHOWN:,} more" if len(first) > _SHOWN else ""
        what = f"two encodings in one file: UTF-8, and another in line {lines}{more}"
        raise Broken("document.mixed_encodings", f"{what}; save all of it as UTF-8")


def _kind(line: bytes) -> str:
    """What a line with bytes beyond ASCII is in: utf-8, other, or (both in one) damaged."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        read = line.decode("utf-8", errors="ignore").encode()
        beyond = len(line.translate(None, _ASCII))
        return "other" if len(read.translate(None, _ASCII)) < beyond / 2 else "damaged"
    return "utf-8" if any(map(_is_news, text)) else "other"


def _is_news(character: str) -> bool:
    return ord(character) in _LATIN or ord(character) >= _BEYOND
