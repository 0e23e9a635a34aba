"""What a backup says of itself: when, of which version, every file with its hash, every table with its sum."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ValidationError

from ingestion.backup.table_sums import TableSum
from ingestion.errors import ClubError
from ingestion.outbox import make_private_folder, open_private
from ingestion.settings import MEBIBYTE

FORMAT = 1
MANIFEST = "manifest.json"


class KeptFile(BaseModel):
    """One file of a backup."""

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """A backup in one page; `manifest.json` in its folder."""

    format: int = FORMAT
    taken_at: datetime
    club_version: str
    schema_revision: str
    postgresql: str
    last_decision: int
    build: int | None
    tables: dict[str, TableSum]
    files: dict[str, KeptFile]
    # Taken away by retention while the backup was being made; in no archive, and not by retention.
    purged_meanwhile: list[str] = []
    not_in_archive: list[str] = []
    # From when on rows about single children in it are past their retention period.
    children_due_on: date | None = None
    secrets_sha256: str
    settings: dict[str, str] = {}

    @property
    def in_words(self) -> str:
        """Say what it is of."""
        rows = sum(table.rows for table in self.tables.values())
        build = f"build {self.build}" if self.build else "no build"
        return (
            f"taken {self.taken_at:%Y-%m-%d %H:%M}, decision {self.last_decision}, {build}, "
            f"schema {self.schema_revision}: {len(self.tables)} tables, {rows:,} rows, {len(self.files):,} files"
        )


def read_manifest(folder: Path) -> Manifest:
    """Read what a backup says of itself.

    Raises:
        ClubError: the folder holds no whole backup, or one of a later version.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ClubError(
            f"{folder} is no backup: it has no {MANIFEST}, which is written last. Name the folder that "
            "`club backup` wrote; one whose name ends in .unfinished was cut off."
        )
    try:
        manifest = Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "its text"
        raise ClubError(f"{path} cannot be read, at {place}: {first['msg']}. Take another backup.") from error
    if manifest.format > FORMAT:
        raise ClubError(f"{folder} is a backup of a later version ({manifest.club_version}); install that first.")
    return manifest


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Make sure that every file of a backup is there, as it was written.

    Raises:
        ClubError: some are not; the first are named.
    """
    faults = list(_faults(folder, manifest))
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise ClubError(
            f"The backup {folder} is damaged, and nothing was restored: {'; '.join(faults[:5])}{more}."
        )


def copy_hashed(source: Path, target: Path) -> KeptFile:
    """Copy a file to a private one, and return its size and hash."""
    make_private_folder(target.parent)
    with source.open("rb") as original, open_private(target) as copy:
        return _digest(original, copy)


def hashed(path: Path) -> KeptFile:
    """Return the size and hash of a file."""
    with path.open("rb") as file:
        return _digest(file)


def files_below(folder: Path) -> list[Path]:
    """List all files below a folder, sorted; none where it does not exist."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    for name, kept in manifest.files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif path.stat().st_size != kept.bytes or hashed(path) != kept:
            yield f"{name} is not as it was written"


def _digest(source: IO[bytes], copy: IO[bytes] | None = None) -> KeptFile:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(MEBIBYTE):
        digest.update(chunk)
        size += len(chunk)
        if copy:
            copy.write(chunk)
    return KeptFile(bytes=size, sha256=digest.hexdigest())
