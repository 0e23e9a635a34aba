"""CSV files that people open: a spreadsheet runs no cell of them, whoever wrote its text.

A spreadsheet takes a cell for a formula that begins with `=`, `+`, `-`, `@`, a tab or a line end; an apostrophe
before it makes it a text (CWE-1236). Negative numbers stay as they are.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import LiteralString

from psycopg import sql

_NUMBER: LiteralString = "-[0-9][0-9,]*([.][0-9]+)?(e[+-]?[0-9]+)?"
_RUN = re.compile(rf"(?!{_NUMBER}$)[=+@\t\r\n-]")
_NEUTRAL: LiteralString = (
    "case when left({cell}, 1) in ('=', '+', '-', '@', E'\\t', E'\\r', E'\\n')"
    f" and {{cell}} !~ '^{_NUMBER}$' then '''' || {{cell}} else {{cell}} end"
)


def csv_text(columns: Iterable[str], rows: Iterable[Iterable[object]], line_end: str = "\n") -> str:
    """Write a heading and rows as CSV, such that a spreadsheet runs no cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(map(neutral, columns))
    writer.writerows(map(neutral, row) for row in rows)
    return text.getvalue()


def neutral(cell: object) -> object:
    """Return a cell such that a spreadsheet does not run it."""
    return f"'{cell}" if isinstance(cell, str) and _RUN.match(cell) else cell


def neutralised(cell: sql.Composable) -> sql.Composed:
    """Compose the text of a cell such that a spreadsheet does not run it: `neutral` for what PostgreSQL copies."""
    return sql.SQL(_NEUTRAL).format(cell=cell)
