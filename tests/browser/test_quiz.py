"""The pages of the quiz in a real browser, and its sheet as PDF."""

from pathlib import Path

import pdfua
import pytest

from reporting.documents.pdf import html_to_pdf
from reporting.quiz.page import render_answers, render_questions
from tests.support.browser import Browser
from tests.support.quiz_rows import MEMBERS, quiz_rows


@pytest.fixture(scope="module", params=["questions", "answers"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    render = {"questions": render_questions, "answers": render_answers}[request.param]
    path: Path = tmp_path_factory.mktemp("quiz") / f"{request.param}.html"
    path.write_text(render(quiz_rows(), MEMBERS), encoding="utf-8")
    return path


def test_a_page_can_be_read_by_everybody(browser: Browser, page: Path) -> None:
    assert browser.faults(page) == []


def test_the_sheet_can_be_read_by_a_screen_reader_and_is_the_same_each_time(tmp_path: Path) -> None:
    sheet = tmp_path / "quiz.pdf"
    sheet.write_bytes(html_to_pdf(render_questions(quiz_rows(), MEMBERS)))
    assert [finding.message for finding in pdfua.validate(sheet).findings] == []
    assert sheet.read_bytes() == html_to_pdf(render_questions(quiz_rows(), MEMBERS))
