"""Take in what a council has checked itself: its rows under pseudonyms, its findings, its files' hashes.

One transaction per package, as for any other submission. What says whose rows they are is not taken from the
package, and a value that should be a pseudonym and is none is refused: it might be a child's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from ingestion.collect.intake import DeliveredFile, Intake, RawTarget, RecognisedTable
from ingestion.collect.landing import Delivery
from ingestion.collect.package_file import (
    FINDING_COLUMNS,
    FINDINGS,
    Manifest,
    Package,
    PackedFile,
    package_digest,
    place_of,
)
from ingestion.collect.packing import kept_columns
from ingestion.collect.registration import register
from ingestion.errors import ClubError
from ingestion.returns.catalogue import ReturnLayout

# The ends of columns' names, and the condition that a value of theirs has to meet.
_NOT_IN_THE_CLEAR: tuple[tuple[tuple[str, ...], LiteralString, str], ...] = (
    (
        ("child_id", "_token", "_address_id", "social_worker_id"),
        "{column} ~ {allowed}",
        "^([0-9a-f]{32}|UN[1-5])$",
    ),
    (("_post_sector",), "{column} ~ {allowed}", "^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9]$"),
    (("birth_month",), "to_char({column}, 'DD') = {allowed}", "01"),
)

_ARRIVED = "create temporary table arrived on commit drop as select 0 as turn, {columns} from {target} limit 0"
_INSERT_ROWS = """
insert into pseudonymised.{table} (submission_id, file_id, authority_code, period_code, {columns})
select {submission}, files.file_id, {sender}, {period}, {columns}
from arrived
inner join unnest(%s::bigint[]) with ordinality as files (file_id, turn) on arrived.turn = files.turn
"""
_INSERT_FINDINGS = """
insert into ledger.finding (submission_id, file_id, {columns})
select {submission}, files.file_id, {columns}
from arrived
left join unnest(%s::bigint[]) with ordinality as files (file_id, turn) on arrived.turn = files.turn
on conflict do nothing
"""
_INSERT_CAUSE = """
insert into ledger.cause (
    submission_id, cause_number, kind, file_id, line_number, column_number, column_name, heading, places,
    example_file_id, example_line_number, findings, critical
)
values (
    %(submission)s, %(cause_number)s, %(kind)s, %(file)s, %(line_number)s, %(column_number)s, %(column_name)s,
    %(heading)s, %(places)s, %(example_file)s, %(example_line_number)s, %(findings)s, %(critical)s
)
"""
_INSERT_RESULT = """
insert into ledger.rule_result (
    return_code, rule_code, submissions_checked, outcome, failing_rows, error, needs, not_run_for, rows_checked,
    failing_by_submission
)
values (
    %(return)s, %(rule_code)s, %(checked)s, %(outcome)s, %(failing_rows)s, %(error)s, %(needs)s, %(not_run_for)s,
    %(rows_checked)s, %(by_submission)s
)
"""
# Its rows about children were never here as sent, so that none is kept for longer than it may be.
_CONCLUDE = """
update ledger.submission set checked_at = now(), children_purged_at = now() where submission_id = %s
"""


@dataclass(kw_only=True)
class _CountedTable(RecognisedTable):
    """A table that was read at the council: what the ledger tells of it, and no rows."""

    target: RawTarget = field(default_factory=lambda: RawTarget("", ()))

    def raw_rows(self) -> Iterable[str]:
        return ()


def intake_of(manifest: Manifest) -> Intake:
    """Return the delivery that a package tells of; its fingerprint is that of the same files sent as they are."""
    delivery = Delivery(manifest.sender, manifest.return_code, manifest.period_code, (), ())
    files = [_delivered(manifest, file) for file in manifest.files]
    return Intake(delivery, files)


def _delivered(manifest: Manifest, file: PackedFile) -> DeliveredFile:
    table = _CountedTable(
        name=file.table_name or "", sheet_name=file.sheet_name, column_offset=file.column_offset,
        positions=file.headings, row_count=file.row_count, cell_count=file.cell_count,
    )  # fmt: skip
    return DeliveredFile(
        file.file_name, place_of(manifest, file.file_name), file.size_bytes,
        sha256=file.sha256, table_name=file.table_name, table=table,
    )  # fmt: skip


def take_in_checked(
    connection: psycopg.Connection, layout: ReturnLayout, package: Package, path: Path, run_id: str | None
) -> tuple[int, int]:
    """Register a return that was checked at the council, with its rows and findings; the caller commits.

    Returns:
        The number of the submission, and its version.

    Raises:
        ClubError: its tables are not those of this release, or a value in it is no pseudonym.
    """
    manifest = package.manifest
    submission_id, version, file_ids = register(connection, intake_of(manifest), run_id)
    for table in layout.raw_tables:
        _take_in_rows(connection, package, table, submission_id, file_ids)
    _take_in_findings(connection, package, submission_id, file_ids)
    _take_in_causes(connection, manifest, submission_id, file_ids)
    _take_in_results(connection, manifest, submission_id)
    connection.execute(
        "insert into ledger.checked_at_council (submission_id, package_sha256, rules_digest) values (%s, %s, %s)",
        [submission_id, package_digest(path), manifest.rules_digest],
    )
    connection.execute(_CONCLUDE, [submission_id])
    return submission_id, version


def _take_in_rows(
    connection: psycopg.Connection, package: Package, table: str, submission_id: int, file_ids: list[int]
) -> None:
    columns = kept_columns(connection, table)
    _require_columns(package.manifest, table, columns)
    names = _names(columns)
    target = sql.Identifier("pseudonymised", table)
    _copy_arrived(connection, package, table, sql.SQL(_ARRIVED).format(columns=names, target=target))
    for column in columns:
        _require_pseudonyms(connection, table, column)
    parts = {
        "table": sql.Identifier(table), "columns": names, "submission": sql.Literal(submission_id),
        "sender": sql.Literal(package.manifest.sender), "period": sql.Literal(package.manifest.period_code),
    }  # fmt: skip
    connection.execute(sql.SQL(_INSERT_ROWS).format(**parts), [file_ids])


def _take_in_findings(
    connection: psycopg.Connection, package: Package, submission_id: int, file_ids: list[int]
) -> None:
    _require_columns(package.manifest, FINDINGS, FINDING_COLUMNS)
    names = _names(FINDING_COLUMNS)
    target = sql.Identifier("ledger", "finding")
    _copy_arrived(connection, package, FINDINGS, sql.SQL(_ARRIVED).format(columns=names, target=target))
    connection.execute(
        sql.SQL(_INSERT_FINDINGS).format(columns=names, submission=sql.Literal(submission_id)), [file_ids]
    )


def _take_in_causes(
    connection: psycopg.Connection, manifest: Manifest, submission_id: int, file_ids: list[int]
) -> None:
    numbers = dict(enumerate(file_ids, 1))
    for cause in manifest.causes:
        connection.execute(
            _INSERT_CAUSE,
            cause.model_dump()
            | {
                "submission": submission_id,
                "file": numbers.get(cause.file),
                "example_file": numbers.get(cause.example_file or 0),
            },
        )


def _take_in_results(connection: psycopg.Connection, manifest: Manifest, submission_id: int) -> None:
    for result in manifest.results:
        connection.execute(
            _INSERT_RESULT,
            result.model_dump()
            | {
                "return": manifest.return_code,
                "checked": 0 if result.was_not_run else 1,
                "not_run_for": [submission_id] if result.was_not_run else None,
                "by_submission": Jsonb({submission_id: result.failing_rows}) if result.failing_rows else None,
            },
        )


def _copy_arrived(connection: psycopg.Connection, package: Package, name: str, create: sql.Composed) -> None:
    connection.execute("drop table if exists pg_temp.arrived")
    connection.execute(create)
    with connection.cursor().copy("copy pg_temp.arrived from stdin") as copy:
        for chunk in package.chunks(name):
            copy.write(chunk)


def _require_columns(manifest: Manifest, table: str, columns: tuple[str, ...]) -> None:
    if table not in manifest.rows or manifest.rows[table].columns != columns:
        raise ClubError(f"The package has other columns of {table} than this release: install the club's own.")


def _require_pseudonyms(connection: psycopg.Connection, table: str, column: str) -> None:
    for endings, condition, allowed in _NOT_IN_THE_CLEAR:
        if column.endswith(endings):
            met = sql.SQL(condition).format(column=sql.Identifier(column), allowed=sql.Literal(allowed))
            wrong = connection.execute(
                sql.SQL("select from arrived where not ({}) limit 1").format(met)
            ).fetchone()
            if wrong is not None:
                raise ClubError(f"A value of {table}.{column} is in the clear; nothing of the package was kept.")


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
