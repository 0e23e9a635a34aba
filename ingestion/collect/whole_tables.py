"""Forms, records and answers: each file is one table, held in memory. One bad file, and nothing of it lands."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

from upath import UPath

from ingestion.authorities import find_authority
from ingestion.collect.copying import escape
from ingestion.collect.intake import DeliveredFile, Intake, RawTarget, RecognisedTable
from ingestion.readers.table import (
    MOST_ROWS_ABOVE,
    Row,
    TextTable,
    UnreadableFile,
    read_even_rows,
    title_above,
)
from ingestion.returns.catalogue import ReturnLayout, TableLayout
from ingestion.settings import Settings

# A form's headings are at its top; further down, the same words may occur in a note.
HEADING_ROWS = 15

_TO_ESCAPE = re.compile(r"[\\\t\n\r]")


@dataclass(kw_only=True)
class WholeTable(RecognisedTable):
    """A table whose rows have all been read."""

    copy_text: list[str]

    def raw_rows(self) -> Iterable[str]:
        """Return the rows as COPY text."""
        return self.copy_text


@dataclass(frozen=True)
class WholeTables:
    """A reader of files that are one table each, into raw rows of one kind."""

    raw_columns: tuple[str, ...]
    raw_rows: Callable[[list[Row], TableLayout], list[str]]
    most_cells: int  # of one table

    def max_bytes(self, settings: Settings) -> int:
        """Return the largest size of a file, in bytes."""
        return settings.max_file_bytes

    def take(self, received: DeliveredFile, path: UPath) -> None:
        """Read the bytes at once, and hash them."""
        content = path.read_bytes()
        received.open_file = partial(BytesIO, content)
        received.sha256 = hashlib.sha256(content).hexdigest()

    def reopen(self, received: DeliveredFile, archived: Path) -> None:
        """Keep using the bytes in memory."""

    def recognise(
        self, intake: Intake, received: DeliveredFile, tables: list[TextTable], layout: ReturnLayout
    ) -> list[DeliveredFile]:
        """Recognise the table of a file by the headings at its top."""
        found = _choose_sheet(tables, intake.delivery.sender)
        rows = read_even_rows(found, self.most_cells, may_be_short=layout.has_short_rows)
        table = _find_table(rows, layout)
        twin = next((each for each in intake.files if each.table_name == table.name), None)
        if twin:
            raise UnreadableFile("intake.table_twice", facts={"table": table.name, "other": twin.title})
        copy_text = self.raw_rows(rows, table)
        received.table_name = table.name
        received.table = WholeTable(
            name=table.name,
            target=RawTarget(layout.raw_tables[0], self.raw_columns),
            sheet_name=found.sheet_name,
            column_offset=found.column_offset,
            row_count=len(rows),
            cell_count=len(copy_text),
            copy_text=copy_text,
        )
        return [received]

    def conclude(self, intake: Intake, layout: ReturnLayout) -> None:
        """Drop all tables when anything was found."""
        if intake.findings:
            for received in intake.files:
                received.table = None


def form_rows(rows: list[Row], _: TableLayout) -> list[str]:
    """Write a row of COPY text for each filled cell of a form."""
    text: list[str] = []
    for number, cells in rows:
        # Searching a line as a whole is much cheaper than each cell, and most lines need no escaping.
        escaped: Iterable[str] = map(escape, cells) if _TO_ESCAPE.search("".join(cells)) else cells
        text += [f"{number}\t{column}\t{cell}" for column, cell in enumerate(escaped, 1) if cell]
    return text


def answer_rows(rows: list[Row], _: TableLayout) -> list[str]:
    """Write a row of COPY text for each answer, numbered in the order of the file."""
    return [f"{turn}\t{number}\t" + "\t".join(map(escape, cells)) for turn, (number, cells) in enumerate(rows, 1)]


def record_rows(rows: list[Row], table: TableLayout) -> list[str]:
    """Write a row of COPY text for each record: JSON text by column name, or by column number."""
    records = _numbered(rows) if table.columns_by_position else _named(rows)
    return [f"{line}\t{escape(json.dumps(record, ensure_ascii=False))}" for line, record in records]


def _named(rows: list[Row]) -> Iterator[tuple[int, dict[str, str]]]:
    """Take the first row as the header of all others."""
    (_, header), *records = rows
    return ((line, dict(zip(header, cells, strict=True))) for line, cells in records)


def _numbered(rows: list[Row]) -> Iterator[tuple[int, dict[str, str]]]:
    """Take every row, including the headings; an empty cell has no entry, an empty row no record."""
    for line, cells in rows:
        record = {str(column): cell for column, cell in enumerate(cells, 1) if cell}
        if record:
            yield line, record


def _choose_sheet(tables: list[TextTable], sender: str) -> TextTable:
    """Choose the only sheet, or the one named after the authority."""
    if len(tables) == 1:
        return tables[0]
    for table in tables:
        authority = find_authority(table.sheet_name or "")
        if authority and authority.code == sender:
            return table
    raise UnreadableFile("intake.no_sheet_of_authority", facts={"found": len(tables), "authority": sender})


def _find_table(rows: list[Row], layout: ReturnLayout) -> TableLayout:
    headings = {_tidy(cell) for _, cells in rows[:HEADING_ROWS] for cell in cells}
    for table in layout.tables:
        if not table.recognised_by or not headings.isdisjoint(table.recognised_by):
            _require_columns(rows, table)
            return table
    expected = " from ".join(table.name for table in layout.tables)
    raise UnreadableFile("intake.unrecognised_table", facts={"expected": expected, "rows": HEADING_ROWS})


def _require_columns(rows: list[Row], layout: TableLayout) -> None:
    missing = _missing_columns(rows[0][1] if rows else [], layout)
    if missing:
        for above, (line, cells) in enumerate(rows[1 : MOST_ROWS_ABOVE + 1], 1):
            if not _missing_columns(cells, layout):
                raise title_above(line, rows=above)
        raise UnreadableFile("intake.missing_columns", 1, {"found": ", ".join(missing)})


def _missing_columns(headings: Iterable[str], layout: TableLayout) -> list[str]:
    present = set(headings)
    return [column for column in layout.columns if present.isdisjoint(layout.headings(column))]


def _tidy(cell: str) -> str:
    return " ".join(cell.lower().split())
