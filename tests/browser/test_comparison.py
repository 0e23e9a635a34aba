"""The comparison of a member in a real browser, light and dark: everybody can read its tables and pictures."""

from pathlib import Path

import pytest

from ingestion.settings import Settings
from reporting.comparison import write_comparison_page
from tests.support.browser import Browser, Scheme


@pytest.fixture(scope="module")
def page(sample_warehouse: Settings) -> Path:
    return write_comparison_page(sample_warehouse, "dudley")


@pytest.mark.parametrize("name", ["", "comparison/children.html"], ids=["all figures", "a group"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_the_comparison_can_be_read_by_everybody(
    browser: Browser, page: Path, name: str, width: int, scheme: Scheme
) -> None:
    look = browser.look_at(page.parent / name if name else page, width, scheme)
    assert look.violations == ()
    assert look.overflow <= 0
    assert look.requests == ()
