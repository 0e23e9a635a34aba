"""Retention: rows about single persons are kept while they are needed to answer the sender, and then purged.

Kept are the rows that the models need, under pseudonyms, and the findings, which hold a place and never a value.
"""

from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql

from ingestion.collect.archive import archived_path
from ingestion.feedback.report import write_feedback
from ingestion.returns.catalogue import ReturnLayout, catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

# Decided long enough ago, whatever the decision: a rejected return is sent again, not looked up.
_DUE = """
select submission.submission_id
from ledger.submission
where
    submission.return_code = %s
    and submission.children_purged_at is null
    and submission.state <> 'received'
    and (
        select max(decision.decided_at) from ledger.decision
        where decision.submission_id = submission.submission_id
    ) <= now() - make_interval(days => %s)
order by submission.submission_id
"""

# A file may have been sent twice: its bytes go when no unpurged submission needs them.
_FILES = """
select distinct files.sha256
from ledger.submission_file as files
where
    files.submission_id = any(%(ids)s)
    and files.sha256 is not null
    and not exists (
        select 1
        from ledger.submission_file as others
        inner join ledger.submission on others.submission_id = submission.submission_id
        where
            others.sha256 = files.sha256
            and others.submission_id <> all(%(ids)s)
            and submission.children_purged_at is null
    )
"""


@dataclass(frozen=True)
class Purged:
    """Submissions that were purged, and how many rows and files went with them."""

    submissions: tuple[int, ...]
    rows: int
    files: int


def purge_children(settings: Settings, days: int | None = None, dry_run: bool = False) -> Purged:
    """Purge the raw rows, the archived files and the reports' values of returns decided long enough ago.

    Args:
        settings: `keep_children_days` is the retention period.
        days: a retention period to use instead of the setting.
        dry_run: only report what would be purged.
    """
    keep = settings.keep_children_days if days is None else days
    with connect(settings, Role.LOADER) as connection:
        each = [_purge_return(settings, connection, layout, keep, dry_run) for layout in _person_level_returns()]
    purged = Purged(
        tuple(number for one in each for number in one.submissions),
        sum(one.rows for one in each),
        sum(one.files for one in each),
    )
    if purged.submissions and not dry_run:
        _vacuum(settings)
        write_feedback(settings, purged.submissions)
        log.info("purged", submissions=len(purged.submissions), rows=purged.rows, files=purged.files)
    return purged


def _person_level_returns() -> list[ReturnLayout]:
    return [layout for layout in catalogue().values() if layout.is_person_level]


def _purge_return(
    settings: Settings, connection: psycopg.Connection, layout: ReturnLayout, keep: int, dry_run: bool
) -> Purged:
    """Purge the submissions of one return whose retention period of `keep` days has expired."""
    due = [number for (number,) in connection.execute(_DUE, [layout.code, keep]).fetchall()]
    hashes = [sha256 for (sha256,) in connection.execute(_FILES, {"ids": due}).fetchall()] if due else []
    rows = sum(_purge_rows(connection, layout, due, dry_run)) if due else 0
    if due and not dry_run:
        for sha256 in hashes:
            archived_path(settings, sha256).unlink(missing_ok=True)
        connection.execute(
            "update ledger.submission set children_purged_at = now() where submission_id = any(%s)", [due]
        )
    return Purged(tuple(due), rows, len(hashes))


def _purge_rows(connection: psycopg.Connection, layout: ReturnLayout, due: list[int], dry_run: bool) -> list[int]:
    """Delete the raw rows of these submissions, or only count them; return their number in each table."""
    verb = "select from" if dry_run else "delete from"
    return [
        connection.execute(
            sql.SQL("{} raw.{} where submission_id = any(%s)").format(sql.SQL(verb), sql.Identifier(table)), [due]
        ).rowcount
        for table in layout.raw_tables
    ]


def _vacuum(settings: Settings) -> None:
    """Remove purged rows from the tables' files: a deleted row stays there until it is vacuumed."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        for layout in _person_level_returns():
            for table in layout.raw_tables:
                connection.execute(sql.SQL("vacuum full raw.{}").format(sql.Identifier(table)))
