"""A JSON record: the text that its fields make, and what is wrong with one that makes none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.receive.faults import is_blank
from flows.receive.naming import shown
from flows.receive.streams import Broken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.receive.mapping import FieldMapping

SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of a record as one text; `fields` are their spans in code points of it."""

    text: str
    fields: Mapping[str, tuple[int, int]]


class _MalformedError(ValueError):
    """A line that is JSON but no record, or one that says two things at once."""


def read_record(line: str, mapping: FieldMapping) -> Record:
    r"""Put a record's fields together, in the order of the mapping, a blank line between two.

    A field that is missing, null or blank has no span. Numbers are taken as they are printed.
    Raises Broken: record.malformed, record.no_text.

    >>> from flows.receive.mapping import FieldMapping
    >>> read_record('{"title": "Rain", "body": "It rained."}', FieldMapping())
    Record(text='Rain\n\nIt rained.', fields={'headline': (0, 4), 'text': (6, 16)})
    """
    try:
        found = _strings(_object(line), mapping)
    except json.JSONDecodeError as error:
        raise _malformed(error.pos + 1, f"{error.msg[:1].lower()}{error.msg[1:]}") from error
    except RecursionError as error:
        raise _malformed(1, "nested too deeply to be an article") from error
    except _MalformedError as error:
        raise _malformed(1, str(error)) from error
    if "text" not in found:
        keys = ", ".join(map(shown, mapping.text))
        raise Broken("record.no_text", f"no text under {keys}; map its key with text=KEY")
    return _assemble(found)


def _object(line: str) -> dict[str, object]:
    pairs = json.loads(
        line,
        object_pairs_hook=tuple,  # an object is told from an array, and a key given twice is seen
        parse_int=str,
        parse_float=str,
        parse_constant=_refuse_constant,
    )
    if not isinstance(pairs, tuple):
        raise _MalformedError("not an object")
    found: dict[str, object] = {}
    for key, value in pairs:
        found[key] = _Twice() if key in found else value
    return found


class _Twice:
    """The value of a key that is given more than once."""


def _refuse_constant(name: str) -> object:
    raise _MalformedError(f"{name} is not JSON")


def _strings(record: Mapping[str, object], mapping: FieldMapping) -> dict[str, str]:
    """Find the fields that hold something, under the first key that is there and not null."""
    found: dict[str, str] = {}
    for name in mapping.names():
        keys: tuple[str, ...] = getattr(mapping, name)
        key = next((key for key in keys if record.get(key) is not None), None)
        if key is not None:
            joint = SEPARATOR if name == "text" else ", "
            value = _string(key, record[key], joint)
            if not is_blank(value):
                found[name] = value
    return found


def _string(key: str, value: object, joint: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return joint.join(_string(key, item, joint) for item in value if item is not None)
    if isinstance(value, tuple):
        # schema.org: an author or publisher is an object with a name.
        name = dict(value).get("name")
        if isinstance(name, str):
            return name
    if isinstance(value, _Twice):
        raise _MalformedError(f'the key "{shown(key)}" is given twice')
    raise _MalformedError(f'the key "{shown(key)}" holds {_kind(value)}, not text')


def _kind(value: object) -> str:
    return "true or false" if isinstance(value, bool) else "an object without a name"


def _assemble(found: Mapping[str, str]) -> Record:
    spans: dict[str, tuple[int, int]] = {}
    at = 0
    for name, value in found.items():
        spans[name] = (at, at + len(value))
        at += len(value) + len(SEPARATOR)
    return Record(SEPARATOR.join(found.values()), spans)


def _malformed(column: int, what: str) -> Broken:
    return Broken("record.malformed", f"column {column:,}: {what}; mend the line at its source")
