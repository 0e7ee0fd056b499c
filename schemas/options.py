"""Rules that a column declares without a `quality` entry: required, unique, logicalTypeOptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas.rules import BETWEEN, NOT_NULL, Declared, check_pattern, make_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.located import Located

LENGTHS: Final = "expect_column_value_lengths_to_be_between"
MATCH: Final = "expect_column_values_to_match_regex"
UNIQUE: Final = "expect_column_values_to_be_unique"
BOUNDS: Final = {
    LENGTHS: ("minLength", "maxLength", "length"),
    BETWEEN: ("minimum", "maximum", "range"),
}


def option_rules(name: str, place: Located) -> Iterator[Declared]:
    """Give the rules of one column; two bounds are one rule, since each rule costs a pass."""
    if place.at("required").value is True:
        yield make_rule(
            place.at("required"), f"{name}.required", NOT_NULL, {"column": name}, "never null"
        )
    if place.at("unique").value is True:
        yield unique_rule(place.at("unique"), f"{name}.unique", name)
    options = place.at("logicalTypeOptions")
    if options.at("pattern").value is not None:
        yield _pattern(name, options.at("pattern"))
    yield from _bounded(name, options, LENGTHS)
    yield from _bounded(name, options, BETWEEN)
    yield from _strictly_bounded(name, options)
    yield from _item_count(name, options)
    items = place.at("items", "logicalTypeOptions", "pattern")
    if items.value is not None:
        kwargs = {"column": name, "regex": each_line(items)}
        yield make_rule(items, f"{name}.pattern", MATCH, kwargs, f"each matches `{items.value}`")


def unique_rule(place: Located, code: str, name: str) -> Declared:
    """Make the rule that no two rows of the published table share the column's value."""
    return make_rule(place, code, UNIQUE, {"column": name}, "no two rows alike", scope="table")


def whole(pattern: Located) -> str:
    r"""Return the pattern for Python, whose `$` also matches before a final line feed: `\Z`."""
    check_pattern(pattern, pattern.value)
    text = str(pattern.value)
    ends = text.endswith("$") and not text.endswith(r"\$")
    return text[:-1] + r"\Z" if ends else text


def each_line(pattern: Located) -> str:
    r"""Return the pattern for a list, which is shown with a line feed after every item."""
    check_pattern(pattern, pattern.value)
    text = str(pattern.value)
    if not (text.startswith("^") and text.endswith("$")):
        pattern.wrong(
            "the pattern of an item is not anchored", remedy="start it with ^, end it with $"
        )
    return rf"\A(?:(?:{text[1:-1]})\n)*\Z"


def _pattern(name: str, pattern: Located) -> Declared:
    kwargs = {"column": name, "regex": whole(pattern)}
    return make_rule(pattern, f"{name}.pattern", MATCH, kwargs, f"matches `{pattern.value}`")


def _bounded(name: str, options: Located, expectation: str) -> Iterator[Declared]:
    low, high, both = BOUNDS[expectation]
    least, most = options.at(low).value, options.at(high).value
    if least is None and most is None:
        return
    last = most if most is not None else least
    unit = "" if expectation != LENGTHS else " code point" if last == 1 else " code points"
    if least is not None and most is not None:
        code, place, words = both, options.at(low), f"{least} to {most}{unit}"
    elif least is not None:
        code, place, words = _snake(low), options.at(low), f"at least {least}{unit}"
    else:
        code, place, words = _snake(high), options.at(high), f"at most {most}{unit}"
    kwargs: dict[str, Any] = {"column": name}
    kwargs |= {
        key: value
        for key, value in (("min_value", least), ("max_value", most))
        if value is not None
    }
    yield make_rule(place, f"{name}.{code}", expectation, kwargs, words)


def _strictly_bounded(name: str, options: Located) -> Iterator[Declared]:
    for key, bound, strict, words in (
        ("exclusiveMinimum", "min_value", "strict_min", "more than"),
        ("exclusiveMaximum", "max_value", "strict_max", "less than"),
    ):
        place = options.at(key)
        if place.value is not None:
            kwargs = {"column": name, bound: place.value, strict: True}
            yield make_rule(
                place, f"{name}.{_snake(key)}", BETWEEN, kwargs, f"{words} {place.value}"
            )


def _item_count(name: str, options: Located) -> Iterator[Declared]:
    for key, braces, words in (
        ("minItems", "{%d,}", "at least"),
        ("maxItems", "{0,%d}", "at most"),
    ):
        place = options.at(key)
        if place.value is not None:
            regex = r"\A(?:[^\n]*\n)" + braces % place.value + r"\Z"
            kwargs = {"column": name, "regex": regex}
            yield make_rule(
                place, f"{name}.{_snake(key)}", MATCH, kwargs, f"{words} {place.value} items"
            )


def _snake(camel: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in camel)
