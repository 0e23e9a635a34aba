"""Read Excel workbooks, .xls and .xlsx, a table per sheet. The format is read whole, so its size is limited.

A sheet of two cells far apart is laid out with everything between them: it is read in a process of its own.
"""

import datetime
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import python_calamine

from ingestion.readers.confined import Died, confined
from ingestion.readers.table import OpenFile, Row, TextTable, UnreadableFile

_ZIP_MARK = b"PK"


def read_workbook(open_file: OpenFile, max_unpacked_bytes: int) -> list[TextTable]:
    """Read every sheet of a workbook, in order, cells as text; row numbers are the sheet's own.

    Raises:
        UnreadableFile: not a workbook, damaged, or larger than allowed once unpacked.
    """
    with open_file() as file:
        _refuse_zip_bomb(file, max_unpacked_bytes)
        file.seek(0)
        try:
            return confined(lambda: _read_sheets(file))
        except Died as error:
            raise UnreadableFile("intake.unreadable_workbook", facts={"found": str(error)}) from error


def _read_sheets(file: IO[bytes]) -> list[TextTable]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        return [_read_sheet(book, name) for name in book.sheet_names]
    except UnreadableFile:
        raise
    # A panic of the library is no Exception.
    except BaseException as error:
        raise UnreadableFile("intake.unreadable_workbook", facts={"found": str(error)}) from error


def _refuse_zip_bomb(file: IO[bytes], limit: int) -> None:
    if file.read(len(_ZIP_MARK)) != _ZIP_MARK:
        return
    try:
        with zipfile.ZipFile(file) as archive:
            declared = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile("intake.unreadable_workbook", facts={"found": str(error)}) from error
    if declared > limit:
        raise UnreadableFile("intake.unpacks_too_large", facts={"size": f"{declared:,}", "limit": f"{limit:,}"})


def _read_sheet(book: python_calamine.CalamineWorkbook, name: str) -> TextTable:
    sheet = book.get_sheet_by_name(name)
    # Some forms keep column A empty: a form starts at its first filled column.
    first_column = sheet.start[1] if sheet.start else 0
    rows = sheet.to_python(skip_empty_area=False)
    return TextTable(list(_rows(rows, first_column)), sheet_name=name, column_offset=first_column)


def _rows(rows: Iterable[Sequence[object]], first_column: int) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        cells = row[first_column:]
        if any(cell != "" for cell in cells):
            texts = list(map(_as_text, cells))
            if any("\x00" in text for text in texts):
                raise UnreadableFile(
                    "intake.unreadable_workbook", number, {"found": f"row {number} holds a NUL character"}
                )
            yield number, texts


def _as_text(cell: object) -> str:
    """Write a cell as a person would type it: 12.0 is 12, a date is ISO."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.date | datetime.datetime):
        return cell.isoformat()
    return str(cell)
