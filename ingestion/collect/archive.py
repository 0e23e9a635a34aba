"""The archive: every file ever received, kept unchanged under the hash of its bytes."""

import hashlib
import io
import os
import stat
from pathlib import Path
from typing import IO

import psutil

from ingestion.outbox import make_private_folder, open_private
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
    if not path.exists():
        make_private_folder(path.parent)
        _remove_remains(path)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            if _copy(source, draft) != sha256:
                raise UnreadableFile("intake.still_being_written")
            draft.chmod(draft.stat().st_mode & ~stat.S_IWUSR)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return path


def _copy(source: IO[bytes], target: Path) -> str:
    """Copy to a new file, and return the hash of what was copied."""
    digest = hashlib.sha256()
    with open_private(target) as copy:
        while chunk := source.read(MEBIBYTE):
            digest.update(chunk)
            copy.write(chunk)
    return digest.hexdigest()


def _remove_remains(path: Path) -> None:
    """Remove what processes that were killed had written of a file: nobody would look for children there."""
    for draft in path.parent.glob(f"{path.name}.*"):
        if not psutil.pid_exists(int(draft.suffix[1:])):
            draft.unlink(missing_ok=True)
