"""The gold set itself: what every article and annotation must keep to; and its loader."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from flows.quotes.people import people
from tests.gold_articles import (
    PARAGRAPH_BREAK,
    GoldArticle,
    GoldError,
    Span,
    load_article,
    load_articles,
)
from tests.gold_engines import fields_of, read

ARTICLES = load_articles()

of_each_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda each: each.name)


def words(article: GoldArticle, span: Span) -> str:
    return article.text[slice(*span)]


# --- The set ------------------------------------------------------------------------------------


def test_the_set_is_large_and_mixed_enough_to_gate() -> None:
    chinese = [each for each in ARTICLES if each.style.startswith(("People's", "China", "Xinhua"))]
    silent = [each.name for each in ARTICLES if not each.statements]
    kinds = {each.kind for article in ARTICLES for each in article.statements}
    assert (len(ARTICLES) >= 40, len(chinese) >= 20, len(silent) >= 3) == (True, True, True)
    assert kinds == {"direct", "indirect", "mixed"}


@of_each_article
def test_an_article_is_short(article: GoldArticle) -> None:
    assert 100 <= len(article.text.split()) <= 350


@of_each_article
def test_the_pipeline_finds_every_annotation_in_headline_or_body(article: GoldArticle) -> None:
    kept = {
        at
        for marked in fields_of(read(article.text)).values()
        for position, character in enumerate(marked.text.value)
        if not character.isspace()  # A paragraph break leads back to all that was left out there.
        for at in range(*marked.text.raw_span(position, position + 1))
    }
    outside = [
        words(article, span)
        for each in article.statements
        for span in (*each.content, each.source, each.cue)
        if span is not None and not {span[0], span[1] - 1} <= kept
    ]
    assert outside == []


@of_each_article
def test_a_kind_agrees_with_the_marks(article: GoldArticle) -> None:
    marked = in_marks(article.text)
    disagree = []
    for each in article.statements:
        inside = [
            marked[word.start()]
            for start, end in each.content
            for word in re.compile(r"\w+").finditer(article.text, start, end)
        ]
        by_marks = "direct" if all(inside) else "mixed" if any(inside) else "indirect"
        if by_marks != each.kind:
            disagree.append((words(article, each.content[0]), each.kind, by_marks))
    assert disagree == []


@of_each_article
def test_two_contents_are_apart_or_one_lies_within_the_other(article: GoldArticle) -> None:
    crossing = [
        (words(article, one), words(article, other))
        for first, second in combinations(article.statements, 2)
        for one in first.content
        for other in second.content
        if max(one[0], other[0]) < min(one[1], other[1])
        and (one == other or not (lies_in(one, other) or lies_in(other, one)))
    ]
    assert crossing == []


@of_each_article
def test_source_and_cue_stand_outside_their_own_content(article: GoldArticle) -> None:
    within = [
        words(article, span)
        for each in article.statements
        for span in (each.source, each.cue)
        for fragment in each.content
        if span is not None and max(span[0], fragment[0]) < min(span[1], fragment[1])
    ]
    assert within == []


@of_each_article
def test_a_content_begins_and_ends_with_what_was_said(article: GoldArticle) -> None:
    """Neither a leading "that" nor the comma or full stop outside it nor its own marks."""
    untidy = [
        text
        for each in article.statements
        for text in (words(article, fragment) for fragment in each.content)
        if re.match(r"that\s", text)
        or text.endswith((".", ","))
        or (text[0] in "\"'“‘" and text[-1] in "\"'”’" and each.kind != "mixed")
    ]
    assert untidy == []


@of_each_article
def test_statements_are_annotated_in_the_order_of_the_text(article: GoldArticle) -> None:
    starts = [each.content[0][0] for each in article.statements]
    assert starts == sorted(starts)


@of_each_article
def test_only_a_statement_without_a_source_has_no_speaker(article: GoldArticle) -> None:
    """A quotation that runs on from the paragraph before has a speaker and no source."""
    assert [each for each in article.statements if each.source and each.speaker is None] == []


@of_each_article
def test_a_speaker_is_named_in_the_article(article: GoldArticle) -> None:
    """By the last word at least: the first ones may be a title's or a lookup's."""
    known = set(people().values())
    missing = [
        each.speaker
        for each in article.statements
        if each.speaker is not None
        and each.speaker not in known
        and not re.search(rf"\b{re.escape(each.speaker.split()[-1])}\b", article.text)
    ]
    assert missing == []


def lies_in(span: Span, other: Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]


def in_marks(text: str) -> list[bool]:
    """For each code point, whether it stands between quotation marks; an apostrophe is none.

    Read anew here, so that the annotations are not held to what the pipeline makes of marks. A
    mark still open at the end of its paragraph holds until there.
    """
    inside: list[bool] = []
    for paragraph in text.split(PARAGRAPH_BREAK):
        opened: list[str] = []
        for at, character in enumerate(paragraph):
            before, after = paragraph[at - 1 : at], paragraph[at + 1 : at + 2]
            begins = not before.isalnum() and (after.isalnum() or after == "“")
            opens = {"“": True, "‘": True, '"': '"' not in opened, "'": begins}
            if opens.get(character):
                opened.append(character)
            elif character in "”\"'’" and not (before.isalnum() and after.isalnum()):
                partner = {"”": "“", "’": "‘"}.get(character, character)
                if partner in opened:
                    del opened[opened.index(partner) :]
            inside.append(bool(opened))
        inside += [False] * len(PARAGRAPH_BREAK)
    return inside


def test_marks_are_told_from_apostrophes() -> None:
    text = "Holm's 'It's late,' and “a ‘so-called’ tide” of the '90s"
    marked = in_marks(text)
    assert [word.group() for word in re.finditer(r"\w+", text) if marked[word.start()]] == [
        *("It", "s", "late", "a", "so", "called", "tide", "90s"),
    ]


# --- The loader ---------------------------------------------------------------------------------

FILE = """\
style: an example
article:
  - The harbour is safe
  - >-
    Ida Holm said the harbour was safe. Ole Brask, she said, had
    looked at it, and he said so too.
quotations:
  - content: the harbour was safe
    source: Ida Holm
    cue:
      text: said
      after: Holm
    speaker: Ida Holm
    kind: indirect
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "harbour.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_annotation_becomes_offsets_of_the_article(tmp_path: Path) -> None:
    article = load_article(written(tmp_path, FILE))
    (statement,) = article.statements
    spans = (*statement.content, statement.source, statement.cue)
    assert article.text.startswith("The harbour is safe\n\nIda Holm said the harbour was safe.")
    assert [words(article, span) for span in spans if span] == [
        *("the harbour was safe", "Ida Holm", "said"),
    ]
    assert (statement.cue, statement.speaker, statement.kind) == ((30, 34), "Ida Holm", "indirect")
    assert article.lines == (8,)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("content: the harbour was safe", "content: the harbor was safe", 8,
         "'the harbor was safe' does not stand in the article"),
        ("content: the harbour was safe", "content: said", 8,
         "'said' stands 3 times in the article: say which by `after`"),
        ("after: Holm", "after: Brask", 11, "'said' after 'Brask' does not stand in the paragraph"),
        ("source: Ida Holm", "source: The harbour", 9, "does not stand in the paragraph of its"),
        ("    speaker: Ida Holm\n", "", 8, "the key speaker is missing"),
        ("speaker: Ida Holm", "speakers: Ida Holm", 13, "no key speakers: there are content,"),
        ("source: Ida Holm", "cue: Ida Holm", 10, "the key cue stands twice"),
        ("kind: indirect", "kind: quoted", 14, "no kind quoted: there are direct, indirect, mixed"),
        ("content: the harbour was safe", "content: []", 8, "a statement without content"),
        ("speaker: Ida Holm", "speaker:\n      name: Ida", 14, "here must stand a text"),
        ("quotations:\n", "quotations: none\nmore:\n", 8, "no key more"),
        ("style: an example", "style: an: example", 1, "no YAML: mapping values are not allowed"),
        (FILE, "", 1, "the file is empty"),
        (FILE, "just a line", 1, "here must stand the keys style, article, quotations"),
    ],
)  # fmt: skip
def test_a_wrong_annotation_names_its_file_its_line_and_the_reason(
    tmp_path: Path, old: str, new: str, line: int, problem: str
) -> None:
    assert FILE.count(old) == 1
    path = written(tmp_path, FILE.replace(old, new))
    with pytest.raises(GoldError) as raised:
        load_article(path)
    assert str(raised.value).startswith(f"{path}, line {line}: ")
    assert problem in raised.value.problem


def test_the_second_fragment_stands_behind_the_first(tmp_path: Path) -> None:
    fragments = "content:\n      - Ole Brask\n      - had looked at it"
    text = FILE.replace("content: the harbour was safe", fragments).replace(
        "Holm\n    s", "she\n    s"
    )
    article = load_article(written(tmp_path, text))
    (statement,) = article.statements
    assert [words(article, span) for span in statement.content] == ["Ole Brask", "had looked at it"]
    swapped = text.replace(
        "- Ole Brask\n      - had looked at it", "- had looked at it\n      - Ole"
    )
    with pytest.raises(GoldError, match="'Ole' does not stand in the rest of the paragraph"):
        load_article(written(tmp_path, swapped))
