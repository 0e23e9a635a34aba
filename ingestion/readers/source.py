"""One table of a return as it stands in a file: which columns are where, and its rows as a stream."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.readers.table import UnreadableFile
from ingestion.returns.catalogue import ReturnLayout, TableLayout

# The line of the file (or row of the sheet) that a row starts on, and its cells.
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class OpenedTable:
    """A header and the rows below it, before anybody knows which table it is. Rows may be asked for once."""

    heading_line: int
    headings: list[str]
    rows: Callable[[], Iterator[Row]]
    sheet_name: str | None = None
    column_offset: int = 0
    is_implied: bool = False  # the file could hold rows of it and holds none


@dataclass(frozen=True)
class TableSource:
    """A table of the return in a file. `positions` numbers the columns of the file from 1.

    An optional column that the file does not have has no position.
    """

    path: Path
    table: TableLayout
    opened: OpenedTable
    positions: dict[str, int]
    other_headings: tuple[str, ...]


def recognise(path: Path, opened: OpenedTable, layout: ReturnLayout) -> TableSource:
    """Tell a table by its columns: in any order, upper or lower case, with others between them.

    Raises:
        UnreadableFile: no table has these columns, some are missing, or one is there twice.
    """
    headings = [heading.strip().lower() for heading in opened.headings]
    known = set(headings)
    fitting = [table for table in layout.tables if known.issuperset(table.columns)]
    if not fitting:
        raise _not_recognised(known, opened, layout)
    table = max(fitting, key=lambda table: len(table.columns))
    for column in table.known_columns:
        if headings.count(column) > 1:
            raise UnreadableFile(
                "structure.column_twice", opened.heading_line, {"column": column.upper(), "table": table.name}
            )
    positions = {column: headings.index(column) + 1 for column in table.known_columns if column in known}
    others = tuple(heading for heading in opened.headings if heading.strip().lower() not in positions)
    return TableSource(path, table, opened, positions, others)


def _not_recognised(known: set[str], opened: OpenedTable, layout: ReturnLayout) -> UnreadableFile:
    nearest = max(layout.tables, key=lambda table: len(known.intersection(table.columns)) / len(table.columns))
    missing = [column.upper() for column in nearest.columns if column not in known]
    if len(missing) > len(nearest.columns) / 2:
        expected = ", ".join(table.name for table in layout.tables)
        return UnreadableFile("intake.unrecognised_columns", opened.heading_line, {"expected": expected})
    return UnreadableFile(
        "structure.columns_missing", opened.heading_line, {"table": nearest.name, "missing": ", ".join(missing)}
    )
