"""Good files to break: those of the samples, and workbooks in the formats that the samples do not write."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import xlwt

from samples import write_samples
from samples.ssda903 import write_child_samples
from tests.support.returns import workbook

CORPUS = Path(__file__).parent / "corpus"
KINDS = ("csv", "xml", "yaml", "workbook")

PERIOD, CHILD_PERIOD = "2006-07", "2025-26"
SENDERS = ("dudley", "coventry", "sandwell", "shropshire", "staffordshire", "herefordshire")
LARGEST = 12_000  # bytes: a small file is broken sooner, and read sooner
WHEN = (2007, 3, 31, 0, 0, 0)
KIND_OF_SUFFIX = {".csv": "csv", ".xml": "xml", ".yaml": "yaml", ".xlsx": "workbook"}

ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Dudley">
<table:table-column table:number-columns-repeated="3"/>
<table:table-row>
<table:table-cell office:value-type="string"><text:p>Data item description</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Data item data</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2">
<table:table-cell table:number-columns-repeated="2"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Meals</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="12.5"><text:p>12.5</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2007-03-31"><text:p>31/03</text:p></table:table-cell>
<table:table-cell office:value-type="boolean" office:boolean-value="true"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""
ODS_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""

OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHARED_LINK = b'<Relationship Id="rId9" Type="' + OFFICE + b'/sharedStrings" Target="sharedStrings.xml"/>'
SHARED_STRINGS = (
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="2">'
    b"<si><t>Meals</t></si><si><r><t>in </t></r><r><t>parts</t></r></si></sst>"
)


@dataclass(frozen=True)
class Seed:
    """A file and the return that it is sent as."""

    return_code: str
    content: bytes


@cache
def seeds(kind: str) -> tuple[Seed, ...]:
    """Return the files of one kind, the same ones in the same order on every machine."""
    found = [seed for of_kind, seed in _samples() if of_kind == kind]
    if kind == "workbook":
        small = _without_times(workbook([["a", 1]]))
        found += [Seed("pss_ex1", content) for content in (_xlsx(), _xls(), _ods(), small)]
    return tuple(found)


@cache
def corpus(kind: str) -> dict[str, Seed]:
    """Return the kept files by name. They are sent as the return that their name begins with."""
    files = sorted((CORPUS / kind).iterdir())
    return {path.name: Seed(path.name.split(" ")[0], path.read_bytes()) for path in files}


@cache
def _samples() -> tuple[tuple[str, Seed], ...]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_samples(folder, periods=(PERIOD,))
        write_child_samples(folder, periods=(CHILD_PERIOD,), children=3, authorities=SENDERS)
        return tuple(_chosen(folder))


def _chosen(folder: Path) -> Iterator[tuple[str, Seed]]:
    """Yield a few files of every shape; long ones are cut between two lines."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and (parts[0] in SENDERS or parts[0] == "_published"):
            return_code = parts[2] if parts[0] == "_published" else parts[1]
            content = path.read_bytes()
            if path.suffix.lower() == ".csv":
                content = content[: content.rfind(b"\n", 0, LARGEST) + 1]
            yield KIND_OF_SUFFIX[path.suffix.lower()], Seed(return_code, content)


def _xlsx() -> bytes:
    """A workbook with shared strings, styles, dates, errors, a merged cell, a formula and two sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Dudley"
    for row in (["Data item description", "Data item data"], ["Meals", 12.5, date(2007, 3, 31), True, "#N/A"]):
        sheet.append(row)
    sheet["B3"], sheet["C3"] = "=SUM(B2:B2)", "a line\nbreak & an <angle>"
    sheet.merge_cells("A5:C6")
    book.create_sheet("Walsall")["D4"] = "below and beside"
    file = io.BytesIO()
    book.save(file)
    return _without_times(file.getvalue(), with_shared_strings=True)


def _xls() -> bytes:
    book = xlwt.Workbook()
    for title in ("Dudley", "Walsall"):
        sheet = book.add_sheet(title)
        for row, cells in enumerate(
            (["Data item description", "Data item data"], ["Meals", 12.5, True], ["£", 7])
        ):
            for column, value in enumerate(cells):
                sheet.write(row, column, value)
        sheet.write(5, 3, xlwt.Formula("B2*2"))
        sheet.write(6, 1, date(2007, 3, 31), xlwt.easyxf(num_format_str="D-MMM-YY"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _ods() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", ODS_MANIFEST)
        archive.writestr("content.xml", ODS.replace("\n", ""))
    return _without_times(file.getvalue())


def _without_times(content: bytes, *, with_shared_strings: bool = False) -> bytes:
    """Pack a workbook anew without a word of when it was written, so that it is the same bytes every time."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as written, zipfile.ZipFile(file, "w") as archive:
        parts = {entry.filename: written.read(entry) for entry in written.infolist()}
        if with_shared_strings:
            _share_strings(parts)
        for name, part in parts.items():
            if name != "docProps/core.xml":
                archive.writestr(zipfile.ZipInfo(name, WHEN), part)
    return file.getvalue()


def _share_strings(parts: dict[str, bytes]) -> None:
    """Keep one text in the part that Excel keeps all of them in; openpyxl has none."""
    own, shared = b't="inlineStr"><is><t>Meals</t></is>', b't="s"><v>0</v>'
    sheet, links = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
    assert own in parts[sheet]
    parts[sheet] = parts[sheet].replace(own, shared)
    parts[links] = parts[links].replace(b"</Relationships>", SHARED_LINK + b"</Relationships>")
    parts["xl/sharedStrings.xml"] = SHARED_STRINGS
