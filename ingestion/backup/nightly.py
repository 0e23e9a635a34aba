"""Backups by settings: a new one into `CLUB_BACKUPS`, and after it those taken away that are not to be kept."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ingestion.backup.ledger_file import ledger_file_of, write_ledger_file
from ingestion.backup.manifest import MANIFEST, Manifest, read_manifest
from ingestion.backup.restore import check_backup
from ingestion.backup.take import take_backup
from ingestion.errors import ClubError
from ingestion.outbox import make_private_folder
from ingestion.settings import Settings

# The names that are given here, and no others: what somebody has put beside them stays.
_NAME = "%Y-%m-%dT%H%M%SZ"
_NAMED = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
_OF_A_BACKUP = re.compile(rf"({_NAMED.pattern})(\.unfinished|\.secrets\.json)?")


@dataclass(frozen=True)
class Taken:
    """A backup that was taken, and the names of older ones that were taken away after it."""

    folder: Path
    manifest: Manifest
    removed: list[str]


def back_up(settings: Settings, say: Callable[[str], None]) -> Taken | None:
    """Take a backup, read it back, and take away what is not to be kept; None where no folder is set.

    Raises:
        ClubError: there is no room or no warehouse, what was written is not what can be read, or the archive lacks
            files that the ledger knows. Nothing was taken away then.
    """
    place = _place(settings)
    if place is None:
        return None
    folder = place / datetime.now(UTC).strftime(_NAME)
    secrets = settings.backup_secrets / f"{folder.name}.secrets.json"
    make_private_folder(place)
    manifest = take_backup(settings, folder, secrets, say)
    _read_back(folder, secrets)
    write_ledger_file(settings, ledger_file_of(settings))
    if manifest.not_in_archive:
        raise ClubError(
            f"The archive lacks {len(manifest.not_in_archive)} files that the ledger knows, as "
            f"{manifest.not_in_archive[0]}. The backup {folder} is whole without them, and no older one was taken "
            "away: look for them there."
        )
    return Taken(folder, manifest, _take_away_the_old(settings, newest=folder))


def backups_there(settings: Settings) -> list[Path]:
    """List the whole backups of `CLUB_BACKUPS` that were taken by settings, the oldest first."""
    place = _place(settings)
    found = place.iterdir() if place and place.is_dir() else ()
    return sorted(path for path in found if _NAMED.fullmatch(path.name) and (path / MANIFEST).is_file())


def taken_at(backup: Path) -> datetime:
    """Return the time that the name of a backup gives."""
    return datetime.strptime(backup.name, _NAME).replace(tzinfo=UTC)


def _place(settings: Settings) -> Path | None:
    return settings.backups.expanduser().resolve() if settings.backups else None


def _read_back(folder: Path, secrets: Path) -> None:
    """Verify a backup just taken; one that cannot be read is set aside, and takes no other's place."""
    try:
        check_backup(folder, secrets)
    except ClubError:
        folder.rename(folder.with_name(f"{folder.name}.damaged"))
        raise


def _take_away_the_old(settings: Settings, newest: Path) -> list[str]:
    """Take away all but the number kept, those whose last day has come, and what was cut off; the newest stays."""
    before = [path for path in backups_there(settings) if path != newest]
    beyond = before[: max(0, len(before) + 1 - settings.backups_kept)]
    too_old = [path for path in before if path in beyond or _is_due(path)]
    for path in too_old:
        # Without its manifest, which goes first, it is no backup any more, wherever this is cut off.
        (path / MANIFEST).unlink()
    kept, gone = {path.name for path in backups_there(settings)}, {path.name for path in too_old}
    for path in (*newest.parent.iterdir(), *settings.backup_secrets.iterdir()):
        found = _OF_A_BACKUP.fullmatch(path.name)
        if found and found[1] not in kept and (found[1] in gone or _is_of_an_earlier_night(found[1], newest)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [path.name for path in too_old]


def _is_of_an_earlier_night(name: str, newest: Path) -> bool:
    """Return True if nobody can be at work on it any more, as the step that was is long over."""
    return taken_at(newest.with_name(name)) < taken_at(newest) - timedelta(hours=12)


def _is_due(backup: Path) -> bool:
    """Return True if rows about children in it are past their retention period."""
    try:
        due = read_manifest(backup).children_due_on
    except ClubError:
        return False
    return due is not None and due <= date.today()
