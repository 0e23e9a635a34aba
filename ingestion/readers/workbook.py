"""Excel workbooks, .xls and .xlsx, one sheet a table."""

import datetime
import io
import zipfile

import python_calamine

from ingestion.readers.table import Line, TextTable, UnreadableFile


def read_workbook(content: bytes, max_unpacked_bytes: int) -> list[TextTable]:
    """Every sheet of a workbook, in order, cells as text; row numbers are the sheet's own.

    Raises:
        UnreadableFile: not a workbook, damaged, or larger than allowed once unpacked.
    """
    if content.startswith(b"PK"):
        _refuse_zip_bomb(content, max_unpacked_bytes)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [_read_sheet(book, name) for name in book.sheet_names]
    except Exception as error:
        raise UnreadableFile("intake.unreadable_workbook", facts={"found": str(error)}) from error


def _refuse_zip_bomb(content: bytes, limit: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            declared = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile("intake.unreadable_workbook", facts={"found": str(error)}) from error
    if declared > limit:
        raise UnreadableFile("intake.unpacks_too_large", facts={"size": f"{declared:,}", "limit": f"{limit:,}"})


def _read_sheet(book: python_calamine.CalamineWorkbook, name: str) -> TextTable:
    sheet = book.get_sheet_by_name(name)
    # Some forms keep column A empty: a form starts where its first filled column stands.
    first_column = sheet.start[1] if sheet.start else 0
    rows = [row[first_column:] for row in sheet.to_python(skip_empty_area=False)]
    return TextTable(
        tuple(
            Line(number, tuple(map(_as_text, row)))
            for number, row in enumerate(rows, start=1)
            if any(cell != "" for cell in row)
        ),
        sheet_name=name,
        column_offset=first_column,
    )


def _as_text(cell: object) -> str:
    """The cell as a person would type it: 12.0 is 12, a date is ISO."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.date | datetime.datetime):
        return cell.isoformat()
    return str(cell)
