"""The examples inside the profiles: each is read by its own profile, as it says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from rich.cells import cell_len

from flows.batch.article import Article, read_article
from flows.batch.explain import explained
from flows.parse.profile import profiles
from flows.receive import FieldMapping, Limits
from flows.receive.documents import Decoded

EXAMPLES = [
    pytest.param(profile.name, example, id=f"{profile.name}-{number}")
    for profile in profiles()
    for number, example in enumerate(profile.examples, start=1)
]


def as_read(article: Article, expected: Any) -> dict[str, Any]:
    stamp = article.stamp
    published: Any = None
    if stamp is not None and isinstance(expected.published, datetime):
        published = stamp.instant if expected.published.tzinfo else stamp.local
    elif stamp is not None and isinstance(expected.published, date):
        published = stamp.local.date()
    return {
        "headline": article.headline.text.value,
        "published": published,
        "updated": article.updated_at,
        "authors": list(article.authors),
        "editors": list(article.editors),
        "contributors": list(article.contributors),
        "agency": article.agency_id,
        "place": article.dateline_place,
        "captions": len(article.captions),
        "paragraphs": article.text.text.value.split("\n\n"),
    }


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_a_profile_reads_its_own_examples(name: str, example: Any):
    article = read_article(Decoded(example.text, "utf-8", {}))
    assert isinstance(article, Article), article
    assert article.profile == name
    wanted = example.model_dump(exclude={"text"}, exclude_unset=True)
    found = as_read(article, example)
    assert {key: found[key] for key in wanted} == wanted


def test_a_file_is_explained_with_what_each_field_was_taken_from(tmp_path: Any):
    page = tmp_path / "page.txt"
    page.write_text("Ferries sail\n\nBy Ann Lee\n\nThey sail from May.\n\nShare\n\nThey fly.")
    lines = "\n".join(explained([page], Limits(), FieldMapping()))
    assert "page.txt\n  profile generic (score 2), utf-8" in lines
    assert "byline          line 3       Ann Lee" in lines
    assert "taken out       1 share" in lines
    assert "author_names    Ann Lee" in lines
    assert "runners-up: none fits" in lines


def test_a_file_that_is_set_aside_is_explained_with_its_rule(tmp_path: Any):
    empty = tmp_path / "empty.txt"
    empty.write_text("  \n ")
    lines = "\n".join(explained([empty], Limits(), FieldMapping()))
    assert "set aside: document.blank: empty.txt: it holds only blanks" in lines


def test_no_line_of_an_explanation_is_wider_than_a_terminal(tmp_path: Any):
    page = tmp_path / "page.txt"
    page.write_text(f"{'渡轮' * 30}\n\n{'They sail from May. ' * 20}", "utf-8")
    broken = tmp_path / "broken.txt"
    broken.write_text("They sail from May, the office of the harbour said.\n\nTickets are cheap.")
    lines = [*explained([page, broken], Limits(), FieldMapping())]
    assert max(map(cell_len, lines)) <= 80
    assert "    headline        line 1       渡轮" in "\n".join(lines)
    told = " ".join(" ".join(lines).split())
    assert "add a title line, or a profile for this outlet's layout" in told
