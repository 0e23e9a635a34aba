"""The rows about a person as they were sent, with the cells marked in which something was found."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import psycopg
from psycopg import sql

from ingestion.feedback.person_findings import PersonFinding
from ingestion.returns.catalogue import ReturnLayout, TableLayout

# A person with more rows than this in a table is looked at in the file.
ROWS_SHOWN = 40

_ROWS = """
select persons.person_number, files.file_name, sent.line_number, {cells}
from found_persons as persons
inner join raw.{table} as sent
    on sent.submission_id = {submission} and nullif(upper(btrim(sent.child)), '') = persons.person
inner join ledger.submission_file as files on sent.file_id = files.file_id
where persons.person_number <= {persons}
order by persons.person_number, files.file_id, sent.line_number
"""


@dataclass(frozen=True)
class RowOfPerson:
    """One row about a person: its line and its cells, in the order of the table's columns."""

    line_number: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True)
class RowsOfPerson:
    """The rows about a person in one file, and the columns of the table."""

    table_name: str
    file_name: str
    columns: tuple[str, ...]
    rows: tuple[RowOfPerson, ...]


def rows_of_persons(
    connection: psycopg.Connection, layout: ReturnLayout, submission_id: int, persons: int
) -> dict[int, list[RowsOfPerson]]:
    """Read the rows about the first persons, by the person's number; `found_persons` has been collected."""
    found: dict[int, list[RowsOfPerson]] = {}
    for table in layout.tables:
        for number, of_file in _of_table(connection, layout, table, submission_id, persons):
            found.setdefault(number, []).append(of_file)
    return found


# The columns in which something was found, by file and line.
Marks = Mapping[tuple[str, int], Collection[str]]


def marked_cells(findings: Sequence[PersonFinding]) -> Marks:
    """Return the columns in which something was found, by file and line."""
    marks: dict[tuple[str, int], set[str]] = {}
    for each in findings:
        if each.file_name and each.line_number and each.heading:
            marks.setdefault((each.file_name, each.line_number), set()).add(each.heading.lower())
    return marks


def with_marks(tables: Iterable[RowsOfPerson], marks: Marks) -> list[RowsOfPerson]:
    """Keep the tables in which a cell is marked; of many rows those around the first mark."""
    kept = []
    for table in tables:
        lines = [number for number, row in enumerate(table.rows) if (table.file_name, row.line_number) in marks]
        if lines:
            first = max(0, lines[0] - 2) if len(table.rows) > ROWS_SHOWN else 0
            rows = table.rows[first : first + ROWS_SHOWN]
            kept.append(RowsOfPerson(table.table_name, table.file_name, table.columns, rows))
    return kept


def _of_table(
    connection: psycopg.Connection, layout: ReturnLayout, table: TableLayout, submission_id: int, persons: int
) -> Iterable[tuple[int, RowsOfPerson]]:
    columns = tuple(column for column in table.known_columns if column != "child")
    statement = sql.SQL(_ROWS).format(
        cells=sql.SQL(", ").join(sql.Identifier("sent", column) for column in columns),
        table=sql.Identifier(f"{layout.code}_{table.name}"),
        submission=sql.Literal(submission_id),
        persons=sql.Literal(persons),
    )
    rows = connection.execute(statement).fetchall()
    for (number, file_name), of_file in groupby(rows, key=lambda row: (row[0], row[1])):
        yield (
            number,
            RowsOfPerson(
                table.name, file_name, columns, tuple(RowOfPerson(row[2], tuple(row[3:])) for row in of_file)
            ),
        )
