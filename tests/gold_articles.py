"""The gold set of the project: fictional articles, and every statement in them annotated by hand.

`tests/gold/README.md` says by which rules, and how a file looks. An annotation quotes the article;
here it becomes offsets, in code points of the article's text, the end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast, get_args

import yaml

from flows.quotes import Kind

FOLDER: Final = Path(__file__).with_name("gold")
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
PARAGRAPH_BREAK: Final = "\n\n"
ARTICLE_KEYS: Final = ("style", "article", "quotations")
QUOTATION_KEYS: Final = ("content", "source", "cue", "speaker", "kind")

Span = tuple[int, int]


class GoldError(ValueError):
    """A file of the set that cannot be used: which file, which line of it, and why."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        super().__init__(f"{path}, line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Statement:
    """One reported statement, annotated or predicted. `speaker` is the resolved name."""

    content: tuple[Span, ...]
    source: Span | None
    cue: Span | None
    speaker: str | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article as the pipeline would receive it, and its statements; `lines` says where each is
    annotated in the file."""

    name: str
    style: str
    text: str
    statements: tuple[Statement, ...]
    lines: tuple[int, ...]


def load_articles(folder: Path = FOLDER) -> list[GoldArticle]:
    """All articles of the set, by name. Raises GoldError for the first that is wrong."""
    return [load_article(path) for path in sorted(folder.glob("*.yaml"))]


def load_article(path: Path) -> GoldArticle:
    """One article with the offsets of its statements. Raises GoldError with the line."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = 1 if mark is None else mark.line + 1
        raise GoldError(path, line, f"no YAML: {error.problem}") from error
    if root is None:
        raise GoldError(path, 1, "the file is empty")
    reader = _Reader(path)
    told = reader.mapping(root, ARTICLE_KEYS, ARTICLE_KEYS)
    paragraphs = [reader.string(each) for each in reader.sequence(told["article"])]
    text = PARAGRAPH_BREAK.join(paragraphs) + "\n"
    nodes = reader.sequence(told["quotations"])
    return GoldArticle(
        name=path.stem,
        style=reader.string(told["style"]),
        text=text,
        statements=tuple(_Placer(reader, text).statement(node) for node in nodes),
        lines=tuple(node.start_mark.line + 1 for node in nodes),
    )


class _Reader:
    """Values of YAML nodes, with a GoldError that names the line where one is not as it should."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def error(self, node: yaml.Node, problem: str) -> GoldError:
        return GoldError(self.path, node.start_mark.line + 1, problem)

    def mapping(
        self, node: yaml.Node, allowed: tuple[str, ...], required: tuple[str, ...]
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.error(node, f"here must stand the keys {', '.join(allowed)}")
        told: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.string(key)
            if name not in allowed:
                raise self.error(key, f"no key {name}: there are {', '.join(allowed)}")
            if name in told:
                raise self.error(key, f"the key {name} stands twice")
            told[name] = value
        for name in required:
            if name not in told:
                raise self.error(node, f"the key {name} is missing")
        return told

    def sequence(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, "here must stand a list")
        return list(node.value)

    def string(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.error(node, "here must stand a text")
        return cast("str", node.value)

    def is_null(self, node: yaml.Node) -> bool:
        return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


class _Placer:
    """Finds where in the article the words of its annotations stand."""

    def __init__(self, reader: _Reader, text: str) -> None:
        self.reader = reader
        self.text = text

    def statement(self, node: yaml.Node) -> Statement:
        told = self.reader.mapping(node, QUOTATION_KEYS, QUOTATION_KEYS)
        content = self.content(told["content"])
        paragraph = self.paragraph(content[0][0])
        kind = self.reader.string(told["kind"])
        if kind not in KINDS:
            raise self.reader.error(told["kind"], f"no kind {kind}: there are {', '.join(KINDS)}")
        speaker = told["speaker"]
        return Statement(
            content=content,
            source=self.optional(told["source"], paragraph),
            cue=self.optional(told["cue"], paragraph),
            speaker=None if self.reader.is_null(speaker) else self.reader.string(speaker),
            kind=kind,
        )

    def content(self, node: yaml.Node) -> tuple[Span, ...]:
        """The first fragment lies anywhere; each other one after it, in the same paragraph."""
        nodes = self.reader.sequence(node) if isinstance(node, yaml.SequenceNode) else [node]
        if not nodes:
            raise self.reader.error(node, "a statement without content")
        found = [self.place(nodes[0], (0, len(self.text)), "the article")]
        for each in nodes[1:]:
            end = found[-1][1]
            rest = (end, self.paragraph(end)[1])
            found.append(self.place(each, rest, "the rest of the paragraph of its content"))
        return tuple(found)

    def optional(self, node: yaml.Node, paragraph: Span) -> Span | None:
        if self.reader.is_null(node):
            return None
        return self.place(node, paragraph, "the paragraph of its content")

    def place(self, node: yaml.Node, within: Span, where: str) -> Span:
        """The one place of a text, given alone or with the words just before it (`after`)."""
        after = None
        wanted = node
        if isinstance(node, yaml.MappingNode):
            told = self.reader.mapping(node, ("text", "after"), ("text", "after"))
            wanted, after = told["text"], self.reader.string(told["after"])
        words = self.reader.string(wanted)
        found = list(_occurrences(self.text, words, after, within))
        if len(found) == 1:
            return found[0]
        told_after = "" if after is None else f" after {after!r}"
        if not found:
            raise self.reader.error(node, f"{words!r}{told_after} does not stand in {where}")
        remedy = "say which by `after`, the words just before it"
        raise self.reader.error(
            node, f"{words!r}{told_after} stands {len(found)} times in {where}: {remedy}"
        )

    def paragraph(self, at: int) -> Span:
        start = self.text.rfind(PARAGRAPH_BREAK, 0, at)
        end = self.text.find(PARAGRAPH_BREAK, at)
        return (
            0 if start < 0 else start + len(PARAGRAPH_BREAK),
            len(self.text) if end < 0 else end,
        )


def _occurrences(text: str, words: str, after: str | None, within: Span) -> Iterator[Span]:
    """Where `words` stand as whole words; between `after` and them only blanks are passed over.

    >>> list(_occurrences("He, she and he: the heron.", "he", None, (0, 26)))
    [(12, 14)]
    >>> list(_occurrences("Ida said and Ole said.", "said", "Ole", (0, 22)))
    [(17, 21)]
    """
    before = r"(?<!\w)" if re.match(r"\w", words) else ""
    behind = r"(?!\w)" if re.match(r"\w", words[-1]) else ""
    lead = "" if after is None else re.escape(after) + r"\s*"
    pattern = re.compile(f"{lead}{before}(?P<words>{re.escape(words)}){behind}")
    # Lookahead, so that occurrences which share characters are all found.
    for match in re.finditer(f"(?={pattern.pattern})", text):
        start, end = match.span("words")
        if within[0] <= start and end <= within[1]:
            yield start, end
