"""Packs in a real browser and as PDF: nothing for axe or pdfua to say, no wider than the window, asking nobody."""

from pathlib import Path

import pdfua
import pytest

from ingestion.settings import Settings
from reporting.packs.data import read_pack_rows
from reporting.packs.forms import pack_files
from reporting.packs.pack import Pack
from tests.support.browser import Browser

AUTHORITY = "dudley"
GROUPS = ("placement_stability", "home_care")


@pytest.fixture(scope="module", params=GROUPS)
def folder(
    request: pytest.FixtureRequest, sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with the forms of a pack."""
    target: Path = tmp_path_factory.mktemp(request.param)
    pack = Pack(read_pack_rows(sample_warehouse), request.param, AUTHORITY)
    for name, content in pack_files(pack, "Draft, for correction until 10 December 2026.").items():
        (target / f"pack{Path(name).suffix}").write_bytes(content)
    return target


def test_a_page_can_be_read_by_everybody(browser: Browser, folder: Path) -> None:
    assert browser.faults(folder / "pack.html") == []


def test_everything_can_be_read_without_scripts(browser: Browser, folder: Path) -> None:
    with browser.page(folder / "pack.html", 1280) as page:
        assert page.locator("section.front li").count() >= 1
        assert page.locator("figure.picture svg").count() >= 10
        details = page.locator("figure.picture details").first
        details.locator("summary").press("Enter")
        assert details.locator("table").is_visible()


def test_a_pdf_can_be_read_by_a_screen_reader(folder: Path) -> None:
    assert [finding.message for finding in pdfua.validate(folder / "pack.pdf").findings] == []
