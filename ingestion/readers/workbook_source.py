"""A workbook with a sheet a table."""

from collections.abc import Iterator
from pathlib import Path

from ingestion.readers.source import OpenedTable, Row
from ingestion.readers.table import TextTable
from ingestion.readers.workbook import read_workbook


def open_workbook(path: Path, max_unpacked_bytes: int) -> list[OpenedTable]:
    """Every sheet that holds anything. The format has to be read whole, so the settings limit its size.

    Raises:
        UnreadableFile: not a workbook, damaged, or larger than allowed once unpacked.
    """
    return [_open(sheet) for sheet in read_workbook(path.read_bytes(), max_unpacked_bytes) if sheet.lines]


def _open(sheet: TextTable) -> OpenedTable:
    header = sheet.lines[0]

    def rows() -> Iterator[Row]:
        for line in sheet.lines[1:]:
            yield line.number, list(line.cells)

    return OpenedTable(header.number, list(header.cells), rows, sheet.sheet_name, sheet.column_offset)
