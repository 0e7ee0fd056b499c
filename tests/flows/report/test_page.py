"""The page of a lake: its numbers are those of the rows, and nothing in the data steers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.lake import Lake, SnapshotDamaged
from flows.lake.verify import verify
from flows.report.page import render, write_page
from flows.report.page.database import opened
from flows.report.page.numbers import Number, Table
from flows.report.page.svg import cleaned
from flows.report.page.write import headline, sections

ALLOWED = {
    *("html", "head", "meta", "title", "link", "style", "body", "header", "nav", "main", "footer"),
    *("section", "div", "span", "h1", "h2", "p", "small", "a", "bdi", "ul", "li", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre", "code"),
    *("figure", "figcaption", "svg", "g", "path", "rect", "line", "text", "defs", "clippath"),
}


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, attributes and texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def queries(page: str) -> list[str]:
    """The queries that the page tells, as a reader copies them."""
    found = re.findall(r'<div class="query".*?<pre>(.*?)</pre>', page, re.DOTALL)
    return [
        each.replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
        .replace("&amp;", "&").rstrip(";")
        for each in found
    ]  # fmt: skip


def numbers(lake: Lake) -> list[Number]:
    """Every number of a lake's page."""
    snapshot = lake.snapshot()
    assert snapshot is not None
    with opened(lake, snapshot) as database:
        tables = [
            part
            for section in sections(database, snapshot)
            for part in section.parts
            if isinstance(part, Table)
        ]
        cells = [cell for table in tables for row in table.rows for cell in row]
        return [
            *(cell for cell in cells if isinstance(cell, Number)),
            *dict(headline(database)).values(),
        ]


@pytest.mark.parametrize("which", ["sample", "hostile"])
def test_every_number_leads_to_as_many_rows_as_it_says(
    which: str, sample_lake: Path, hostile: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake.open(sample_lake) if which == "sample" else hostile
    snapshot = lake.snapshot()
    assert snapshot is not None
    monkeypatch.chdir(snapshot.path)  # as the page says: cd there, then views.sql
    found = [number for number in numbers(lake) if number.rows]
    assert len(found) > 100
    with duckdb.connect() as database:
        database.execute(Path("views.sql").read_text(encoding="utf-8"))
        for number in found:
            (row,) = database.execute(f"select count(*) from ({number.rows})").fetchall()
            assert row == (number.count,), number.rows


def test_the_queries_on_the_page_are_those_of_its_numbers(hostile: Lake, hostile_page: str) -> None:
    told = queries(hostile_page)
    assert len(told) == len(set(told))
    assert set(told) == {each.rows for each in numbers(hostile) if each.count and each.rows}


def test_names_of_the_data_are_text_and_nothing_else(hostile_page: str) -> None:
    seen = Seen(hostile_page)
    assert {tag for tag, _ in seen.elements} <= ALLOWED
    for tag, attributes in seen.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert (attributes.get("href") or "#").startswith("#") or tag == "link"
        assert "src" not in attributes
    text = " ".join(seen.texts)
    assert "<script>alert('read')</script>" in text
    assert '"><img src=x onerror=alert(1)>' in text
    assert "{{ 7 * 7 }} {% raw %}" in text


def test_what_hides_or_reorders_text_is_shown_by_its_number(hostile_page: str) -> None:
    assert "Ida [U+202E]mloH[U+202C] Holm" in hostile_page
    assert "Nora[U+0000]Bell[U+001B][31m" in hostile_page
    assert "علی‌رضا" in hostile_page, "a joiner belongs to the spelling"
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u0000\u001b]", hostile_page)


def test_a_cell_copied_to_a_spreadsheet_is_no_formula(hostile_page: str) -> None:
    cells = re.findall(r"<bdi>(.*?)</bdi>", hostile_page)
    assert "&#39;=HYPERLINK(&#34;http://collector.example&#34;,&#34;open&#34;)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_nothing_secret_is_on_the_page(hostile_page: str) -> None:
    assert "secret-word" not in hostile_page


def test_the_page_loads_nothing_and_runs_nothing(hostile_page: str) -> None:
    assert "default-src 'none'" in hostile_page
    assert "<script" not in hostile_page
    told = {"aria-label"}  # a sentence with names in it
    addresses = {
        value
        for _, found in Seen(hostile_page).elements
        for name, value in found.items()
        if name not in told and value and ("//" in value or "url(" in value or "data:" in value)
    }
    assert {each for each in addresses if not each.startswith("url(#")} == {
        "http://www.w3.org/2000/svg",
        "data:,",  # the icon, so that none is asked for
        *(each for each in addresses if each.startswith("default-src")),
    }
    assert len(hostile_page.encode()) < 3e6


def test_a_chart_with_anything_but_drawing_in_it_is_refused() -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><g style="a" id="clip0"/>{}</svg>'
    )
    assert cleaned(drawing.format(""), "bars") == (
        '<svg xmlns="http://www.w3.org/2000/svg"><g id="bars-clip0" /></svg>'
    )
    for element in ("<script/>", "<a/>", "<foreignObject/>", "<image/>", "<style/>"):
        with pytest.raises(ValueError, match="a chart has no"):
            cleaned(drawing.format(element), "bars")


def test_the_same_snapshot_and_runs_give_the_same_page(hostile: Lake, hostile_page: str) -> None:
    assert render(hostile, hostile.snapshot()) == hostile_page


def test_the_page_is_of_the_snapshot_that_was_pinned_and_stays_where_a_file_is_gone(
    sample: Path, publish: Callable[..., Any], tmp_path: Path
) -> None:
    publish(
        sample / "peoples-daily" if (sample / "peoples-daily").is_dir() else sample,
        tmp_path / "lake",
    )
    lake = Lake.open(tmp_path / "lake")
    before = Path(write_page(lake)).read_bytes()
    assert verify(lake).is_whole
    assert Lake.create(tmp_path / "lake").path == lake.path, "its page makes no lake foreign"
    snapshot = lake.snapshot()
    assert snapshot is not None
    gone = snapshot.path / snapshot.files("quotes")[0].path
    gone.unlink()
    with pytest.raises(SnapshotDamaged, match=gone.name):
        write_page(lake)
    assert (lake.path / "report.html").read_bytes() == before


def test_an_empty_lake_has_a_page_that_says_so(pages: dict[str, Path]) -> None:
    assert "nothing has been published" in pages["empty"].read_text(encoding="utf-8")
