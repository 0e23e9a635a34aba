"""What is behind most findings of a submission: read from the ledger, with what stands there and what should."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.feedback.allowed import allowed_codes
from ingestion.feedback.facts import DecidedSubmission
from ingestion.feedback.wording import counted, spot
from ingestion.returns.catalogue import ReturnLayout, Shape, catalogue


@dataclass(frozen=True)
class ReportedCause:
    """A cause: where it is to be put right, what stands there, and how many findings go with it.

    The values and the person are None once the rows are purged, and where a cause has none.
    """

    cause_number: int
    kind: str
    file_name: str
    table_name: str | None
    line_number: int | None
    column_name: str | None
    heading: str | None
    places: int
    example_file: str | None
    example_line: int | None
    findings: int
    critical: int
    value: str | None
    person: str | None
    example_value: str | None


_CAUSES = """
select
    cause.cause_number, cause.kind, files.file_name, files.table_name, cause.line_number, cause.column_name,
    cause.heading, cause.places, examples.file_name as example_file, cause.example_line_number as example_line,
    cause.findings, cause.critical, {value} as value, {person} as person, {example_value} as example_value
from ledger.cause as cause
inner join ledger.submission_file as files on cause.file_id = files.file_id
left join ledger.submission_file as examples on cause.example_file_id = examples.file_id
where cause.submission_id = {submission}
order by cause.cause_number
"""

_CELL_OF_FORM = """(
    select cells.value from raw.{table} as cells
    where
        cells.file_id = cause.file_id and cells.line_number = cause.line_number
        and cells.column_number = cause.column_number
)"""

_CELL_OF_TABLE = """
when {name} then (
    select {cell} from raw.{table} as sent where sent.file_id = {file} and sent.line_number = {line}
)
"""


def reported_causes(connection: psycopg.Connection, submission: DecidedSubmission) -> tuple[ReportedCause, ...]:
    """Read what is behind most findings of a submission, the greatest cause first."""
    layout = catalogue().get(submission.return_code)
    if layout is None:
        return ()
    statement = sql.SQL(_CAUSES).format(submission=sql.Literal(submission.submission_id), **_cells(layout))
    with connection.cursor(row_factory=class_row(ReportedCause)) as cursor:
        return tuple(cursor.execute(statement).fetchall())


def summary(causes: Sequence[ReportedCause], all_findings: int) -> str:
    """Say how many findings go with the causes: 'Put these 3 right first: they cause 212 of 240 findings.'"""
    caused = sum(each.findings for each in causes)
    which = "this right first: it causes" if len(causes) == 1 else f"these {len(causes)} right first: they cause"
    return f"Put {which} {caused:,} of {counted(all_findings, 'finding')}."


def where(cause: ReportedCause) -> str:
    """Name the place of a cause: 'episodes.csv, column DECOM (B), 60 cells from line 2'."""
    is_of_rows = cause.kind in ("twice", "stranger")
    column = "" if is_of_rows else spot(cause.column_name, cause.heading)
    noun = "row" if is_of_rows else "cell"
    if cause.kind == "row_missing":
        return f"{cause.file_name}, {counted(cause.places, 'row')} to add"
    if cause.places == 1:
        return ", ".join(
            filter(None, (cause.file_name, f"line {cause.line_number}", column and f"column {column}"))
        )
    cells = f"{counted(cause.places, noun)} from line {cause.line_number}"
    return ", ".join(filter(None, (cause.file_name, column and f"column {column}", cells)))


def what_to_do(cause: ReportedCause, period_code: str, return_code: str) -> str:
    """Say what is wrong there and what the right form is; what is quoted stands in back-ticks."""
    example = f"{cause.example_file}, line {cause.example_line}"
    found, elsewhere = _quoted(cause.value), _quoted(cause.example_value)
    match cause.kind:
        case "disagrees" if cause.places == 1:
            return (
                f"The other rows about the same child{_named(cause.person)} say {elsewhere or 'otherwise'}, "
                f"such as {example}{f'; here stands {found}' if found else '; here stands nothing'}. "
                "Find out which is right, and enter it here."
            )
        case "disagrees":
            return (
                f"It is not what other files say of the same children: here{f' {found}' if found else ''}, "
                f"but {elsewhere or 'otherwise'} in {example}. Find out which is right, and enter it here."
            )
        case "numbered":
            return (
                f"The numbers of children are written in another way than elsewhere: {found or 'one'} is "
                f"{elsewhere or 'another'} in {example}. Write a child's number the same in every file; a "
                "spreadsheet takes leading zeros away unless the column is text."
            )
        case "row_missing":
            return (
                f"There is no row here for {counted(cause.places, 'child', 'children')} of other files"
                f"{f', such as {elsewhere}' if elsewhere else ''} in {example}. "
                "Add the row, or correct the number of the child there."
            )
        case "stranger":
            return (
                f"These rows are about children who are in no other file{_named(cause.person, ', such as ')}. "
                "Correct their numbers, or take the rows out."
            )
        case "twice":
            return f"The same row stands here a second time: that of line {cause.example_line}. Take it out."
        case "in_units":
            return (
                "The figures are about 1,000 times too large: the form asks for thousands. Divide them by 1,000."
            )
        case "in_thousands":
            return "The figures are about 1,000 times too small. Enter them in the unit that the form asks for."
        case "not_a_number":
            return f"{found or 'The text'} is not read as a number. Enter digits alone, without signs or words."
        case _:
            return f"{found or 'What stands here'} cannot be right. {_right_form(cause, period_code, return_code)}"


def _right_form(cause: ReportedCause, period_code: str, return_code: str) -> str:
    layout = catalogue()[return_code]
    (table,) = (each for each in layout.tables if each.name == cause.table_name)
    if cause.heading in table.dates:
        return "Write each date as day, month and year, as in `31/03/2026`, and within the time that it is about."
    codes = allowed_codes(return_code, cause.heading or "", period_code)
    if codes:
        return f"Allowed are {', '.join(f'`{code}` ({meaning})' for code, meaning in codes.items())}."
    return "Enter it as the guidance of the return asks."


def _quoted(value: str | None) -> str:
    return f"`{value}`" if value else ""


def _named(person: str | None, before: str = ", ") -> str:
    return f"{before}`{person}`" if person else ""


def _cells(layout: ReturnLayout) -> dict[str, sql.Composable]:
    """Return the expressions for what stands at the place of a cause and at its example, and whose it is."""
    nothing = sql.SQL("null::text")
    if layout.shape is Shape.FORM and layout.raw_table:
        value = sql.SQL(_CELL_OF_FORM).format(table=sql.Identifier(layout.raw_table))
        return {"value": value, "person": nothing, "example_value": nothing}
    if layout.shape is not Shape.TABLES:
        return {"value": nothing, "person": nothing, "example_value": nothing}
    return {
        "value": _of_table(layout, "cause.heading", "files", "cause.file_id", "cause.line_number"),
        "person": _of_table(layout, "'child'", "files", "cause.file_id", "cause.line_number"),
        "example_value": _of_table(
            layout, "coalesce(cause.heading, 'child')", "examples", "cause.example_file_id",
            "cause.example_line_number",
        ),
    }  # fmt: skip


def _of_table(
    layout: ReturnLayout, heading: LiteralString, files: str, file_id: LiteralString, line_number: LiteralString
) -> sql.Composable:
    cells = [
        sql.SQL(_CELL_OF_TABLE).format(
            name=sql.Literal(table.name),
            cell=sql.SQL("to_jsonb(sent) ->> {}").format(sql.SQL(heading)),
            table=sql.Identifier(f"{layout.code}_{table.name}"),
            file=sql.SQL(file_id),
            line=sql.SQL(line_number),
        )
        for table in layout.tables
    ]
    return sql.SQL("case {files}.table_name {cells} end").format(
        files=sql.Identifier(files), cells=sql.SQL(" ").join(cells)
    )
