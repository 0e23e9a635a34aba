"""COPY into `raw`: the text as it was sent, with its place in the file. Nothing is converted here."""

import json
from collections.abc import Iterator

from psycopg import Cursor, sql

from ingestion.readers.table import TextTable
from ingestion.returns.catalogue import ReturnLayout, Shape

# COPY's own text format: these are the only characters it needs to have escaped.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_CHUNK_ROWS = 5000

_COLUMNS = {
    Shape.FORM: ("submission_id", "file_id", "line_number", "column_number", "value"),
    Shape.RECORDS: ("submission_id", "file_id", "line_number", "record"),
}


def copy_table(cursor: Cursor, layout: ReturnLayout, submission_id: int, file_id: int, table: TextTable) -> int:
    """COPY one table; returns how many raw rows it made."""
    rows = _form_rows(table) if layout.shape is Shape.FORM else _record_rows(table)
    head = f"{submission_id}\t{file_id}\t"
    statement = sql.SQL("copy raw.{} ({}) from stdin").format(
        sql.Identifier(layout.raw_table), sql.SQL(", ").join(map(sql.Identifier, _COLUMNS[layout.shape]))
    )
    count = 0
    with cursor.copy(statement) as copy:
        chunk: list[str] = []
        for row in rows:
            chunk.append(f"{head}{row}\n")
            count += 1
            if len(chunk) == _CHUNK_ROWS:
                copy.write("".join(chunk))
                chunk.clear()
        copy.write("".join(chunk))
    return count


def _form_rows(table: TextTable) -> Iterator[str]:
    for line in table.lines:
        for column, cell in enumerate(line.cells, start=1):
            if cell != "":
                yield f"{line.number}\t{column}\t{cell.translate(_ESCAPES)}"


def _record_rows(table: TextTable) -> Iterator[str]:
    header = table.lines[0].cells
    for line in table.lines[1:]:
        record = json.dumps(dict(zip(header, line.cells, strict=True)), ensure_ascii=False)
        yield f"{line.number}\t{record.translate(_ESCAPES)}"
