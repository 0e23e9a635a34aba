"""Recognise a table of a return by its columns, and find the position of each column in the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ingestion.readers.table import MOST_ROWS_ABOVE, Row, TextTable, UnreadableFile, title_above
from ingestion.returns.catalogue import ReturnLayout, TableLayout


@dataclass(frozen=True)
class HeadedTable:
    """A header and the rows below it, not yet recognised. The rows can be read once."""

    heading_line: int
    headings: list[str]
    rows: Iterator[Row]
    sheet_name: str | None
    column_offset: int
    is_implied: bool


@dataclass(frozen=True)
class KnownTable:
    """A table of the return in a file. `positions` numbers the columns of the file from 1.

    An optional column that the file does not have has no position.
    """

    layout: TableLayout
    headed: HeadedTable
    positions: dict[str, int]
    other_headings: tuple[str, ...]


def find_headers(tables: list[TextTable]) -> list[HeadedTable]:
    """Read the first row of each table as its header; skip a table without any row.

    Raises:
        UnreadableFile: no table has a row, or the first row cannot be read.
    """
    headed = []
    for table in tables:
        rows = iter(table.rows)
        for line, headings in rows:
            headed.append(
                HeadedTable(line, headings, rows, table.sheet_name, table.column_offset, table.is_implied)
            )
            break
    if not headed:
        raise UnreadableFile("intake.empty_file")
    return headed


def recognise_columns(headed: HeadedTable, layout: ReturnLayout) -> KnownTable:
    """Recognise a table by its columns: in any order, upper or lower case, with others between them.

    Raises:
        UnreadableFile: no table has these columns, some are missing, or one is there twice.
    """
    headings = [heading.strip().lower() for heading in headed.headings]
    known = set(headings)
    fitting = [table for table in layout.tables if known.issuperset(table.columns)]
    if not fitting:
        raise _below_a_title(headed, layout) or _not_recognised(known, headed, layout)
    table = max(fitting, key=lambda table: len(table.columns))
    for column in table.known_columns:
        if headings.count(column) > 1:
            facts: dict[str, object] = {"column": column.upper(), "table": table.name}
            raise UnreadableFile("structure.column_twice", headed.heading_line, facts)
    positions = {column: headings.index(column) + 1 for column in table.known_columns if column in known}
    others = tuple(heading for heading in headed.headings if heading.strip().lower() not in positions)
    return KnownTable(table, headed, positions, others)


def _below_a_title(headed: HeadedTable, layout: ReturnLayout) -> UnreadableFile | None:
    """Look for the headings of a table in the rows below the first one, of which nothing is said."""
    for above, (line, cells) in enumerate(islice(headed.rows, MOST_ROWS_ABOVE), 1):
        known = {cell.strip().lower() for cell in cells}
        if any(known.issuperset(table.columns) for table in layout.tables):
            return title_above(line, rows=above)
    return None


def _not_recognised(known: set[str], headed: HeadedTable, layout: ReturnLayout) -> UnreadableFile:
    nearest = max(layout.tables, key=lambda table: len(known.intersection(table.columns)) / len(table.columns))
    missing = [column.upper() for column in nearest.columns if column not in known]
    if len(missing) > len(nearest.columns) / 2:
        expected = ", ".join(table.name for table in layout.tables)
        return UnreadableFile("intake.unrecognised_columns", headed.heading_line, {"expected": expected})
    return UnreadableFile(
        "structure.columns_missing", headed.heading_line, {"table": nearest.name, "missing": ", ".join(missing)}
    )
