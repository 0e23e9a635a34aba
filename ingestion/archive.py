"""Every file ever received, kept untouched under the hash of its bytes."""

import os
from pathlib import Path

from ingestion.settings import Settings


def archived_path(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this hash are kept."""
    return settings.archive / sha256[:2] / sha256


def archive(settings: Settings, sha256: str, content: bytes) -> Path:
    """Keep the bytes; the same bytes are kept once. A crash leaves no half file under the final name."""
    path = archived_path(settings, sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.chmod(0o440)
        draft.replace(path)
    return path
