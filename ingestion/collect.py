"""Collect: one sender's deliveries of one return are registered, archived and copied into `raw`.

One transaction a submission: whatever stops the loader, a submission is there whole or not at all.
"""

from dataclasses import dataclass

import psycopg
import structlog

from ingestion.archive import archive
from ingestion.authorities import authorities, nearest_authority
from ingestion.checks.rules import intake_rules
from ingestion.database.connection import Role, connect
from ingestion.intake import (
    Intake,
    IntakeFinding,
    ReceivedFile,
    read_delivery,
    refuse_delivery,
    refuse_unfinished,
    take_bytes,
)
from ingestion.landing import Delivery, deliveries, still_being_written
from ingestion.layouts import keep_layouts
from ingestion.raw import copy_table
from ingestion.returns.catalogue import ReturnLayout, find_return
from ingestion.settings import Settings

log = structlog.get_logger()


@dataclass(frozen=True)
class Collected:
    """What became of one delivery."""

    sender: str
    period_code: str
    submission_id: int
    version: int
    is_new: bool
    refusals: int


def collect(settings: Settings, return_code: str, sender: str, run_id: str | None = None) -> list[Collected]:
    """Collect everything one sender has delivered of one return. Idempotent."""
    layout = find_return(return_code)
    results = []
    with connect(settings, Role.LOADER) as connection:
        keep_layouts(connection, [layout])
        for delivery in deliveries(settings, layout, sender):
            result = _collect_delivery(connection, settings, layout, delivery, run_id)
            connection.commit()
            results.append(result)
            log.info(
                "collected" if result.is_new else "unchanged",
                sender=sender, return_code=return_code, period=delivery.period_code,
                submission_id=result.submission_id, version=result.version, refusals=result.refusals,
            )  # fmt: skip
    return results


def _collect_delivery(
    connection: psycopg.Connection,
    settings: Settings,
    layout: ReturnLayout,
    delivery: Delivery,
    run_id: str | None,
) -> Collected:
    unfinished = still_being_written(delivery.files, settings.settle_seconds)
    intake = refuse_unfinished(delivery, unfinished) if unfinished else take_bytes(delivery, settings)
    known = _same_as_latest(connection, layout, intake)
    if known:
        return Collected(delivery.sender, delivery.period_code, known[0], known[1], False, 0)
    if not unfinished:
        _refuse_misplaced(intake, layout)
        if not intake.findings:
            read_delivery(intake, layout, settings)
    submission_id, version = _register(connection, layout, intake, run_id)
    for received in intake.files:
        _land_file(connection, settings, layout, submission_id, received, intake.findings)
    _note_delivery_findings(connection, submission_id, intake.findings)
    return Collected(delivery.sender, delivery.period_code, submission_id, version, True, len(intake.findings))


def _refuse_misplaced(intake: Intake, layout: ReturnLayout) -> None:
    """A folder that is no authority's, or a year without a layout, is refused by name."""
    delivery = intake.delivery
    if layout.is_published:
        return
    if delivery.sender not in authorities():
        refuse_delivery(
            intake, "intake.unknown_sender", found=delivery.sender, nearest=nearest_authority(delivery.sender)
        )
    if delivery.period_code not in layout.periods:
        refuse_delivery(
            intake, "intake.unknown_period", found=delivery.period_code, known=", ".join(layout.periods)
        )


def _same_as_latest(
    connection: psycopg.Connection, layout: ReturnLayout, intake: Intake
) -> tuple[int, int] | None:
    """The latest version's id and number when it has the very same bytes.

    Only the latest counts: going back to an earlier file is a new version, not a repeat.
    """
    row = connection.execute(
        """
        select submission_id, version, fingerprint
        from ledger.submission
        where sender = %s and return_code = %s and period_code = %s
        order by version desc
        limit 1
        """,
        [intake.delivery.sender, layout.code, intake.delivery.period_code],
    ).fetchone()
    return (row[0], row[1]) if row and row[2] == intake.fingerprint else None


def _register(
    connection: psycopg.Connection, layout: ReturnLayout, intake: Intake, run_id: str | None
) -> tuple[int, int]:
    delivery = intake.delivery
    row = connection.execute(
        """
        insert into ledger.submission (sender, return_code, period_code, version, fingerprint, run_id)
        select %(sender)s, %(return)s, %(period)s, coalesce(max(version), 0) + 1, %(fingerprint)s, %(run)s
        from ledger.submission
        where sender = %(sender)s and return_code = %(return)s and period_code = %(period)s
        returning submission_id, version
        """,
        {
            "sender": delivery.sender, "return": layout.code, "period": delivery.period_code,
            "fingerprint": intake.fingerprint, "run": run_id,
        },
    ).fetchone()  # fmt: skip
    assert row is not None
    return row[0], row[1]


def _land_file(
    connection: psycopg.Connection,
    settings: Settings,
    layout: ReturnLayout,
    submission_id: int,
    received: ReceivedFile,
    findings: list[IntakeFinding],
) -> None:
    if received.sha256 and received.content is not None:
        archive(settings, received.sha256, received.content)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into ledger.submission_file
                (submission_id, table_name, file_name, landing_path, sheet_name, sha256, size_bytes,
                 row_count, column_offset)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            returning file_id
            """,
            [
                submission_id, received.table_name, received.file_name, received.landing_path,
                received.table.sheet_name if received.table else None, received.sha256, received.size_bytes,
                len(received.table.lines) if received.table else 0,
                received.table.column_offset if received.table else 0,
            ],
        )  # fmt: skip
        (file_id,) = cursor.fetchone() or (None,)
        if received.table:
            cells = copy_table(cursor, layout, submission_id, file_id, received.table)
            cursor.execute(
                "update ledger.submission_file set cell_count = %s where file_id = %s", [cells, file_id]
            )
    for finding in findings:
        if finding.file_name == received.file_name:
            _insert_finding(connection, submission_id, file_id, finding)


def _note_delivery_findings(
    connection: psycopg.Connection, submission_id: int, findings: list[IntakeFinding]
) -> None:
    for finding in findings:
        if finding.file_name is None:
            _insert_finding(connection, submission_id, None, finding)


def _insert_finding(
    connection: psycopg.Connection, submission_id: int, file_id: int | None, finding: IntakeFinding
) -> None:
    rule = intake_rules()[finding.rule_code]
    connection.execute(
        """
        insert into ledger.finding
            (submission_id, file_id, rule_code, severity, dimension, line_number, message)
        values (%s, %s, %s, %s, %s, %s, %s)
        """,
        [
            submission_id,
            file_id,
            rule.code,
            rule.severity.value,
            rule.dimension,
            finding.line_number,
            finding.message,
        ],
    )
