"""The archive: every file ever received, kept unchanged under the hash of its bytes."""

import io
import os
import shutil
import stat
from pathlib import Path
from typing import IO

from ingestion.outbox import make_private_folder, open_private
from ingestion.settings import Settings


def archived_path(settings: Settings, sha256: str) -> Path:
    """Return the path under which the bytes with this hash are kept."""
    return settings.archive / sha256[:2] / sha256


def archive(settings: Settings, sha256: str, content: bytes) -> Path:
    """Keep the bytes; the same bytes are kept once. A crash leaves no half-written file under the final name."""
    return archive_stream(settings, sha256, io.BytesIO(content))


def archive_stream(settings: Settings, sha256: str, source: IO[bytes]) -> Path:
    """Keep a file of any size as `archive` does, and return its path."""
    path = archived_path(settings, sha256)
    if not path.exists():
        make_private_folder(path.parent)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with open_private(draft) as copy:
            shutil.copyfileobj(source, copy, length=1024 * 1024)
        draft.chmod(draft.stat().st_mode & ~stat.S_IWUSR)
        draft.replace(path)
    return path
