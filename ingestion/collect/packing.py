"""Pack what a check at a council has made of its return about persons; nothing in it tells who a person is."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from upath import UPath

from ingestion.collect.intake import Intake
from ingestion.collect.package_file import (
    FINDING_COLUMNS,
    FINDINGS,
    Manifest,
    PackageWriter,
    PackedCause,
    PackedFile,
    PackedResult,
    PackedRows,
    layout_columns,
    new_package,
    rules_digest,
)
from ingestion.returns.catalogue import ReturnLayout, find_return
from ingestion.settings import MEBIBYTE

# Findings of the intake, and of columns that are too many, quote what they found, and anything may stand there.
_QUOTING = "^(intake[.]|structure[.]extra_columns$)"
_INSTEAD_OF_A_QUOTE = "What was found there stands in the report that the council's own worker has written."

_TURNS = """
select file_id, row_number() over (order by file_id) as turn
from ledger.submission_file
where submission_id = {submission}
"""

_ROWS = """
copy (
    with turns as ({turns})
    select turns.turn, {columns}
    from pseudonymised.{table} as held
    inner join turns on held.file_id = turns.file_id
    order by turns.turn, held.line_number
) to stdout
"""

_FINDINGS = """
copy (
    with turns as ({turns})
    select
        turns.turn, rule_code, severity, dimension, needs_sign_off, table_name, line_number, column_number,
        column_name, case when rule_code ~ {quoting} then {instead} else message end, heading, could_not_run,
        cause_number
    from ledger.finding
    left join turns on finding.file_id = turns.file_id
    where finding.submission_id = {submission}
    order by finding.finding_id
) to stdout
"""

_FILES = """
select file_name, table_name, sheet_name, column_offset, sha256, size_bytes, row_count, cell_count, headings
from ledger.submission_file
where submission_id = %s
order by file_id
"""

_CAUSES = """
with turns as ({turns})
select
    cause_number, kind, of_file.turn as file, line_number, column_number, column_name, heading, places,
    of_example.turn as example_file, example_line_number, findings, critical
from ledger.cause
inner join turns as of_file on cause.file_id = of_file.file_id
left join turns as of_example on cause.example_file_id = of_example.file_id
where cause.submission_id = {submission}
order by cause_number
"""

# The check notes its rules and its submissions in one transaction, so both carry the same time.
_RESULTS = """
select
    result.rule_code, result.outcome, result.failing_rows, result.needs,
    case when result.error is not null then 'It could not be run; the log at the council says why.' end as error,
    result.not_run_for is not null as was_not_run, result.rows_checked
from ledger.submission
inner join ledger.rule_result as result
    on submission.return_code = result.return_code and submission.checked_at = result.checked_at
where submission.submission_id = %s
order by result.rule_result_id
"""


def pack_checked(connection: psycopg.Connection, submission_id: int, target: Path) -> None:
    """Pack a submission about persons that was checked, alone in its check, and pseudonymised."""
    sender, return_code, period = _about(connection, submission_id)
    layout = find_return(return_code)
    parts: dict[str, sql.Composable] = {
        "submission": sql.Literal(submission_id), "quoting": sql.Literal(_QUOTING),
        "instead": sql.Literal(_INSTEAD_OF_A_QUOTE),
    }  # fmt: skip
    parts |= {"turns": sql.SQL(_TURNS).format(**parts)}
    with new_package(target) as package:
        rows = _add_rows(connection, package, layout, parts)
        _add(connection, package, FINDINGS, sql.SQL(_FINDINGS).format(**parts))
        rows[FINDINGS] = PackedRows(columns=FINDING_COLUMNS)
        with connection.cursor(row_factory=class_row(PackedCause)) as cursor:
            causes = cursor.execute(sql.SQL(_CAUSES).format(**parts)).fetchall()
        with connection.cursor(row_factory=class_row(PackedResult)) as cursor:
            results = cursor.execute(_RESULTS, [submission_id]).fetchall()
        with connection.cursor(row_factory=class_row(PackedFile)) as cursor:
            files = cursor.execute(_FILES, [submission_id]).fetchall()
        package.conclude(
            Manifest(
                sender=sender, return_code=return_code, period_code=period, rules_digest=rules_digest(return_code),
                files=tuple(files), rows=rows, causes=tuple(causes), results=tuple(results),
            )
        )  # fmt: skip


def pack_as_sent(intake: Intake, target: Path) -> None:
    """Pack the files of a return in which no person stands, as they were sent."""
    delivery = intake.delivery
    with new_package(target) as package:
        for turn, path in enumerate(delivery.files, 1):
            package.add(str(turn), _bytes_of(path))
        package.conclude(
            Manifest(
                sender=delivery.sender, return_code=delivery.return_code, period_code=delivery.period_code,
                rules_digest=rules_digest(delivery.return_code),
                files=tuple(
                    PackedFile(file_name=file.file_name, sha256=file.sha256, size_bytes=file.size_bytes)
                    for file in intake.files
                ),
            )
        )  # fmt: skip


def kept_columns(connection: psycopg.Connection, table: str) -> tuple[str, ...]:
    """Return the columns of a pseudonymised table that a package holds of it."""
    found = connection.execute(
        "select column_name::text from information_schema.columns"
        " where table_schema = 'pseudonymised' and table_name = %s order by ordinal_position",
        [table],
    ).fetchall()
    return layout_columns(column for (column,) in found)


def _bytes_of(path: UPath) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(MEBIBYTE):
            yield chunk


def _about(connection: psycopg.Connection, submission_id: int) -> tuple[str, str, str]:
    row = connection.execute(
        "select sender, return_code, period_code from ledger.submission where submission_id = %s", [submission_id]
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def _add_rows(
    connection: psycopg.Connection, package: PackageWriter, layout: ReturnLayout, parts: dict[str, sql.Composable]
) -> dict[str, PackedRows]:
    added = {}
    for table in layout.raw_tables:
        columns = kept_columns(connection, table)
        statement = sql.SQL(_ROWS).format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(sql.Identifier("held", column) for column in columns),
            **parts,
        )
        _add(connection, package, table, statement)
        added[table] = PackedRows(columns=columns)
    return added


def _add(connection: psycopg.Connection, package: PackageWriter, name: str, statement: sql.Composed) -> None:
    with connection.cursor().copy(statement) as copy:
        package.add(name, (bytes(chunk) for chunk in copy))
