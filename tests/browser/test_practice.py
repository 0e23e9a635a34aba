"""The page of good practice in a real browser: nothing for axe to say, no wider than the window, asking nobody."""

from pathlib import Path

import pytest

from ingestion.settings import Settings
from reporting.practice.page import render_page
from reporting.practice.rows import read_practices
from tests.support.browser import Browser


@pytest.fixture(scope="module")
def page(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target: Path = tmp_path_factory.mktemp("practice") / "good_practice.html"
    target.write_text(render_page(read_practices(sample_warehouse)), encoding="utf-8")
    return target


def test_the_page_can_be_read_by_everybody(browser: Browser, page: Path) -> None:
    assert browser.faults(page) == []


def test_entries_are_chosen_by_whom_they_are_for_without_a_script(browser: Browser, page: Path) -> None:
    with browser.page(page, 1280) as window:
        shown = window.locator("article.entry").count()
        assert window.locator("article.entry:visible").count() == shown >= 14
        window.get_by_role("radio", name="older people").check()
        assert window.locator("article#shropshire-hc01").is_visible()
        assert not window.locator("article#walsall-ad02").is_visible()
        window.get_by_role("radio", name="everybody").check()
        assert window.locator("article.entry:visible").count() == shown
