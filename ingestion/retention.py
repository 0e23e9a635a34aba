"""Retention: rows about single children are kept while they are needed to answer the sender, and then purged.

What stays is what the models need, under pseudonyms, and the findings, which hold a place and never a value.
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

# Decided long enough ago, whatever was decided: a rejected return is sent again, not looked up.
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

# A file may have been sent twice: its bytes go when nobody needs them any more.
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
    """What a purge took away."""

    submissions: tuple[int, ...]
    rows: int
    files: int


def purge_children(settings: Settings, days: int | None = None, dry_run: bool = False) -> Purged:
    """Purge the raw rows, the archived files and the reports' values of returns decided long enough ago.

    Args:
        settings: `keep_children_days` says how long is long enough.
        days: another number of days than the settings say.
        dry_run: only say what would go.
    """
    keep = settings.keep_children_days if days is None else days
    purged: list[int] = []
    rows = files = 0
    with connect(settings, Role.LOADER) as connection:
        for layout in catalogue().values():
            if not layout.is_person_level:
                continue
            due = [number for (number,) in connection.execute(_DUE, [layout.code, keep]).fetchall()]
            if not due:
                continue
            hashes = [sha256 for (sha256,) in connection.execute(_FILES, {"ids": due}).fetchall()]
            rows += sum(_rows(connection, layout, due, dry_run))
            files += len(hashes)
            purged += due
            if not dry_run:
                for sha256 in hashes:
                    archived_path(settings, sha256).unlink(missing_ok=True)
                connection.execute(
                    "update ledger.submission set children_purged_at = now() where submission_id = any(%s)", [due]
                )
    if purged and not dry_run:
        _vacuum(settings)
        write_feedback(settings, purged)
        log.info("purged", submissions=len(purged), rows=rows, files=files)
    return Purged(tuple(purged), rows, files)


def _rows(connection: psycopg.Connection, layout: ReturnLayout, due: list[int], dry_run: bool) -> list[int]:
    verb = "select from" if dry_run else "delete from"
    return [
        connection.execute(
            sql.SQL("{} raw.{} where submission_id = any(%s)").format(sql.SQL(verb), sql.Identifier(table)), [due]
        ).rowcount
        for table in layout.raw_tables
    ]


def _vacuum(settings: Settings) -> None:
    """A deleted row stays in the table's file until it is vacuumed."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        for layout in catalogue().values():
            for table in layout.raw_tables if layout.is_person_level else ():
                connection.execute(sql.SQL("vacuum full raw.{}").format(sql.Identifier(table)))
