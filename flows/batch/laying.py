"""A decoded document as text and layout: a record by its fields, a text by the best profile."""

from __future__ import annotations

from functools import cache
from urllib.parse import unquote

from flows.batch.identity import PARAGRAPH_BREAK
from flows.normalise.clean import clean, one_line
from flows.normalise.text import Text, joined
from flows.parse.fit import fit, fit_record, fit_text
from flows.parse.layout import Layout, Span
from flows.parse.profile import Profile, profiles
from flows.receive.documents import Decoded


def laid_out(decoded: Decoded, name: str = "") -> tuple[Text, Layout | None]:
    """The cleaned text of a document and its layout, None where no profile fits."""
    if "text" not in decoded.fields:
        text = clean(decoded.text)
        return text, fit(text.value, profiles(), unquote(name))
    text, given = _record_text(decoded)
    if "text" not in given:
        return text, None
    if "headline" in given:
        return text, fit_record(text.value, given, _record_profile())
    return text, fit_text(text.value, given, profiles(), unquote(name))


def _record_text(decoded: Decoded) -> tuple[Text, dict[str, Span]]:
    """The fields of a record, each cleaned on its own, as one text."""
    pieces: list[Text] = []
    given: dict[str, Span] = {}
    at = 0
    for name, (start, end) in sorted(decoded.fields.items(), key=lambda field: field[1]):
        piece = clean(decoded.text[start:end], start)
        if not piece.value:
            continue
        if name != "text":
            piece = one_line(piece)
        given[name] = at, at + len(piece)
        at += len(piece) + len(PARAGRAPH_BREAK)
        pieces.append(piece)
    return (joined(pieces, PARAGRAPH_BREAK) if pieces else Text("")), given


@cache
def _record_profile() -> Profile:
    return next(profile for profile in profiles() if profile.records)
