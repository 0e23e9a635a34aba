"""Every kind of page of the site in a real browser, out of a folder: read by everybody, searched, printed."""

from pathlib import Path

import pytest

from ingestion.settings import Settings
from reporting.site import write_site
from tests.support.browser import EVERY_WAY, Browser

# One of each kind: those with pictures, tables or forms are looked at in every way, those of text in two.
RICH = (
    "index.html", "indicators/A1.html", "members/dudley.html", "practice/index.html", "quiz/2026-1.html",
    "questionnaire/round-1.html",
)  # fmt: skip
PLAIN = (
    "indicators/index.html", "indicators/B17.html", "members/index.html", "practice/dudley-fc02.html",
    "quiz/index.html", "questionnaire/index.html", "changes.html", "calendar.html", "methods.html", "about.html",
    "search.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(sample_warehouse, tmp_path_factory.mktemp("site") / "site", {}).folder


@pytest.mark.parametrize(("page", "looks"), [*((page, 4) for page in RICH), *((page, 2) for page in PLAIN)])
def test_the_page_can_be_read_by_everybody(browser: Browser, site: Path, page: str, looks: int) -> None:
    assert browser.faults(site / page, EVERY_WAY[:looks], within=site) == []


def test_a_search_finds_by_the_words_of_a_definition(browser: Browser, site: Path) -> None:
    with browser.page(site / "search.html", 1280, scripts=True) as window:
        entries = window.locator("#list li")
        every = entries.count()
        window.get_by_role("searchbox").fill("three or more placements")
        window.wait_for_function(f"document.querySelectorAll('#list li:not(.none)').length < {every}")
        window.locator("#list li:visible", has_text="A1: ").wait_for()
        assert not window.locator("#list li:visible", has_text="B17: ").count()
        assert f"of {every}" in window.locator("#count").inner_text()


def test_without_a_script_the_search_is_the_whole_list(browser: Browser, site: Path) -> None:
    with browser.page(site / "search.html", 320) as window:
        assert window.locator("#list li:visible").count() == window.locator("#list li").count() > 250
        assert not window.get_by_role("searchbox").is_visible()


def test_the_search_on_the_first_page_leads_to_what_it_finds(browser: Browser, site: Path) -> None:
    with browser.page(site / "index.html", 1280, scripts=True) as window:
        window.get_by_role("searchbox").fill("reablement")
        window.get_by_role("button", name="Search").click()
        window.wait_for_url("**/search.html?q=reablement")
        window.locator("#list li.none").first.wait_for(state="attached")
        shown = window.locator("#list li:visible")
        assert 1 <= shown.count() < 40


def test_on_paper_there_is_no_navigation_and_every_table_is_open(browser: Browser, site: Path) -> None:
    with browser.page(site / "indicators" / "A1.html", 1280) as window:
        window.emulate_media(media="print")
        assert not window.get_by_role("navigation").is_visible()
        assert window.get_by_role("columnheader", name="Lowest").first.is_visible()
