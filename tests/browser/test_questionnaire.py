"""Pages of the questionnaire in a real browser: findings, the sender's report, the page to print, the codebook."""

from pathlib import Path

import pdfua
import pytest

from ingestion.feedback.report import write_feedback
from ingestion.operation.templates import write_templates
from ingestion.settings import Settings
from ingestion.templates import TemplateForm
from reporting.documents.pdf import html_to_pdf
from reporting.questionnaire import write_questionnaire_pages
from tests.support.browser import Browser

PAGES = ("findings", "own findings", "report", "page to print", "codebook")


@pytest.fixture(scope="module")
def pages(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every kind of page, by its name."""
    reports = write_feedback(sample_warehouse, return_codes=["questionnaire"])
    of_one = "questionnaire", "round-1", {"dudley": "Dudley"}, tmp_path_factory.mktemp("templates")
    return {
        "findings": write_questionnaire_pages(sample_warehouse)[0],
        "own findings": write_questionnaire_pages(sample_warehouse, "dudley")[0],
        "report": next(path for path in reports if path.name == "feedback.html" and "walsall" in path.parts),
        "page to print": write_templates(sample_warehouse, *of_one, TemplateForm.PAGE)[0],
        "codebook": write_templates(sample_warehouse, *of_one, TemplateForm.CODEBOOK)[0],
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everybody(browser: Browser, pages: dict[str, Path], name: str) -> None:
    assert browser.faults(pages[name], [(320, "light"), (1280, "dark")]) == []


def test_the_findings_hold_a_dot_for_every_member_with_an_answer_and_a_figure(
    browser: Browser, pages: dict[str, Path]
) -> None:
    with browser.page(pages["own findings"], 1280) as page:
        drawing = page.locator("figure.picture svg").first
        assert 8 <= drawing.locator("circle").count() <= 14
        assert drawing.locator("text", has_text="Dudley").count() == 1
        page.locator("figure.picture details summary").first.press("Enter")
        assert page.locator("figure.picture details table").first.locator("tbody tr").count() == 14


def test_the_page_to_print_becomes_a_pdf_that_a_screen_reader_can_read(
    pages: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "form.pdf").write_bytes(html_to_pdf(pages["page to print"].read_text(encoding="utf-8")))
    assert [finding.message for finding in pdfua.validate(tmp_path / "form.pdf").findings] == []
