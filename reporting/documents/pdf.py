"""Set a page as PDF/UA-1, a PDF that a screen reader can read; the same page gives the same bytes."""

import io
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf

from ingestion.errors import ClubError

try:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher
except OSError as error:
    raise ClubError(
        "A PDF is set with Pango, which this machine lacks: install it (Debian: apt-get install libpango-1.0-0 "
        "libpangoft2-1.0-0) and try again."
    ) from error

# It tells of every rule of the house style that is for a screen.
for each in ("weasyprint", "weasyprint.progress"):
    logging.getLogger(each).setLevel(logging.ERROR)

# Which cells a header heads, by the part of the table that it stands in.
SCOPES = {"/THead": "/Column", "/TBody": "/Row", "/TFoot": "/Row", "/Table": "/Row"}


class OutsideRequestError(Exception):
    """A page that is to be set asks for something that it does not hold."""


class _RefusingFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Fetches nothing, and remembers what was asked for: WeasyPrint itself only leaves it out."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Refuse whatever is asked for."""
        self.refused.append(url)
        raise OutsideRequestError(url)


def html_to_pdf(html: str, attached: Mapping[str, bytes] | None = None) -> bytes:
    """Set a page in HTML as PDF/UA-1; its title and language come along, and the title of each drawing.

    Files that are `attached` lie inside it under their names.

    Raises OutsideRequestError if the page asks for anything that it does not hold.
    """
    fetcher = _RefusingFetcher()
    written: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=b"")
    if fetcher.refused:
        raise OutsideRequestError(
            f"a document holds all that it needs, but this one asks for {fetcher.refused[0]}"
        )
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(written)) as pdf:
        _say_what_headers_head(pdf)
        for name, content in (attached or {}).items():
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name, description=name)
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def _say_what_headers_head(pdf: pikepdf.Pdf) -> None:
    """Give each header of a table its scope, which PDF/UA asks for and WeasyPrint does not write."""
    for part, element in _elements(pdf.Root.StructTreeRoot.K, "/Table"):
        if element.S == "/TH":
            attributes = element.get("/A", pikepdf.Dictionary(O=pikepdf.Name.Table))
            attributes.Scope = pikepdf.Name(SCOPES[part])
            element.A = attributes


def _elements(found: Any, part: str) -> Iterator[tuple[str, Any]]:
    """Yield every element of the structure, with the part of a table that it stands in."""
    if isinstance(found, pikepdf.Array):
        for one in found:
            yield from _elements(one, part)
    elif isinstance(found, pikepdf.Dictionary) and "/S" in found:
        yield part, found
        yield from _elements(found.get("/K"), str(found.S) if str(found.S) in SCOPES else part)
