"""Read the tables of a file; its first bytes, not its name, decide which reader is used."""

import codecs

from ingestion.readers.answers import read_named_answers, read_tidy_answers
from ingestion.readers.csv import read_csv
from ingestion.readers.entries import YAML_MARKS, read_entries
from ingestion.readers.table import OpenFile, TextTable, UnreadableFile
from ingestion.readers.workbook import read_workbook
from ingestion.readers.xml import read_xml
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import Settings

WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
OTHER_MARKS = {
    b"%PDF": "a PDF document",
    b"{\\rtf": "a rich-text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}
XML_MARKS = (b"<", codecs.BOM_UTF16_LE + b"<\x00", codecs.BOM_UTF16_BE + b"\x00<")
_LONGEST_MARK = max(map(len, (*WORKBOOK_MARKS, *OTHER_MARKS)))
_CHUNK_BYTES = 4096


def read_tables(open_file: OpenFile, layout: ReturnLayout, settings: Settings) -> list[TextTable]:
    """Read the tables of a file: one of a CSV, one per sheet of a workbook, every table of an XML form.

    Of a return of answers there is one table, with a row for each answer.

    The tables are not matched to those of the return here.

    Raises:
        UnreadableFile: empty, too large, another kind of file, or unreadable as what it is.
    """
    start = _start(open_file)
    if not start:
        raise UnreadableFile("intake.empty_file")
    _refuse_other_kinds(start, layout)
    if is_workbook(open_file):
        _refuse_too_large(open_file, settings.max_file_bytes)
        if layout.is_of_answers:
            return [read_named_answers(open_file, settings.max_unpacked_bytes)]
        return read_workbook(open_file, settings.max_unpacked_bytes)
    if layout.has_xml_form and start.startswith(XML_MARKS):
        return read_xml(open_file, layout)
    if layout.is_of_answers and start.startswith(YAML_MARKS):
        return [read_entries(open_file, layout)]
    table = read_csv(open_file, layout.encodings)
    return [read_tidy_answers(table, layout) if layout.is_of_answers else table]


def is_workbook(open_file: OpenFile) -> bool:
    """Return True if a file begins as an Excel workbook does."""
    with open_file() as file:
        return file.read(_LONGEST_MARK).startswith(WORKBOOK_MARKS)


def _start(open_file: OpenFile) -> bytes:
    """Read the first bytes that are neither blank nor a byte order mark; empty when there are none."""
    with open_file() as file:
        chunk = file.read(_CHUNK_BYTES).removeprefix(codecs.BOM_UTF8)
        while chunk:
            if start := chunk.lstrip():
                return start + file.read(_LONGEST_MARK)
            chunk = file.read(_CHUNK_BYTES)
    return b""


def _refuse_other_kinds(start: bytes, layout: ReturnLayout) -> None:
    for mark, found in OTHER_MARKS.items():
        # A document type in an XML form is refused by the XML reader.
        if layout.has_xml_form and mark.startswith(b"<!"):
            continue
        if start[: len(mark)].lower() == mark.lower():
            raise UnreadableFile("intake.not_a_table", facts={"found": found})


def _refuse_too_large(open_file: OpenFile, limit: int) -> None:
    with open_file() as file:
        size = file.seek(0, 2)
    if size > limit:
        raise UnreadableFile("intake.too_large", facts={"size": f"{size:,}", "limit": f"{limit:,}"})
