"""Findings of one submission, read for its report: at most one page of them at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import IO, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.feedback.facts import COULD_NOT_RUN
from ingestion.outbox.spreadsheets import neutralised
from ingestion.warehouse.states import Severity

BYTE_ORDER_MARK = "\ufeff"  # without it, Excel takes the file for Windows-1252

SEVERITIES = sql.Literal([severity.value for severity in Severity])

# Most rules have one sentence for all findings; those applied while files are read have one per finding.
_RULES = """
select
    row_number() over (
        order by array_position({severities}::text[], finding.severity), {order}
    )::int as rule_number,
    finding.rule_code,
    finding.severity,
    min(finding.dimension) as dimension,
    count(*) as findings,
    bool_or(finding.needs_sign_off) as needs_sign_off,
    min(finding.message) as message,
    min(finding.message) <> max(finding.message) as messages_differ,
    bool_or({could_not_run}) as could_not_run
from ledger.finding
where finding.submission_id = {submission}
group by finding.rule_code, finding.severity
"""

_FIRST_OF_EACH_RULE = """
select {columns}
from ({findings}) as found
where place_in_rule <= {at_most}
order by rule_number, place_in_rule
"""

_FIRST_OF_EACH_CAUSE = """
select {columns}
from (
    select
        found.*,
        row_number() over (
            partition by found.cause_number order by found.rule_number, found.place_in_rule
        ) as place_in_cause
    from ({findings}) as found
    where found.cause_number is not null
) as found
where place_in_cause <= {at_most}
order by cause_number, place_in_cause
"""

# A plain sentence has no back-ticks around what it quotes.
_PLAIN: LiteralString = (
    "case when strpos({cell}, '`') > 0 then regexp_replace({cell}, '`([^`]+)`', '\\1', 'g') else {cell} end"
)
_FROM_OUTSIDE = ("file_name", "person", "value")


@dataclass(frozen=True)
class ReportedRule:
    """A rule with findings in a submission."""

    rule_number: int
    rule_code: str
    severity: str
    dimension: str
    findings: int
    needs_sign_off: bool
    message: str
    messages_differ: bool
    could_not_run: bool


@dataclass(frozen=True)
class ReportedFinding:
    """One finding: its place and the value there, and the number of the cause behind it, where one was found.

    The person is None where a return has none; person and value are None once the rows are purged.
    """

    finding_id: int
    cause_number: int | None
    rule_number: int
    rule_code: str
    severity: str
    file_name: str | None
    line_number: int | None
    heading: str | None
    column_name: str | None
    table_name: str | None
    person: str | None
    value: str | None
    message: str


@dataclass(frozen=True)
class FindingSource:
    """The queries that read the findings of one submission.

    Attributes:
        rules: a query with the columns of `ReportedRule`.
        findings: a query with the columns of `ReportedFinding`, `dimension` and `place_in_rule`.
        csv_columns: the headings of the file of all findings, and the column of `findings` below each.
    """

    rules: sql.Composable
    findings: sql.Composable
    csv_columns: dict[LiteralString, LiteralString]


def rules_of(submission_id: int, order: LiteralString) -> sql.Composed:
    """Compose the query of the rules with findings: by severity, then in this order."""
    return sql.SQL(_RULES).format(
        severities=SEVERITIES,
        order=sql.SQL(order),
        could_not_run=sql.SQL(COULD_NOT_RUN),
        submission=sql.Literal(submission_id),
    )


def reported_rules(connection: psycopg.Connection, source: FindingSource) -> tuple[ReportedRule, ...]:
    """Read the rules with findings, in the order of their numbers."""
    statement = sql.SQL("select * from ({}) as rules order by rule_number").format(source.rules)
    with connection.cursor(row_factory=class_row(ReportedRule)) as cursor:
        return tuple(cursor.execute(statement).fetchall())


def first_findings(
    connection: psycopg.Connection, source: FindingSource, at_most: int
) -> Iterator[ReportedFinding]:
    """Read the first findings of each rule, rule by rule."""
    return _first(connection, _FIRST_OF_EACH_RULE, source, at_most)


def first_of_causes(
    connection: psycopg.Connection, source: FindingSource, at_most: int
) -> Iterator[ReportedFinding]:
    """Read the first findings of each cause, cause by cause."""
    return _first(connection, _FIRST_OF_EACH_CAUSE, source, at_most)


def _first(
    connection: psycopg.Connection, query: LiteralString, source: FindingSource, at_most: int
) -> Iterator[ReportedFinding]:
    statement = sql.SQL(query).format(
        columns=finding_columns(), findings=source.findings, at_most=sql.Literal(at_most)
    )
    with connection.cursor("first_findings", row_factory=class_row(ReportedFinding)) as cursor:
        cursor.itersize = at_most
        yield from cursor.execute(statement)


def copy_findings(connection: psycopg.Connection, source: FindingSource, file: IO[bytes]) -> None:
    """Stream every finding as CSV with headings, such that a spreadsheet runs no cell as a formula."""
    file.write(f"{BYTE_ORDER_MARK}{','.join(source.csv_columns)}\n".encode())
    statement = sql.SQL("copy (select {} from ({}) as found) to stdout (format csv)").format(
        sql.SQL(", ").join(_csv_cell(column) for column in source.csv_columns.values()), source.findings
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            file.write(block)


def finding_columns() -> sql.Composed:
    """List the columns of `ReportedFinding`."""
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in fields(ReportedFinding))


def plain(sentence: sql.Composable) -> sql.Composed:
    """Compose a sentence without the back-ticks around what it quotes."""
    return sql.SQL(_PLAIN).format(cell=sentence)


def _csv_cell(column: LiteralString) -> sql.Composable:
    cell = sql.Identifier(column)
    if column == "message":
        return neutralised(plain(cell))
    return neutralised(cell) if column in _FROM_OUTSIDE else cell
