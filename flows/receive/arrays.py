"""A JSON file to its records: one object, or those of an array, each as the bytes received."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from flows.receive.documents import Rejection, rejection
from flows.receive.streams import Kept, of_bytes
from flows.receive.undecodable import undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = re.compile(r"[ \t\r\n,]*")
_NEXT = re.compile(r"[}\]]\s*,\s*(?=\{)")
_LISTS = re.compile(
    r'\A\s*\{(?:\s*"(?:[^"\\]|\\.){1,80}"\s*:\s*(?:"(?:[^"\\]|\\.){0,500}"|[-0-9.eE]{1,30}|true|false|'
    r'null)\s*,){0,20}\s*"(?:articles|items|results|data|documents|docs|entries|records|stories|news)"'
    r"\s*:\s*\[(?=\s*\{)"
)
"""An object that holds nothing but numbers and notes before its list of records."""


def elements(content: bytes, kept_bytes: int) -> Iterator[tuple[str, Kept, Rejection | None]]:
    """Yield label, bytes and problem of each record in a JSON file.

    A file of one object is one record without a label. An element that is no JSON is set aside
    with what follows it up to the next element. Raises Broken for a file that is not UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise undecodable(error, "utf-8") from error
    wrapped = _LISTS.match(text)
    start = wrapped.end() if wrapped else _BLANK.match(text).end()  # type: ignore[union-attr]
    if wrapped is None and text[start : start + 1] != "[":
        yield "", of_bytes(content, kept_bytes), None
        return
    decoder = json.JSONDecoder()
    at, number = (start if wrapped else start + 1), 0
    while (at := _BLANK.match(text, at).end()) < len(text) and text[at] != "]":  # type: ignore[union-attr]
        number += 1
        end, problem = _element(decoder, text, at)
        yield f"element {number}", of_bytes(text[at:end].encode("utf-8"), kept_bytes), problem
        at = end


def _element(decoder: json.JSONDecoder, text: str, at: int) -> tuple[int, Rejection | None]:
    """Where an element ends, and what is wrong with it."""
    try:
        _, end = decoder.raw_decode(text, at)
    except (json.JSONDecodeError, RecursionError) as error:
        following = _NEXT.search(text, at)
        end = following.start() + 1 if following else len(text)
        what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        place = error.pos - at if isinstance(error, json.JSONDecodeError) else 0
        message = f"character {place:,}: {what[:1].lower()}{what[1:]}; mend the element"
        return end, rejection("record.malformed", message)
    return end, None
