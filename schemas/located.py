"""YAML whose every value knows its line, because an error in a contract names file and line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Step = str | int
Loader: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
STRING_KEY: Final = "tag:yaml.org,2002:str"


class ContractError(ValueError):
    """A contract is wrong; `str()` is one line with file, line, what is wrong and the remedy."""

    def __init__(self, file: Path | str, line: int, what: str, *, remedy: str) -> None:
        self.file = Path(file)
        self.line = line
        self.what = what
        self.remedy = remedy
        super().__init__(f"{self.file}:{line}: {what}; {remedy}")

    def __reduce__(self) -> tuple[Any, ...]:
        # A worker process hands it back by its parts; the line alone would not make one again.
        return partial(type(self), remedy=self.remedy), (self.file, self.line, self.what)


@dataclass(frozen=True, slots=True)
class Located:
    """A place in a YAML file: the value there, and the way to the lines of its parts."""

    file: Path
    value: Any
    path: tuple[Step, ...]
    lines: Mapping[tuple[Step, ...], int]

    def at(self, *steps: Step) -> Located:
        """Return the part at `steps` below; None is its value where the file has no such part."""
        value = self.value
        for step in steps:
            value = _part(value, step)
        return Located(self.file, value, (*self.path, *steps), self.lines)

    def each(self) -> Iterator[Located]:
        """Return every item of the list at this place; nothing where there is no list."""
        items = self.value if isinstance(self.value, list) else []
        return (self.at(index) for index in range(len(items)))

    @property
    def line(self) -> int:
        """Line of this place counted from 1, or of the nearest place around it in the file."""
        path = self.path
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def wrong(self, what: str, *, remedy: str) -> NoReturn:
        """Raise the ContractError that points here."""
        raise ContractError(self.file, self.line, what, remedy=remedy)

    def choose(self, what: str, choices: Sequence[str]) -> str:
        """Return the string at this place, which must be one of `choices`."""
        if not isinstance(self.value, str) or self.value not in choices:
            self.wrong(f"unknown {what} {self.value!r}", remedy=one_of(str(self.value), choices))
        return self.value


def one_of(wrong: str, choices: Sequence[str]) -> str:
    """Return a remedy that names the nearest choice, or all of them where none is near.

    >>> one_of("sting", ["string", "date"])
    'did you mean string?'
    >>> one_of("x", ["string", "date"])
    'choose one of string, date'
    """
    near = get_close_matches(wrong, choices, n=1, cutoff=0.75)
    return f"did you mean {near[0]}?" if near else f"choose one of {', '.join(choices)}"


def read_yaml(file: Path) -> Located:
    """Read one YAML document of a file; ContractError for broken YAML and for a key given twice."""
    try:
        loader = Loader(file.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        lines: dict[tuple[Step, ...], int] = {}
        _note_lines(file, node, (), lines)
        value = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "the file is no YAML"
        raise ContractError(file, line, str(problem), remedy="mend the YAML there") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(file, 1, f"cannot read it ({error})", remedy="mend the file") from error
    return Located(file, value, (), lines)


def _part(value: Any, step: Step) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int):
        return value[step] if step < len(value) else None
    return None


def _note_lines(
    file: Path, node: yaml.Node | None, path: tuple[Step, ...], lines: dict[tuple[Step, ...], int]
) -> None:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            _note_lines(file, item, (*path, index), lines)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, item in node.value:
            line = key.start_mark.line + 1
            if key.tag != STRING_KEY:
                raise ContractError(file, line, "a key is no text", remedy="put quotes around it")
            if key.value in seen:
                what = f"the key {key.value!r} is given twice"
                raise ContractError(file, line, what, remedy="keep one of them")
            seen.add(key.value)
            lines[(*path, key.value)] = line
            _note_lines(file, item, (*path, key.value), lines)
