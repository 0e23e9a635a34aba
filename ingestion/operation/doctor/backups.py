"""Backups that are to be taken each night."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ingestion.backup.nightly import backups_there, taken_at
from ingestion.operation.doctor.fault import Fault
from ingestion.settings import Settings

# A night, and as long again as one may take.
OLD = timedelta(hours=36)


def backup_old(settings: Settings) -> Iterator[Fault]:
    """No whole backup of the last night, where a folder is set for them."""
    if settings.backups is None:
        return
    there = backups_there(settings)
    if not there:
        what = f"{settings.backups} holds no whole backup yet, and CLUB_BACKUPS says that one is taken each night"
    elif datetime.now(UTC) - taken_at(there[-1]) > OLD:
        what = (
            f"the last whole backup in {settings.backups} is of {taken_at(there[-1]):%Y-%m-%d %H:%M} UTC, and one "
            "is to be taken each night"
        )
    else:
        return
    yield Fault("backup_old", what, "`club backup`, and look why the DAG back_up did not: the runbook, 18")
