"""The page of what is owed in a real browser: nothing for axe to say, no wider than the window, asking nobody."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.settings import Settings
from reporting.return_calendar.page import write_returns_page
from tests.support.browser import Browser


@pytest.fixture(scope="module")
def page(sample_warehouse: Settings) -> Path:
    return write_returns_page(sample_warehouse, datetime.now(UTC).date())


def test_the_page_can_be_read_by_everybody(browser: Browser, page: Path) -> None:
    assert browser.faults(page) == []


def test_a_return_that_was_rejected_stands_among_what_is_wanted(browser: Browser, page: Path) -> None:
    with browser.page(page, 1280) as window:
        rejected = window.locator("table.matrix td.wanted").count()
        assert rejected == window.locator("#wanted + ul li").count() > 0
        listed = window.locator("nav li").count() - window.locator("#kept").count()
        assert window.locator("table.matrix").count() == listed
        assert page.with_name("returns.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
