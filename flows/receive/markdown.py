"""Markdown to plain paragraphs, with the fields of its front matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from flows.receive.records import SEPARATOR, Record, assemble, fields_in, no_text
from flows.receive.streams import Broken

if TYPE_CHECKING:
    from flows.receive.mapping import FieldMapping

_FRONT = re.compile(
    r"\A\s*---[ \t]*\n(?P<yaml>.{0,20000}?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL
)
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+([^\n]{1,300}?)[ \t]*#*$")
_UNDERLINED = re.compile(r"\A\s*([^\n]{1,300})\n={3,}[ \t]*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?:\s\"[^\"\n]{0,300}\")?\)")
_LINK = re.compile(
    r"\[([^\[\]\n]{1,500})\](?:\([^()\s]{0,2000}(?:\s\"[^\"\n]{0,300}\")?\)|\[[^\[\]\n]{0,100}\])"
)
_EMPHASIS = re.compile(r"(?<![\w*_])(\*{1,3}|_{1,3})(?=\S)([^*_\n]{1,500}?)(?<=\S)\1(?![\w*_])")
_LEAD = re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?|[-*+][ \t]+|\d{1,3}\.[ \t]+)")
_RULE = re.compile(r"(?m)^[ \t]*(?:[-*_][ \t]*){3,}$")
_NOTE = re.compile(r"(?m)^\[[^\[\]\n]{1,100}\]:[^\n]*$|<!--.*?-->", re.DOTALL)


class _Strings(yaml.SafeLoader):
    """YAML without meanings: a date stays as it is printed, and no tag makes anything."""


_Strings.yaml_implicit_resolvers = {}


def read_markdown(text: str, mapping: FieldMapping) -> Record:
    r"""Put front matter and body together. Raises Broken: record.malformed, record.no_text.

    >>> from flows.receive.mapping import FieldMapping
    >>> read_markdown("---\ntitle: Rain\n---\nIt *rained*.", FieldMapping()).text
    'Rain\n\nIt rained.'
    """
    front = _FRONT.match(text.replace("\r\n", "\n"))
    body = text.replace("\r\n", "\n")
    given: dict[str, Any] = {}
    if front is not None:
        body, given = body[front.end() :], _given(front.group("yaml"))
    given.pop("text", None)
    found = fields_in(_flat(given), mapping)
    title = _UNDERLINED.match(body) or _HEADING.match(body.lstrip("\n"))
    if title is not None and "headline" not in found:
        found = {"headline": _plain(title.group(1))} | found
    if title is not None and _plain(title.group(1)) == found.get("headline"):
        body = body.lstrip("\n")[title.end() :] if title.re is _HEADING else body[title.end() :]
    plain = _paragraphs(body)
    if not plain:
        raise no_text("nothing stands below the front matter")
    order = {name: found[name] for name in mapping.names() if name in found}
    return assemble({**order, "text": plain})


def _given(written: str) -> dict[str, Any]:
    try:
        given = yaml.load(written, _Strings)  # noqa: S506  a SafeLoader with fewer meanings
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        what = f"line {line}: the front matter is no YAML; mend it"
        raise Broken("record.malformed", what) from error
    return given if isinstance(given, dict) else {}


def _flat(given: dict[Any, Any]) -> dict[str, object]:
    """Names and lists of names; what is nested otherwise is no field."""
    return {
        str(key): value
        for key, value in given.items()
        if isinstance(value, str)
        or (isinstance(value, list) and all(isinstance(each, str) for each in value))
    }


def _paragraphs(body: str) -> str:
    body = _NOTE.sub("", _RULE.sub("", body))
    body = _HEADING.sub(lambda found: f"\n{found.group(1)}\n", _IMAGE.sub(_caption, body))
    blocks = re.split(r"\n[ \t]*\n", body)
    return SEPARATOR.join(plain for block in blocks if (plain := _plain(_LEAD.sub("\n", block))))


def _caption(match: re.Match[str]) -> str:
    return f"\n\n{match.group(1)} [Photo]\n\n" if match.group(1).strip() else ""


def _plain(block: str) -> str:
    text = _LINK.sub(r"\1", block)
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    return " ".join(re.sub(r"\\([\\`*_{}\[\]()#+.!-])", r"\1", text).split())
