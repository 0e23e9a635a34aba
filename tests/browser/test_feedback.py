"""Reports in a real browser: nothing for axe to say, no wider than the window, asking nobody."""

from pathlib import Path

import pytest

from ingestion.feedback.explanations import explain
from ingestion.feedback.report import write_feedback
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse, run_road
from tests.support.browser import Browser
from tests.support.child_returns import PERIOD
from tests.support.planted import plant
from tests.support.warehouses import settings_in

PAGES = ("feedback.html", "causes/1.html", "rules/101.html", "files.html", "children.html", "children/001.html")


@pytest.fixture(scope="module")
def report(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on a second version, with a cause and an explanation."""
    settings = empty_warehouse(settings_in(prepared_home, tmp_path_factory.mktemp("landing")))
    folder = Path(settings.landing) / "dudley" / "ssda903" / PERIOD
    for fault in ("nothing", "old codes"):
        plant(folder, fault)
        run_road(settings, "ssda903")
    with connect(settings, Role.LOADER) as connection:
        row = connection.execute("select min(finding_id) from ledger.finding where rule_code = '101'").fetchone()
    assert row is not None
    explain(settings, row[0], "These are the codes of our system; they will change in May.", "A. Lead", False)
    write_feedback(settings)
    return settings.outbox / "dudley" / "ssda903" / PERIOD / "v2"


def test_a_report_can_be_read_by_everybody(browser: Browser, report: Path) -> None:
    assert [fault for name in PAGES for fault in browser.faults(report / name)] == []


def test_what_to_put_right_is_one_click_from_the_first_page(browser: Browser, report: Path) -> None:
    with browser.page(report / "feedback.html", 1280) as page:
        first = page.locator("ol.causes li").first.inner_text()
        assert "header.csv, column SEX (B)" in first
        page.locator("ol.causes a").first.click()
        assert page.locator("h1").inner_text().startswith("header.csv, column SEX (B)")
        assert "it was due on 31 May 2026" in page.locator("main").inner_text()
        assert page.locator("span.explained").count() == 1
