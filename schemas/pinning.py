"""Pin what the installed Great Expectations knows: `python -m schemas.pinning` after an upgrade."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Final

from schemas.catalogue import PINNED, Expectation

RUN_ARGUMENTS: Final = frozenset(
    {
        "id",
        "meta",
        "notes",
        "result_format",
        "description",
        "catch_exceptions",
        "rendered_content",
        "severity",
        "windows",
        "batch_id",
    }
)


def installed_expectations() -> dict[str, Expectation]:
    """Read every expectation from the installed Great Expectations; costs its import."""
    from great_expectations.expectations import expectation as base  # noqa: PLC0415 (seconds)
    from great_expectations.expectations import registry  # noqa: PLC0415 (seconds)

    per_row = (
        base.ColumnMapExpectation,
        base.ColumnPairMapExpectation,
        base.MulticolumnMapExpectation,
    )
    found: dict[str, Expectation] = {}
    for name in sorted(registry.list_registered_expectation_implementations()):
        kind = registry.get_expectation_impl(name)
        fields = {key: field for key, field in kind.__fields__.items() if key not in RUN_ARGUMENTS}
        required = tuple(sorted(key for key, field in fields.items() if field.required))
        optional = tuple(sorted(set(fields) - set(required)))
        found[name] = Expectation(issubclass(kind, per_row), required, optional)
    return found


def main() -> None:
    """Write expectations.json, one expectation a line so that an upgrade shows as a small diff."""
    entries = (
        f"{json.dumps(name)}: {json.dumps(asdict(entry))}"
        for name, entry in installed_expectations().items()
    )
    PINNED.write_text("{\n" + ",\n".join(entries) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
