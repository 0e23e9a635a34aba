"""COPY into `raw`: the text as it was sent, with its place in the file. Nothing is converted here."""

import json
import re
from collections.abc import Iterable

from psycopg import Cursor, sql

from ingestion.readers.table import TextTable
from ingestion.returns.catalogue import ReturnLayout, Shape

# COPY's own text format: these are the only characters it needs to have escaped.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_TO_ESCAPE = re.compile(r"[\\\t\n\r]")
_CHUNK_ROWS = 20_000

_COLUMNS = {
    Shape.FORM: ("submission_id", "file_id", "line_number", "column_number", "value"),
    Shape.RECORDS: ("submission_id", "file_id", "line_number", "record"),
}


def raw_rows(layout: ReturnLayout, table: TextTable) -> list[str]:
    """The raw rows of one table as COPY text, without the two numbers that every row begins with."""
    return _form_rows(table) if layout.shape is Shape.FORM else _record_rows(table)


def copy_rows(
    cursor: Cursor, layout: ReturnLayout, submission_id: int, rows_by_file: Iterable[tuple[int, list[str]]]
) -> None:
    """COPY the rows of all files of a submission at once."""
    statement = sql.SQL("copy raw.{} ({}) from stdin").format(
        sql.Identifier(*layout.raw_tables), sql.SQL(", ").join(map(sql.Identifier, _COLUMNS[layout.shape]))
    )
    with cursor.copy(statement) as copy:
        for file_id, rows in rows_by_file:
            head = f"{submission_id}\t{file_id}\t"
            between = f"\n{head}"
            for start in range(0, len(rows), _CHUNK_ROWS):
                copy.write(f"{head}{between.join(rows[start : start + _CHUNK_ROWS])}\n")


def _form_rows(table: TextTable) -> list[str]:
    rows: list[str] = []
    for line in table.lines:
        number = line.number
        rows += [f"{number}\t{column}\t{cell}" for column, cell in enumerate(_escaped(line.cells), 1) if cell]
    return rows


def _escaped(cells: tuple[str, ...]) -> Iterable[str]:
    # Looking at a line as a whole is much cheaper than at each cell, and most lines need nothing.
    return [cell.translate(ESCAPES) for cell in cells] if _TO_ESCAPE.search("".join(cells)) else cells


def _record_rows(table: TextTable) -> list[str]:
    header = table.lines[0].cells
    rows = []
    for line in table.lines[1:]:
        record = json.dumps(dict(zip(header, line.cells, strict=True)), ensure_ascii=False)
        rows.append(f"{line.number}\t{record.translate(ESCAPES)}")
    return rows
