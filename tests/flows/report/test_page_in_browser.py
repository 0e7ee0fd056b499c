"""The page in a real browser, offline: on a desk, on a phone, by keyboard, for a screen reader."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESK, PHONE = (1200, 900), (360, 740)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of the system; `.ci/run` requires one, elsewhere the tests are left out without."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail("there is no Chromium, and these tests are required")
        pytest.skip("there is no Chromium (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # Chromium refuses its sandbox to root, as whom containers run; the pages are our own.
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        started = driver.chromium.launch(executable_path=found, args=arguments)
        yield started
        started.close()


@pytest.fixture
def show(browser: Browser, pages: dict[str, Path]) -> Iterator[Any]:
    """Open a page, with whatever it asks for or complains of in `said`."""
    contexts = []

    def shown(
        name: str, size: tuple[int, int] = DESK, scheme: Any = "light"
    ) -> tuple[Page, list[str]]:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: said.append(request.url))
        page.goto(pages[name].as_uri())
        assert said.pop(0) == pages[name].as_uri()
        return page, said

    yield shown
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", ["sample", "hostile", "empty"])
def test_it_renders_offline_and_neither_asks_for_nor_complains_of_anything(
    show: Any, name: str
) -> None:
    page, said = show(name)
    assert page.locator("h1").is_visible()
    assert page.locator("figure svg:visible").count() == page.locator("figure").count()
    assert said == []


def test_every_link_leads_somewhere_and_every_id_is_there_once(show: Any) -> None:
    page, _ = show("hostile")
    missing = page.evaluate(
        """[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))
        .filter(to => !to.startsWith('#') || !document.getElementById(to.slice(1)))"""
    )
    assert missing == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))


def test_a_number_opens_its_query_and_close_goes_back_to_the_number(show: Any) -> None:
    page, _ = show("sample")
    number = page.locator("#speakers tbody a").first
    number.click()
    query = page.locator(".query:visible")
    assert query.count() == 1
    assert query.locator("pre").inner_text().startswith("from quotes_by_speaker where")
    query.get_by_text("Close").click()
    assert page.locator(".query:visible").count() == 0
    assert number.is_visible()


def test_it_can_be_walked_by_keyboard(show: Any) -> None:
    page, _ = show("sample")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('section').id") == "holdings"
    page.keyboard.press("Enter")
    assert page.locator(".query:visible").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Close"


@pytest.mark.parametrize("name", ["sample", "hostile", "empty"])
def test_on_a_phone_nothing_lies_beside_the_screen(show: Any, name: str) -> None:
    page, _ = show(name, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    for box in page.locator("figure svg:visible").all():
        assert box.bounding_box()["width"] <= PHONE[0]
    # Letters of the charts can be read without a glass.
    heights = page.evaluate(
        "[...document.querySelectorAll('.narrow text')].map(e => e.getBoundingClientRect().height)"
    )
    assert not heights or min(heights) >= 8


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_no_barrier(show: Any, scheme: str, size: tuple[int, int]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, _ = show("sample", size, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
