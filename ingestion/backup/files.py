"""The files of a backup: the archive as far as the ledger knows it, and the outbox."""

import contextlib
from pathlib import Path

import psycopg

from ingestion.backup.manifest import KeptFile, copy_hashed, files_below
from ingestion.collect.archive import archived_path
from ingestion.errors import ClubError
from ingestion.returns.catalogue import returns_about_persons
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

ARCHIVE, OUTBOX = "archive", "outbox"

# Files of persons that were refused at the door, or purged since, are in no archive, and on purpose.
_RECEIVED = """
select
    files.sha256,
    bool_and(
        submission.children_purged_at is not null
        or (
            submission.return_code = any(%s)
            and exists (
                select 1 from ledger.finding
                where
                    finding.submission_id = submission.submission_id
                    and starts_with(finding.rule_code, 'intake.')
            )
        )
    ) as may_be_gone
from ledger.submission_file as files
inner join ledger.submission on files.submission_id = submission.submission_id
where files.sha256 is not null
group by files.sha256
order by files.sha256
"""


def received_files(connection: psycopg.Connection) -> dict[str, bool]:
    """Return the hash of every file that the ledger knows, and whether the archive may be without it."""
    return dict(connection.execute(_RECEIVED, [returns_about_persons()]).fetchall())


def room_needed(settings: Settings) -> int:
    """Return the bytes that the archive, the outbox and the database take at most in a backup."""
    with connect(settings, Role.ADMIN) as connection:
        (database,) = connection.execute("select pg_database_size(current_database())").fetchone() or (0,)
    return int(database) + sum(
        path.stat().st_size for folder in (settings.archive, settings.outbox) for path in files_below(folder)
    )


def copy_archive(
    settings: Settings, backup: Path, received: dict[str, bool]
) -> tuple[dict[str, KeptFile], list[str], list[str]]:
    """Copy every file of the archive; none is copied that has other bytes than it was received with.

    Args:
        settings: where the archive is.
        backup: the folder of the backup.
        received: what the ledger knew at the moment of the backup, as `received_files` returns it.

    Returns:
        The copies by their path in the backup; the hashes that retention took away meanwhile; those missing.
    """
    copied: dict[str, KeptFile] = {}
    for sha256 in received:
        source = archived_path(settings, sha256)
        name = f"{ARCHIVE}/{sha256[:2]}/{sha256}"
        with contextlib.suppress(FileNotFoundError):
            copied[name] = copy_hashed(source, backup / name)
            _require_hash(copied[name], sha256, source)
    gone = [sha256 for sha256 in received if f"{ARCHIVE}/{sha256[:2]}/{sha256}" not in copied]
    # Asked again: retention may have come in between.
    with connect(settings, Role.LOADER) as connection:
        after = received_files(connection)
    return (
        copied,
        [sha256 for sha256 in gone if after[sha256] and not received[sha256]],
        [sha256 for sha256 in gone if not after[sha256]],
    )


def copy_outbox(settings: Settings, backup: Path) -> dict[str, KeptFile]:
    """Copy the outbox; a file that is written anew meanwhile is copied in either state, and whole."""
    copied: dict[str, KeptFile] = {}
    for path in files_below(settings.outbox):
        name = f"{OUTBOX}/{path.relative_to(settings.outbox).as_posix()}"
        with contextlib.suppress(FileNotFoundError):
            copied[name] = copy_hashed(path, backup / name)
    return copied


def _require_hash(copied: KeptFile, sha256: str, source: Path) -> None:
    if copied.sha256 != sha256:
        raise ClubError(
            f"The archived file {source} has other bytes than it was received with. Put it back from an earlier "
            "backup, or ask its sender for it again, and take the backup then."
        )
