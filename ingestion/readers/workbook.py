"""Read Excel workbooks, .xls and .xlsx, a table per sheet. The format is read whole, so its size is limited.

A sheet of two cells far apart is laid out with everything between them: it is read in a process of its own.
"""

import datetime
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import python_calamine

from ingestion.readers.confined import Died, confined
from ingestion.readers.table import OpenFile, Room, Row, TextTable, UnreadableFile

_ZIP_MARK = b"PK"
# Of all sheets together: a return has some ten thousand. What the reading process hands over is held in this one.
MOST_CELLS = 2_000_000


def read_workbook(open_file: OpenFile, max_unpacked_bytes: int) -> list[TextTable]:
    """Read every sheet of a workbook, in order, cells as text; row numbers are the sheet's own.

    Raises:
        UnreadableFile: not a workbook, damaged, or larger than allowed once unpacked.
    """
    with open_file() as file:
        try:
            return confined(lambda: _read_sheets(file, max_unpacked_bytes))
        except Died as error:
            raise unreadable(f"{error}; look for cells far below the table, or far to its right") from error


def unreadable(found: str, row: int | None = None) -> UnreadableFile:
    """Say why a workbook cannot be read."""
    return UnreadableFile("intake.unreadable_workbook", row, {"found": found or "it is damaged"})


def _read_sheets(file: IO[bytes], max_unpacked_bytes: int) -> list[TextTable]:
    refuse_zip_bomb(file, max_unpacked_bytes)
    return read_sheets(file)


def read_sheets(file: IO[bytes]) -> list[TextTable]:
    """Read every sheet in this process, which a crafted file can bring to its end: call it in a confined one.

    Raises:
        UnreadableFile: not a workbook, or damaged.
    """
    try:
        file.seek(0)
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        room = Room(MOST_CELLS)
        return [_read_sheet(book, name, room) for name in book.sheet_names]
    except (UnreadableFile, MemoryError):
        raise
    # A panic of the library is no Exception.
    except BaseException as error:
        raise unreadable(str(error)) from error


def refuse_zip_bomb(file: IO[bytes], limit: int) -> None:
    """Refuse a zipped workbook that would unpack to more bytes than this.

    Raises:
        UnreadableFile: it would, or it is damaged.
    """
    if file.read(len(_ZIP_MARK)) != _ZIP_MARK:
        return
    try:
        with zipfile.ZipFile(file) as archive:
            declared = sum(entry.file_size for entry in archive.infolist())
    # A damaged archive raises many kinds of error.
    except Exception as error:
        raise unreadable(str(error)) from error
    if declared > limit:
        raise UnreadableFile("intake.unpacks_too_large", facts={"size": f"{declared:,}", "limit": f"{limit:,}"})


def _read_sheet(book: python_calamine.CalamineWorkbook, name: str, room: Room) -> TextTable:
    if "\x00" in name:
        raise unreadable("the name of a sheet holds a NUL character")
    sheet = book.get_sheet_by_name(name)
    # Some forms keep column A empty: a form starts at its first filled column.
    first_column = sheet.start[1] if sheet.start else 0
    rows = sheet.to_python(skip_empty_area=False)
    return TextTable(list(_rows(rows, first_column, room)), sheet_name=name, column_offset=first_column)


def _rows(rows: Iterable[Sequence[object]], first_column: int, room: Room) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        cells = row[first_column:]
        if any(cell != "" for cell in cells):
            room.take(len(cells))
            texts = list(map(_as_text, cells))
            if any("\x00" in text for text in texts):
                raise unreadable(f"row {number} holds a NUL character", number)
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
