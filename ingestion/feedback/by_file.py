"""Findings by file, in the order in which somebody goes through the files.

Of tables of persons each column with the rules that find something there; of a form each row as it was sent, with
the cells marked, and what was found in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.feedback.facts import DecidedSubmission
from ingestion.feedback.findings import FindingSource, ReportedFinding
from ingestion.returns.catalogue import Shape, catalogue

# More rows of a file than these are looked at in the file, and more findings of a row in the list of the rule.
ROWS_SHOWN = 100
SAID_OF_A_ROW = 12

_PLACES = """
select
    file_name, table_name, column_name, heading, rule_code, severity,
    count(*)::int as findings, min(line_number) as first_line
from ({findings}) as found
group by file_name, table_name, column_name, heading, rule_code, severity
order by
    file_name nulls first, table_name nulls first,
    sum(count(*)) over (partition by file_name, table_name, column_name, heading) desc, column_name, findings desc,
    rule_code
"""

# The findings of the first rows of each file, and what stands in these rows.
_ROWS_OF_FORM = """
with lines as (
    select
        file_id, line_number,
        row_number() over (partition by file_id order by line_number) as turn
    from ledger.finding
    where submission_id = {submission} and file_id is not null and line_number is not null
    group by file_id, line_number
)

select
    files.file_name,
    files.table_name,
    lines.line_number,
    (
        select array_agg(
            array[raw.column_letter(cells.column_number + files.column_offset), cells.value]
            order by cells.column_number
        )
        from raw.{table} as cells
        where cells.file_id = lines.file_id and cells.line_number = lines.line_number
    ) as cells,
    (
        select array_agg(
            array[finding.column_name, finding.severity, finding.message]
            order by finding.column_number nulls first, finding.finding_id
        )
        from ledger.finding
        where
            finding.submission_id = {submission}
            and finding.file_id = lines.file_id and finding.line_number = lines.line_number
    ) as said
from lines
inner join ledger.submission_file as files on lines.file_id = files.file_id
where lines.turn <= {at_most}
order by files.file_name, files.file_id, lines.line_number
"""


@dataclass(frozen=True)
class PlaceOfFindings:
    """A column of a file and a rule that finds something there; no file where it is about all of them."""

    file_name: str | None
    table_name: str | None
    column_name: str | None
    heading: str | None
    rule_code: str
    severity: str
    findings: int
    first_line: int | None


@dataclass(frozen=True)
class RowOfForm:
    """A row as it was sent: its cells by the letter of the column; and of findings column, severity, sentence."""

    line_number: int
    cells: Mapping[str, str]
    said: tuple[tuple[str | None, str, str], ...]

    @property
    def marked(self) -> frozenset[str]:
        """The letters of the cells in which something was found."""
        return frozenset(column for column, _, _ in self.said if column)

    @property
    def first_said(self) -> tuple[tuple[str | None, str, str], ...]:
        """What is told of the row; the rest stands with its rules."""
        return self.said[:SAID_OF_A_ROW]


@dataclass(frozen=True)
class FileOfFindings:
    """A file with findings; a file with several tables is one for each of them."""

    number: int
    file_name: str | None
    table_name: str | None
    places: tuple[PlaceOfFindings, ...]
    rows: tuple[RowOfForm, ...] = ()

    @property
    def findings(self) -> int:
        """The number of its findings."""
        return sum(each.findings for each in self.places)

    @property
    def columns(self) -> tuple[str, ...]:
        """The letters of the columns of its rows, as a spreadsheet has them."""
        letters = {letter for row in self.rows for letter in (*row.cells, *row.marked)}
        return tuple(sorted(letters, key=lambda letter: (len(letter), letter)))

    def anchor(self, line_number: int) -> str:
        """Return the name of a row on the page."""
        return f"f{self.number}-{line_number}"


def findings_by_file(
    connection: psycopg.Connection, source: FindingSource, submission: DecidedSubmission
) -> tuple[FileOfFindings, ...]:
    """Read where findings are, file by file, with the rows of a form; first those of the whole delivery."""
    with connection.cursor(row_factory=class_row(PlaceOfFindings)) as cursor:
        places = cursor.execute(sql.SQL(_PLACES).format(findings=source.findings)).fetchall()
    rows = _rows_of_form(connection, submission)
    of_files = groupby(places, key=attrgetter("file_name", "table_name"))
    return tuple(
        FileOfFindings(number, *file, tuple(of_file), rows.get(file, ()))
        for number, (file, of_file) in enumerate(of_files, start=1)
    )


def anchors(files: Iterable[FileOfFindings]) -> dict[tuple[str | None, str | None, int | None], str]:
    """Return the names of the rows that are shown, by file, table and line."""
    return {
        (file.file_name, file.table_name, row.line_number): file.anchor(row.line_number)
        for file in files
        for row in file.rows
    }


def place_of(finding: ReportedFinding) -> tuple[str | None, str | None, int | None]:
    """Return the row of a finding, as `anchors` has it."""
    return finding.file_name, finding.table_name, finding.line_number


Rows = dict[tuple[str | None, str | None], tuple[RowOfForm, ...]]


def _rows_of_form(connection: psycopg.Connection, submission: DecidedSubmission) -> Rows:
    layout = catalogue().get(submission.return_code)
    if layout is None or layout.shape is not Shape.FORM or layout.raw_table is None:
        return {}
    statement = sql.SQL(_ROWS_OF_FORM).format(
        submission=sql.Literal(submission.submission_id),
        table=sql.Identifier(layout.raw_table),
        at_most=sql.Literal(ROWS_SHOWN),
    )
    found = connection.execute(statement).fetchall()
    return {file: tuple(_rows(of_file)) for file, of_file in groupby(found, key=itemgetter(0, 1))}


def _rows(found: Iterable[tuple]) -> Iterator[RowOfForm]:  # type: ignore[type-arg]
    for _, _, line_number, cells, said in found:
        yield RowOfForm(line_number, dict(cells or ()), tuple(map(tuple, said)))
