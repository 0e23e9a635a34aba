"""The archive: every file ever received, kept unchanged under the hash of its bytes."""

import hashlib
import io
import os
import stat
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psutil
from upath import UPath

from ingestion.outbox import is_on_disk, make_private_folder, open_private, upload
from ingestion.readers.table import UnreadableFile
from ingestion.settings import MEBIBYTE, Settings


def archived_path(settings: Settings, sha256: str) -> Path:
    """Return the path under which the bytes with this hash are kept."""
    return settings.archive / sha256[:2] / sha256


def archive(settings: Settings, sha256: str, content: bytes) -> Path:
    """Keep the bytes; the same bytes are kept once. A crash leaves no half-written file under the final name."""
    return archive_stream(settings, sha256, io.BytesIO(content))


def archive_stream(settings: Settings, sha256: str, source: IO[bytes]) -> Path:
    """Keep a file of any size as `archive` does, and return its path.

    Raises:
        UnreadableFile: its bytes have other hashes than this one, as it was written to after it had been hashed.
    """
    path = archived_path(settings, sha256)
    if path.exists():
        return path
    if is_on_disk(path):
        _keep_on_disk(path, sha256, source)
    else:
        _keep_in_store(path, sha256, source)
    return path


def open_anew(path: Path) -> IO[bytes]:
    """Open an archived file to read; no connection to a store is shared with a copy of this process."""
    return (path if is_on_disk(path) else UPath(str(path))).open("rb")


def _keep_on_disk(path: Path, sha256: str, source: IO[bytes]) -> None:
    make_private_folder(path.parent)
    _remove_remains(path)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with open_private(draft) as copy:
            _copy(source, copy, sha256)
        draft.chmod(draft.stat().st_mode & ~stat.S_IWUSR)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _keep_in_store(path: Path, sha256: str, source: IO[bytes]) -> None:
    """Upload a file when its bytes are known to be those: a store has no names to be changed at the end."""
    with TemporaryFile() as copy:
        _copy(source, copy, sha256)
        upload(copy, path)


def _copy(source: IO[bytes], copy: IO[bytes], sha256: str) -> None:
    """Copy to a new file.

    Raises:
        UnreadableFile: the bytes have another hash.
    """
    digest = hashlib.sha256()
    while chunk := source.read(MEBIBYTE):
        digest.update(chunk)
        copy.write(chunk)
    if digest.hexdigest() != sha256:
        raise UnreadableFile("intake.still_being_written")


def _remove_remains(path: Path) -> None:
    """Remove what processes that were killed had written of a file: nobody would look for children there."""
    for draft in path.parent.glob(f"{path.name}.*"):
        if not psutil.pid_exists(int(draft.suffix[1:])):
            draft.unlink(missing_ok=True)
