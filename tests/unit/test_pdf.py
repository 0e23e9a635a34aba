"""Pages are set as PDF/UA-1 with what a screen reader needs, from themselves alone."""

import io
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest

from reporting.documents.pdf import OutsideRequestError, html_to_pdf
from tests.support.gallery import a_funnel, a_quality, a_spine, gallery

DRAWN = (a_funnel(), a_spine(5), a_quality())


@pytest.fixture(scope="module")
def page() -> str:
    return gallery(*DRAWN)


@pytest.fixture(scope="module")
def document(page: str) -> bytes:
    return html_to_pdf(page)


def elements(found: Any) -> list[Any]:
    if isinstance(found, pikepdf.Array):
        return [element for one in found for element in elements(one)]
    if isinstance(found, pikepdf.Dictionary) and "/S" in found:
        return [found, *elements(found.get("/K"))]
    return []


def test_nothing_is_found_by_a_checker_of_pdf_ua(document: bytes, tmp_path: Path):
    path = tmp_path / "gallery.pdf"
    path.write_bytes(document)
    report = pdfua.validate(str(path))
    assert report.pdfua_version == "PDF/UA-1"
    assert [(found.rule_id, found.message) for found in report.findings] == []


def test_title_language_and_the_titles_of_drawings_come_along(document: bytes):
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert str(pdf.docinfo.Title) == "Gallery of charts" and pdf.Root.Lang == "en-GB"
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        found = elements(pdf.Root.StructTreeRoot.K)
        figures = [str(element.Alt) for element in found if element.S == "/Figure"]
        scopes = {str(element.A.Scope) for element in found if element.S == "/TH"}
    assert figures == [picture.title for picture in DRAWN]
    assert scopes == {"/Column", "/Row"}


def test_the_same_page_gives_the_same_bytes(page: str, document: bytes):
    assert html_to_pdf(page) == document


@pytest.mark.parametrize(
    "asks",
    [
        '<img alt="" src="http://example.org/x.png">',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '<img alt="" src="file:///etc/hostname">',
        "<style>body { background: url(https://example.org/x.png) }</style>",
    ],
)
def test_a_page_that_asks_for_something_is_refused(asks: str):
    with pytest.raises(OutsideRequestError, match="holds all that it needs"):
        html_to_pdf(f"<html lang=en-GB><title>x</title><body>{asks}</body></html>")
