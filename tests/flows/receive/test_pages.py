"""What HTML pages mark their author, day and text with, where it is not in their metadata."""

from __future__ import annotations

from flows.receive import decode
from flows.receive.documents import Decoded, RawDocument, sha256_of

BODY = (
    "<p>The ferries of Almery lay still on Tuesday as a strike over pensions entered its third day,"
    " the harbour office said in a statement.</p><p>Talks are to go on next week, but neither side"
    " expects them to end before the month is out, and the islands are supplied by air.</p>"
)


def fields_of(page: str) -> dict[str, str]:
    content = page.encode()
    document = RawDocument("file:///page.html", None, content, "text/html", sha256_of(content))
    decoded = decode(document)
    assert isinstance(decoded, Decoded), decoded
    return {name: decoded.text[start:end] for name, (start, end) in decoded.fields.items()}


def page(head: str, above: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>Ferries lie still | Karst Courier</title>{head}</head>"
        f"<body><article><h1>Ferries lie still</h1>{above}{BODY}</article></body></html>"
    )


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


def test_an_author_that_a_graph_only_points_to_is_named():
    found = fields_of(
        page(
            ld(
                '{"@graph": [{"@type": "NewsArticle", "headline": "Ferries lie still",'
                ' "author": {"@id": "#ann"}, "publisher": {"@id": "#courier"}},'
                ' {"@type": "Organization", "@id": "#courier", "name": "The Karst Courier"},'
                ' {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}]}'
            )
        )
    )
    assert (found["byline"], found["outlet"]) == ("Ann Lee", "The Karst Courier")


def test_an_author_that_a_graph_points_to_in_vain_is_nobody():
    json = '{"@type": "NewsArticle", "headline": "Ferries lie still", "author": {"@id": "#ann"}}'
    assert "byline" not in fields_of(page(ld(json)))


def test_microdata_name_authors_and_day():
    above = (
        '<span itemprop="author">By <b itemprop="name">Ann Lee</b></span>'
        '<span itemprop="author">Bo Ek</span>'
        '<time itemprop="datePublished" datetime="2024-03-05T09:00:00-05:00">Tuesday</time>'
    )
    found = fields_of(page("", above))
    assert found["byline"] == "By Ann Lee, Bo Ek"
    assert found["published"] == "2024-03-05T09:00:00-05:00"


def test_a_byline_and_a_day_are_known_by_their_class_below_the_title_only():
    teaser = '<p class="byline">By Zed Young</p><p class="date">March 1, 2024</p>'
    above = (
        '<p class="byline">By <a href="/ann">Ann Lee</a></p><p class="post-date">March 5, 2024</p>'
    )
    found = fields_of(page("", above).replace("<body>", f"<body>{teaser}"))
    assert (found["byline"], found["published"]) == ("By Ann Lee", "March 5, 2024")


def test_what_the_metadata_say_comes_before_what_the_page_shows():
    above = '<p class="byline">By Zed Young</p>'
    assert fields_of(page('<meta name="author" content="Ann Lee">', above))["byline"] == "Ann Lee"


def test_a_page_whose_text_is_only_in_its_metadata_is_read_from_there():
    json = (
        '{"@type": "NewsArticle", "headline": "Ferries lie still",'
        ' "articleBody": "The ferries lie still.\\n\\nTickets are cheap."}'
    )
    found = fields_of(f'<html><head>{ld(json)}</head><body><div id="root"></div></body></html>')
    assert found["text"] == "The ferries lie still.\n\nTickets are cheap."


def test_a_hostile_page_of_open_elements_is_read_in_one_pass():
    page_ = "<html><h1>Ferries lie still</h1>" + '<p class="byline' * 20_000 + BODY
    assert fields_of(page_)["headline"] == "Ferries lie still"
