"""What a file is, told by its first bytes and not by its name."""

import codecs
from collections.abc import Iterable

from ingestion.readers.csv_text import read_csv
from ingestion.readers.table import TextTable, UnreadableFile
from ingestion.readers.workbook import read_workbook
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


def is_workbook(content: bytes) -> bool:
    """Whether the bytes begin as an Excel workbook does."""
    return content.startswith(WORKBOOK_MARKS)


def refuse_other_kinds(start: bytes, marks: Iterable[bytes] = tuple(OTHER_MARKS)) -> None:
    """Refuse what begins, after any blanks, with the mark of another kind of file.

    Raises:
        UnreadableFile: it does.
    """
    for mark in marks:
        if start[: len(mark)].lower() == mark.lower():
            raise UnreadableFile("intake.not_a_table", facts={"found": OTHER_MARKS[mark]})


def read_tables(content: bytes, settings: Settings, encodings: tuple[str, ...] = ("utf-8",)) -> list[TextTable]:
    """The tables of a file: one for a CSV in one of the encodings, one a sheet for a workbook.

    Raises:
        UnreadableFile: empty, another kind of file, or unreadable as what it is.
    """
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableFile("intake.empty_file")
    refuse_other_kinds(content.lstrip())
    if is_workbook(content):
        return read_workbook(content, settings.max_unpacked_bytes)
    return [read_csv(content, encodings)]
