"""Why bytes are not the text they seem: half a character, a cut end, another encoding."""

from __future__ import annotations

from flows.receive.streams import Broken

_CUT = ("unexpected end", "incomplete", "truncated")


def undecodable(error: UnicodeDecodeError, encoding: str, start: int = 0) -> Broken:
    """Name the failure and the first bad byte's offset; `start` bytes were not decoded."""
    offset = error.start + start
    if _is_surrogate(error):
        what = f"a lone surrogate at byte {offset:,}, half of a character; fetch it again"
        return Broken("document.surrogate", what)
    if error.reason.startswith(_CUT):
        what = f"it ends inside a character of {encoding}, at byte {offset:,}; fetch it again"
        return Broken("document.truncated", what)
    what = f"byte {offset:,} (0x{error.object[error.start]:02X}) is not {encoding}"
    return Broken("document.undecodable", f"{what}; save the text again as UTF-8")


def _is_surrogate(error: UnicodeDecodeError) -> bool:
    """Whether what cannot be decoded is one half of a UTF-16 pair; UTF-8 has no room for it."""
    if error.encoding.startswith("utf-16"):
        return error.reason.startswith("illegal")
    bad = error.object[error.start : error.start + 3]
    if error.encoding == "utf-8":
        return len(bad) == 3 and bad[0] == 0xED and bad[1] >= 0xA0 and bad[2] & 0xC0 == 0x80
    return "surrogate" in error.reason
