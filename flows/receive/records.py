"""A JSON record: the text that its fields make, and what is wrong with one that makes none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.receive.faults import is_blank
from flows.receive.mapping import plain_key
from flows.receive.naming import shown
from flows.receive.streams import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        found = fields_in(_object(line), mapping)
    except json.JSONDecodeError as error:
        raise _malformed(error.pos + 1, f"{error.msg[:1].lower()}{error.msg[1:]}") from error
    except RecursionError as error:
        raise _malformed(1, "nested too deeply to be an article") from error
    except _MalformedError as error:
        raise _malformed(1, str(error)) from error
    if "text" not in found:
        keys = ", ".join(map(shown, mapping.text[:2])) + (" or the like" * (len(mapping.text) > 2))
        raise no_text(f"no text under {keys}")
    return assemble(found)


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


def fields_in(record: Mapping[str, object], mapping: FieldMapping) -> dict[str, str]:
    """Find the fields that hold something, under the first key that is there and not null."""
    found: dict[str, str] = {}
    plain = {plain_key(key): key for key in reversed([*record])}
    for name in mapping.names():
        keys: tuple[str, ...] = getattr(mapping, name)
        for key in _present(keys, record, plain):
            joint = SEPARATOR if name == "text" else ", "
            value = _string(key, record[key], joint)
            if not is_blank(value):
                found[name] = value
                break
    time = found.pop("published_time", None)
    if time is not None and "published" in found:
        found["published"] += f" {time}"
    return found


def _present(
    keys: Sequence[str], record: Mapping[str, object], plain: Mapping[str, str]
) -> Iterator[str]:
    """The keys that the record has, in their order; other case and punctuation are let pass."""
    for key in keys:
        there = key if key in record else plain.get(plain_key(key))
        if there is not None and record[there] is not None:
            yield there


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


def assemble(found: Mapping[str, str]) -> Record:
    """Put fields together as one text, in their order, a blank line between two."""
    spans: dict[str, tuple[int, int]] = {}
    at = 0
    for name, value in found.items():
        spans[name] = (at, at + len(value))
        at += len(value) + len(SEPARATOR)
    return Record(SEPARATOR.join(found.values()), spans)


def no_text(what: str) -> Broken:
    """Return the failure of a record, a table or a page in which no text is found."""
    return Broken("record.no_text", f"{what}; say where it is with --map text=KEY")


def _malformed(column: int, what: str) -> Broken:
    return Broken("record.malformed", f"column {column:,}: {what}; mend the line at its source")
