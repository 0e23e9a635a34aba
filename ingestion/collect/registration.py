"""Look up the known versions of a return, and register new ones with their files and findings."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from ingestion.collect.intake import Intake, IntakeFinding, RecognisedTable
from ingestion.warehouse.step_lock import take_step

DUPLICATE = "intake.duplicate_council"


@dataclass(frozen=True)
class Registered:
    """A version of one return from one origin: its sender, or one collection."""

    collection: str | None
    submission_id: int
    version: int
    fingerprint: str
    withdrawn_bytes: str | None
    is_duplicate: bool
    file_names: list[str]
    contents: list[str]


@dataclass(frozen=True)
class Known:
    """The latest version from each origin that was not withdrawn, and those that were, by origin and bytes."""

    latest: dict[str | None, Registered]
    withdrawn: dict[tuple[str | None, str], Registered]


_KNOWN = """
select distinct on (collection, withdrawn_bytes)
    collection,
    submission_id,
    version,
    fingerprint,
    case when state = 'withdrawn' then fingerprint end as withdrawn_bytes,
    exists (
        select 1 from ledger.finding
        where finding.submission_id = submission.submission_id and finding.rule_code = %(duplicate)s
    ) as is_duplicate,
    array(
        select file_name from ledger.submission_file as files
        where files.submission_id = submission.submission_id order by file_name
    ) as file_names,
    array(
        select coalesce(sha256, '') collate "C" from ledger.submission_file as files
        where files.submission_id = submission.submission_id order by 1
    ) as contents
from ledger.submission
where sender = %(sender)s and return_code = %(return)s and period_code = %(period)s
order by collection, withdrawn_bytes, version desc
"""

_REGISTER = """
with registered as (
    insert into ledger.submission (sender, return_code, period_code, version, fingerprint, run_id, collection)
    select
        %(sender)s, %(return)s, %(period)s, coalesce(max(version), 0) + 1, %(fingerprint)s, %(run)s,
        %(collection)s
    from ledger.submission
    where sender = %(sender)s and return_code = %(return)s and period_code = %(period)s
    returning submission_id, version
),

files as (
    insert into ledger.submission_file (
        submission_id, table_name, file_name, landing_path, sheet_name, column_offset, sha256, size_bytes,
        row_count, cell_count, headings
    )
    select
        registered.submission_id, received.table_name, received.file_name, received.landing_path,
        received.sheet_name, received.column_offset, received.sha256, received.size_bytes,
        received.row_count, received.cell_count, received.headings
    from registered
    cross join unnest(
        %(table_names)s::text[], %(file_names)s::text[], %(landing_paths)s::text[], %(sheet_names)s::text[],
        %(offsets)s::int[], %(hashes)s::text[], %(sizes)s::bigint[], %(row_counts)s::int[], %(cell_counts)s::int[],
        %(headings)s::jsonb[]
    ) with ordinality as received (
        table_name, file_name, landing_path, sheet_name,
        column_offset, sha256, size_bytes, row_count, cell_count, headings, turn
    )
    order by received.turn
    returning file_id
)

select submission_id, version, array(select file_id from files order by file_id) from registered
"""


def known_versions(connection: psycopg.Connection, return_code: str, period_code: str, sender: str) -> Known:
    """Find the known versions of a return that a delivery is compared with; let nobody else register meanwhile.

    Until the transaction ends, whoever else has the same return to register waits here, and then sees this one:
    a process that has lost the lock of its step unawares, or one that finds the return in another place.
    """
    take_step(connection, f"register {return_code} of {sender}, {period_code}")
    with connection.cursor(row_factory=class_row(Registered)) as cursor:
        rows = cursor.execute(
            _KNOWN, {"duplicate": DUPLICATE, "return": return_code, "period": period_code, "sender": sender}
        ).fetchall()
    return Known(
        {row.collection: row for row in rows if row.withdrawn_bytes is None},
        {(row.collection, row.withdrawn_bytes): row for row in rows if row.withdrawn_bytes is not None},
    )


def same_version(intake: Intake, known: Known, rival: Registered | None) -> Registered | None:
    """Find the version that needs no other: the latest of the same origin and bytes, or the one that counts more.

    Only the latest counts: going back to an earlier file is a new version, not a repeat. What was withdrawn stays
    so when its files are found again, as they lie on in the landing zone. A copy of what the council has delivered
    itself is no version of it, even where it differs: the council's own counts.
    """
    if rival and (rival.collection is None or intake.contents == rival.contents):
        return rival
    origin = intake.delivery.collection
    latest = known.latest.get(origin)
    if latest and latest.fingerprint == intake.fingerprint:
        return latest
    return known.withdrawn.get((origin, intake.fingerprint))


def rival_of(intake: Intake, earlier: dict[str | None, Registered]) -> Registered | None:
    """Find the return that a copy in a national collection repeats: the council's own, or another collection's."""
    collection = intake.delivery.collection
    if collection is None:
        return None
    others = [each for each in earlier.values() if each.collection not in (None, collection)]
    return earlier.get(None) or next((each for each in others if not each.is_duplicate), None)


def register(connection: psycopg.Connection, intake: Intake, run_id: str | None) -> tuple[int, int, list[int]]:
    """Register a new version with its files and findings; return its id, version and file ids."""
    delivery, files = intake.delivery, intake.files
    tables = [file.table for file in files]
    row = connection.execute(
        _REGISTER,
        {
            "sender": delivery.sender, "return": delivery.return_code, "period": delivery.period_code,
            "fingerprint": intake.fingerprint, "run": run_id, "collection": delivery.collection,
            "table_names": [file.table_name for file in files],
            "file_names": [file.file_name for file in files],
            "landing_paths": [file.landing_path for file in files],
            "sheet_names": [table.sheet_name if table else None for table in tables],
            "offsets": [table.column_offset if table else 0 for table in tables],
            "hashes": [file.sha256 for file in files],
            "sizes": [file.size_bytes for file in files],
            "row_counts": [table.row_count if table else 0 for table in tables],
            "cell_counts": [table.cell_count if table else 0 for table in tables],
            "headings": [json.dumps(table.positions) if table and table.positions else None for table in tables],
        },
    ).fetchone()  # fmt: skip
    assert row is not None
    submission_id, version, file_ids = row
    note_findings(connection, submission_id, file_numbers(intake, file_ids), intake.findings)
    return submission_id, version, file_ids


def file_numbers(intake: Intake, file_ids: list[int]) -> dict[tuple[str | None, str | None], int]:
    """Map each file's name, and its name and table where it holds several, to its number."""
    numbers: dict[tuple[str | None, str | None], int] = {}
    for file, number in zip(intake.files, file_ids, strict=True):
        numbers.setdefault((file.file_name, None), number)
        numbers[file.file_name, file.table_name] = number
    return numbers


def note_findings(
    connection: psycopg.Connection,
    submission_id: int,
    numbers: dict[tuple[str | None, str | None], int],
    findings: Iterable[IntakeFinding],
) -> None:
    """Keep the findings of the intake, each with its file."""
    for finding in findings:
        number = numbers.get((finding.file_name, finding.table_name), numbers.get((finding.file_name, None)))
        _note(connection, submission_id, number, finding)


def note_counts(connection: psycopg.Connection, file_id: int, table: RecognisedTable) -> None:
    """Keep the numbers of rows and cells that a file brought into `raw`."""
    connection.execute(
        "update ledger.submission_file set row_count = %s, cell_count = %s where file_id = %s",
        [table.row_count, table.cell_count, file_id],
    )


def _note(connection: psycopg.Connection, submission_id: int, file_id: int | None, finding: IntakeFinding) -> None:
    connection.execute(
        """
        insert into ledger.finding
            (submission_id, file_id, rule_code, severity, dimension, line_number, message)
        values (%s, %s, %s, %s, %s, %s, %s)
        on conflict do nothing
        """,
        [
            submission_id, file_id, finding.rule_code, finding.severity.value, finding.dimension,
            finding.line_number, finding.message,
        ],
    )  # fmt: skip
