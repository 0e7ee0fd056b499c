"""The data dictionary for analysts, made from the contracts: `python -m schemas.dictionary`."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from schemas.contracts import DATASETS, contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.contracts import Contract
    from schemas.rules import Rule

DICTIONARY: Final = Path(__file__).with_name("DICTIONARY.md")
COMMAND: Final = "python -m schemas.dictionary"
CONVENTIONS: Final = """\
Text is NFC with LF line ends and straight quotation marks. Offsets and lengths of text are code
points, the start inclusive, the end exclusive. Instants are UTC to the microsecond. A row that
breaks a rule is not published but set aside in `quarantine` with the rule's code; a rule marked
*warning* only counts in the report of the run.
"""
INTRODUCTION: Final = f"""\
# Data dictionary

What each dataset of the lake holds. This page is made from the contracts beside it
(`schemas/*.odcs.yaml`) by `{COMMAND}`; change those, not this page.

{CONVENTIONS}"""


def dictionary() -> str:
    """Return the whole page, one section for each dataset."""
    return "\n".join([INTRODUCTION, *(section(contract(name)) for name in DATASETS)])


def difference() -> str:
    """Return a unified diff from the page on disk to what the contracts give; empty where equal."""
    old = DICTIONARY.read_text(encoding="utf-8") if DICTIONARY.exists() else ""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        dictionary().splitlines(keepends=True),
        fromfile=DICTIONARY.name,
        tofile="the contracts",
    )
    return "".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with --check return 1 where it is not what the contracts give."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write schemas/DICTIONARY.md.")
    parser.add_argument("--check", action="store_true", help="only compare, and fail on a change")
    if not parser.parse_args(arguments).check:
        DICTIONARY.write_text(dictionary(), encoding="utf-8")
        return 0
    changes = difference()
    if not changes:
        return 0
    sys.stdout.write(
        f"{changes}\n{DICTIONARY.name} is not what the contracts give; run {COMMAND}\n"
    )
    return 1


def type_name(kind: pa.DataType) -> str:
    """Return a type in an analyst's words.

    >>> type_name(pa.list_(pa.struct([("char_start", pa.int32())])))
    'list<struct<char_start int32>>'
    """
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{each.name} {type_name(each.type)}' for each in kind)}>"
    if pa.types.is_timestamp(kind):
        return "timestamp"
    names = {pa.date32(): "date", pa.float32(): "float32", pa.float64(): "float64"}
    return names.get(kind, str(kind))


def section(declared: Contract) -> str:
    """Return the part of the page about one dataset."""
    lines = [f"## {declared.name}", "", declared.description, "", _keys(declared), ""]
    lines += ["| column | type | null | meaning | rules |", "|---|---|---|---|---|"]
    for field in declared.arrow:
        meaning = field.metadata[b"description"].decode()
        null = "yes" if field.nullable else "no"
        rules = "<br>".join(_rules(declared, field.name))
        cells = (f"`{field.name}`", f"`{type_name(field.type)}`", null, meaning, rules)
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join([*lines, *_rules_below(declared), ""])


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _rules_below(declared: Contract) -> list[str]:
    """Give the rules of no single column: on a row or the table as a whole, then on a whole run."""
    batch = [f"- {_rule(rule)}" for rule in declared.rules if rule.scope == "batch"]
    table = [
        f"- {_rule(rule)}"
        for rule in declared.rules
        if rule.scope != "batch" and rule.code.startswith(f"{declared.name}.")
    ]
    lines = ["", *table] if table else []
    if batch:
        lines += ["", "Over a whole run, which publishes nothing where one is broken:", "", *batch]
    return lines


def _keys(declared: Contract) -> str:
    key = ", ".join(f"`{name}`" for name in declared.primary_key)
    if not declared.partitions:
        return f"Version {declared.version}. Key: {key}. Not partitioned."
    names = [f"by {grain} as `{name}`" for grain, name in declared.partitions.items()]
    by = " or ".join(names)
    return f"Version {declared.version}. Key: {key}. `{declared.partition_source}` parts it {by}."


def _rules(declared: Contract, column: str) -> Iterator[str]:
    """Give the rules that bear the column's name; that it is never null stands beside them."""
    for rule in declared.rules:
        owner, _, name = rule.code.partition(".")
        if owner == column and name != "required" and rule.scope != "batch":
            yield _rule(rule)


def _rule(rule: Rule) -> str:
    warning = " (*warning*)" if rule.severity == "warning" else ""
    return f"`{rule.code}` {rule.description}{warning}"


if __name__ == "__main__":
    sys.exit(main())
