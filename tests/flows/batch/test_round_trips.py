"""However odd the raw text is, a quotation's offsets lead back to it: article and raw document."""

from __future__ import annotations

import unicodedata

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from flows.batch.article import Article, read_article
from flows.batch.quotations import Finder, find_in
from flows.batch.rows import quote_rows
from flows.normalise.clean import clean
from flows.normalise.marks import straighten
from flows.receive import RawDocument
from flows.receive.documents import Decoded, sha256_of

SAID = ("{0}{2},{1} said Mira Dell.", "Mira Dell told the Courier: {0}{2}.{1}", "{0}{2}{1}")
MARKS = (
    ('"', '"'),
    ("\u201c", "\u201d"),
    ("\u2018", "\u2019"),
    ("\u00ab", "\u00bb"),
    ("\u201e", "\u201c"),
    ("\u300c", "\u300d"),
    ("``", "''"),
    ("&quot;", "&quot;"),
    ("&#8220;", "&#8221;"),
    ("\u00e2\u20ac\u0153", "\u00e2\u20ac\u009d"),  # mojibake of curly marks
    ("\u201c", ""),
    ("", "\u201d"),
)
BLANKS = (" ", "  ", "\u00a0", "\u2009", "\u3000", "\t", "\u00ad ", "\u200b ", " \ufeff")
WORDS = st.one_of(
    st.sampled_from(
        (
            "ferry",
            "it's",
            "5'10\"",
            "caf\u00c3\u00a9",
            "cafe\u0301",
            "&amp;",
            "Z\u00fcrich",
            "ﬁnal",
            "木橋",
        )
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=6),
)
LINE_ENDS = ("\n", "\r\n", "\r", "\u2028")
HEADERS = (
    "Ferry sails again{0}{0}",
    "Ferry &quot;sails&quot; again{0}May 2, 2024{0}{0}",
    "{0}{0}-- \u201cWe sail,\u201d says captain{0}-- By Mira Dell{0}{0}",
)


@st.composite
def phrases(draw: st.DrawFn) -> str:
    words = draw(st.lists(WORDS, min_size=1, max_size=6))
    return draw(st.sampled_from(BLANKS)).join(words)


@st.composite
def paragraphs(draw: st.DrawFn) -> str:
    opening, closing = draw(st.sampled_from(MARKS))
    inner = draw(phrases())
    said = draw(st.sampled_from(SAID)).format(opening, closing, inner)
    return (
        draw(st.sampled_from(("", "The ferry left. ")))
        + said
        + draw(st.sampled_from(("", " It rained.")))
    )


@st.composite
def raw_documents(draw: st.DrawFn) -> str:
    end = draw(st.sampled_from(LINE_ENDS))
    body = draw(st.lists(paragraphs(), min_size=1, max_size=5))
    return draw(st.sampled_from(HEADERS)).format(end) + (end * 2).join(body)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(raw_documents())
@example("Ferry sails\n\n\u00ab\u00c2\u00a0ferry,\u00bb said Mira Dell.")
@example("Ferry sails\n\nHe said \u201cwe sail\r\n  at noon,\u201d and \u201cwe do.\u201d")
@example(
    "Ferry sails\n\n\u00e2\u20ac\u0153We sail\u00e2\u20ac\u009d, he said.\n\nIt rained all day."
)
def test_a_quotation_leads_back_to_the_article_and_to_the_raw_text(raw: str) -> None:
    article = read_article(Decoded(raw, "utf-8", {}))
    assume(isinstance(article, Article))
    assert isinstance(article, Article)
    content = raw.encode()
    document = RawDocument("file:///ferry.txt", None, content, "text/plain", sha256_of(content))
    fields = {"headline": article.headline.text.value, "text": article.text.text.value}
    (found,) = find_in([article], Finder())
    for row in quote_rows(article, document, found):
        text = fields[row["field"]]
        parts = [text[part["char_start"] : part["char_end"]] for part in row["parts"]]
        assert " … ".join(parts) == row["text"]
        extent = text[row["char_start"] : row["char_end"]]
        assert extent.startswith(parts[0])
        assert extent.endswith(parts[-1])
        again = straighten(clean(raw[row["raw_start"] : row["raw_end"]])).text.value
        assert again.split() == extent.split()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(raw_documents())
def test_every_character_of_an_article_has_a_place_in_the_raw_text(raw: str) -> None:
    article = read_article(Decoded(raw, "utf-8", {}))
    assume(isinstance(article, Article))
    assert isinstance(article, Article)
    for field in (article.headline.text, article.text.text):
        assert unicodedata.is_normalized("NFC", field.value)
        before = 0
        for at in range(len(field.value)):
            start, end = field.raw_span(at, at + 1)
            assert 0 <= start <= end <= len(raw)
            assert start >= before
            before = start
