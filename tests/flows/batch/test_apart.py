"""An article glued to the next one: taken apart where the evidence is strong, else told of."""

from __future__ import annotations

import pytest

from flows.batch.apart import apart
from flows.batch.article import Article, read_article
from flows.receive import decode
from flows.receive.documents import Decoded, RawDocument, sha256_of

PEOPLE = (
    " date 2024-01-0{n} Ferries sail for the {n}th time\n"
    "08:4{n}, January 0{n}, 2024 By Ann Lee ( China Daily\n\n"
    "The ferries of Almery sail for the {n}th time, “and gladly”, as the harbour office said.\n\n"
    "(Web editor: Tian Ek, Bo Lu)\n"
)
WEB = (
    "Ferries sail for the {n}th time\n\nBy Ann Lee\n\n5 March 2024\n\n"
    "The ferries of Almery sail for the {n}th time, as the harbour office said on Tuesday.\n\n"
    "Tickets are cheap. (Reporting by Ann Lee; Editing by Bo Ek)\n\n"
)


def received(text: str, encoding: str = "utf-8", mark: bytes = b"") -> RawDocument:
    content = mark + text.encode(encoding)
    return RawDocument("file:///glued.txt", None, content, "text/plain", sha256_of(content))


def articles_in(document: RawDocument) -> list[Article]:
    found = []
    for piece in apart(document):
        decoded = decode(piece)
        assert isinstance(decoded, Decoded), decoded
        article = read_article(decoded, piece.name)
        assert isinstance(article, Article), article
        found.append(article)
    return found


@pytest.mark.parametrize("page", [PEOPLE, WEB], ids=["people_daily", "generic"])
def test_two_whole_articles_of_one_profile_are_two_documents(page: str):
    first, second = articles_in(received(page.format(n=4) + page.format(n=5)))
    assert first.headline.text.value == "Ferries sail for the 4th time"
    assert second.headline.text.value == "Ferries sail for the 5th time"
    assert first.authors == second.authors == ("Ann Lee",)
    assert (first.warnings, second.warnings) == ((), ())
    assert "5th" not in first.text.text.value
    assert first.article_id != second.article_id


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("cp1252", b""), ("utf-16-le", b"\xff\xfe")]
)
def test_each_piece_has_its_own_bytes_and_its_text_leads_back_to_them(encoding: str, mark: bytes):
    document = received(PEOPLE.format(n=4) + PEOPLE.format(n=5), encoding, mark)
    pieces = list(apart(document))
    assert [piece.member for piece in pieces] == ["article 1", "article 2"]
    assert b"".join(piece.content for piece in pieces) == document.content
    assert [piece.sha256 for piece in pieces] == [sha256_of(piece.content) for piece in pieces]
    for piece in pieces:
        decoded = decode(piece)
        assert isinstance(decoded, Decoded)
        article = read_article(decoded)
        assert isinstance(article, Article)
        text = article.text.text
        at = text.value.index('"and gladly"')
        start, end = text.raw_span(at, at + 12)
        assert decoded.text[start:end] == "“and gladly”"


def test_what_is_taken_apart_is_not_taken_apart_again():
    pieces = list(apart(received(PEOPLE.format(n=4) * 2)))
    assert [list(apart(piece)) for piece in pieces] == [[piece] for piece in pieces]


def test_a_second_header_without_a_body_keeps_the_document_whole_and_is_told_of():
    (article,) = articles_in(received(WEB.format(n=4) + "Ferries sink at last\n\nBy Bo Ek\n"))
    assert article.headline.text.value == "Ferries sail for the 4th time"
    assert article.warnings == ("text.glued",)


def test_a_second_header_of_another_profile_keeps_the_document_whole_and_is_told_of():
    (article,) = articles_in(received(PEOPLE.format(n=4) + WEB.format(n=5)))
    assert article.profile == "people_daily"
    assert article.warnings == ("text.glued",)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(WEB.format(n=4) + "Bo Ek\n\nHe sails as well.", id="a title without a byline"),
        pytest.param(WEB.replace("(Reporting by Ann Lee; Editing by Bo Ek)", "").format(n=4) * 2,
                     id="a header without a footer before it"),
    ],
)  # fmt: skip
def test_an_article_with_no_second_header_after_a_footer_is_one_and_nothing_is_told(text: str):
    (article,) = articles_in(received(text))
    assert article.warnings == ()
