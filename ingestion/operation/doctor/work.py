"""What waits: submissions, mail, returns that are overdue; and whether the archive has what the ledger says."""

import hashlib
import os
from collections.abc import Iterator

import psycopg

from ingestion.collect.archive import archived_path
from ingestion.feedback.wording import counted
from ingestion.operation.doctor.fault import Fault, Kind, listed
from ingestion.outbox import is_on_disk
from ingestion.settings import MEBIBYTE, Settings

# A file that was received is checked within minutes.
LATEST_CHECK_HOURS = 6
LATEST_MAIL_HOURS = 24
# At every examination the newest files are read again, up to this many bytes.
READ_AGAIN = 32 * MEBIBYTE

# Purged children's files are gone on purpose; the same bytes may still be somebody else's.
_ARCHIVED = """
select files.sha256, max(files.file_id), max(files.size_bytes)
from ledger.submission_file as files
inner join ledger.submission on files.submission_id = submission.submission_id
where files.sha256 is not null and submission.children_purged_at is null
group by files.sha256
order by 2 desc
"""


def quarantined(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Submissions that break a build."""
    numbers = _numbers(
        connection, "select submission_id from ledger.submission where state = 'quarantined' order by 1"
    )
    if numbers:
        yield Fault(
            "quarantined",
            f"{counted(len(numbers), 'submission')} set aside by a build, which fails with it: {listed(numbers)}",
            "club submissions --state quarantined says why; mend the model or the rule, then `club rebuild`",
        )


def awaiting_sign_off(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Submissions that have waited for the officer's word for longer than the club allows."""
    numbers = _numbers(
        connection,
        """
        select submission_id from ledger.submission
        where
            state = 'awaiting_sign_off'
            and coalesce(checked_at, received_at) < now() - make_interval(days => %s)
        order by submission_id
        """,
        settings.sign_off_days,
    )
    if numbers:
        yield Fault(
            "awaiting_sign_off",
            f"{counted(len(numbers), 'submission')} waiting for the officer for more than "
            f"{settings.sign_off_days} days: {listed(numbers)}",
            f'club sign-off {numbers[0]} --reason "…", or with --reject; then `club load`',
            Kind.WAITING,
        )


def not_checked(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Submissions that were received and never checked."""
    numbers = _numbers(
        connection,
        """
        select submission_id from ledger.submission
        where state = 'received' and received_at < now() - make_interval(hours => %s)
        order by submission_id
        """,
        LATEST_CHECK_HOURS,
    )
    if numbers:
        yield Fault(
            "not_checked",
            f"{counted(len(numbers), 'submission')} received more than {LATEST_CHECK_HOURS} hours ago and not "
            f"checked: {listed(numbers)}",
            "club load",
        )


def archive_incomplete(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Files of the ledger that the archive lacks or has otherwise, of which the newest are read."""
    files = connection.execute(_ARCHIVED).fetchall()
    kept = _kept(settings)
    missing = [sha256 for sha256, _, _ in files if sha256 not in kept]
    if missing:
        yield Fault(
            "archive_missing",
            f"{counted(len(missing), 'file')} of the ledger not in {settings.archive}: "
            f"{listed([name[:12] for name in missing])}",
            f"bring them back from the backup of {settings.archive}; each is named by its SHA-256",
        )
    left, some = READ_AGAIN, []
    for sha256, _, size in files:
        left -= size
        if left < 0:
            break
        some.append(sha256)
    yield from _differing(settings, [name for name in some if name in kept])


def archive_differs(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Files of the archive whose bytes are others by now; every one is read."""
    kept = _kept(settings)
    yield from _differing(settings, [name for name, _, _ in connection.execute(_ARCHIVED) if name in kept])


def mail_undelivered(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Mail that waits for somebody's word, or that has been waiting for the mail server."""
    to_settle = _numbers(
        connection, "select mail_id from ledger.mail where state in ('failed', 'uncertain') order by mail_id"
    )
    if to_settle:
        yield Fault(
            "mail_undelivered",
            f"{counted(len(to_settle), 'mail')} failed, or perhaps not arrived: {listed(to_settle)}",
            "club mail says why; then `club mail --send-again NO`, `--arrived NO` or `--leave NO`",
        )
    waiting = _numbers(
        connection,
        "select mail_id from ledger.mail where state = 'composed'"
        " and composed_at < now() - make_interval(hours => %s) order by mail_id",
        LATEST_MAIL_HOURS,
    )
    if waiting:
        yield Fault(
            "mail_waiting",
            f"{counted(len(waiting), 'mail')} waiting for a day and more: {listed(waiting)}",
            "club mail --state composed says why: no address in the contacts, or no club_smtp in Airflow",
        )


def overdue(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Returns of the last year that members owe."""
    (view,) = connection.execute("select to_regclass('marts.return_status')").fetchone() or (None,)
    rows = (
        connection.execute(
            """
            select return_code || ' ' || period_code, count(*)
            from marts.return_status
            where status = 'late' and due_on > current_date - 366
            group by 1
            order by min(due_on) desc, 1
            """
        ).fetchall()
        if view
        else []
    )
    if rows:
        named = [f"{what} of {counted(count, 'member')}" for what, count in rows]
        yield Fault(
            "overdue",
            f"{counted(sum(count for _, count in rows), 'return')} overdue: {listed(named)}",
            "club calendar; `club mail` says who was reminded",
            Kind.WAITING,
        )


def _differing(settings: Settings, names: list[str]) -> Iterator[Fault]:
    differing = [name for name in names if _sha256(settings, name) != name]
    if differing:
        yield Fault(
            "archive_differs",
            f"{counted(len(differing), 'file')} of {settings.archive} with other bytes than were received: "
            f"{listed([name[:12] for name in differing])}",
            f"bring them back from the backup of {settings.archive}; look at the disk (dmesg, smartctl)",
        )


def _sha256(settings: Settings, name: str) -> str:
    with archived_path(settings, name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept(settings: Settings) -> set[str]:
    if not is_on_disk(settings.archive):
        return {path.name for path in settings.archive.rglob("*")}
    if not settings.archive.is_dir():
        return set()
    folders = [entry.path for entry in os.scandir(settings.archive) if entry.is_dir()]
    return {entry.name for folder in folders for entry in os.scandir(folder)}


def _numbers(connection: psycopg.Connection, query: str, *values: object) -> list[str]:
    return [str(number) for (number,) in connection.execute(query, list(values)).fetchall()]
