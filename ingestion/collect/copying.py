"""COPY into `raw`: the text as sent, with its place in the file. Nothing is converted here."""

from collections.abc import Iterable
from itertools import groupby, islice

from psycopg import Cursor, sql

from ingestion.collect.intake import RawTarget, RecognisedTable

_CHUNK_ROWS = 20_000

# COPY's own text format: these are the only characters it needs to have escaped.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def escape(text: str) -> str:
    """Escape a text for COPY."""
    return text.translate(_ESCAPES)


def copy_tables(cursor: Cursor, submission_id: int, tables: Iterable[tuple[int, RecognisedTable]]) -> None:
    """COPY the tables of a submission, each with the number of its file; those of one target in one statement."""
    for target, group in groupby(tables, key=lambda numbered: numbered[1].target):
        _copy(cursor, target, submission_id, group)


def _copy(
    cursor: Cursor, target: RawTarget, submission_id: int, tables: Iterable[tuple[int, RecognisedTable]]
) -> None:
    columns = ("submission_id", "file_id", *target.columns)
    statement = sql.SQL("copy raw.{} ({}) from stdin").format(
        sql.Identifier(target.table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        for file_id, table in tables:
            head = f"{submission_id}\t{file_id}\t"
            between = f"\n{head}"
            rows = iter(table.raw_rows())
            while chunk := list(islice(rows, _CHUNK_ROWS)):
                copy.write(f"{head}{between.join(chunk)}\n")
