"""The landing zone: `<authority>/<return>/<period>/<files>`, on a disk or behind any fsspec URI.

It is only ever read. Publishers' national files stand in `_published/<source>/<dataset>/<release>/<files>`.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from upath import UPath

from ingestion.errors import ClubError
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import Settings

PUBLISHED = "_published"
UNFINISHED_SUFFIXES = (".tmp", ".part", ".partial", ".filepart", ".crdownload")
RECENT_SECONDS = 60.0


@dataclass(frozen=True)
class Delivery:
    """What one sender has put into the landing zone for one return and period."""

    sender: str
    period_code: str
    files: tuple[UPath, ...]


def landing_root(settings: Settings) -> UPath:
    """The landing zone as a path that works the same on a disk and behind a URI."""
    return UPath(settings.landing)


def require_landing_zone(settings: Settings) -> None:
    """Make sure that the landing zone is there: an empty one is fine, a mistyped one is not.

    Raises:
        ClubError: it does not exist.
    """
    if not landing_root(settings).is_dir():
        raise ClubError(
            f"The landing zone {settings.landing} does not exist. Set LANDING_ZONE to the folder or URI that the "
            "authorities deliver into, or write invented returns with `club sample`."
        )


def senders(settings: Settings, layout: ReturnLayout) -> list[str]:
    """Folder names of everybody who has sent this return, sorted."""
    root = landing_root(settings)
    if layout.is_published:
        publisher = str(layout.publisher)
        return [publisher] if (root / PUBLISHED / publisher / layout.code).is_dir() else []
    return sorted(
        folder.name for folder in _folders(root) if folder.name != PUBLISHED and (folder / layout.code).is_dir()
    )


def deliveries(settings: Settings, layout: ReturnLayout, sender: str) -> Iterator[Delivery]:
    """One sender's deliveries of one return, oldest period first; folders without files are passed over."""
    root = landing_root(settings)
    base = root / PUBLISHED / sender / layout.code if layout.is_published else root / sender / layout.code
    for folder in _folders(base):
        files = tuple(sorted((path for path in folder.iterdir() if _is_delivered(path)), key=lambda p: p.name))
        if files:
            yield Delivery(sender, folder.name, files)


def still_being_written(files: tuple[UPath, ...], settle_seconds: float) -> list[UPath]:
    """The files that somebody is still writing to.

    A file changed within the last minute is watched for `settle_seconds`; on a local disk it is also asked
    whether any process has it open for writing.
    """
    fresh = [path for path in files if _age(path) < RECENT_SECONDS]
    if not fresh:
        return []
    before = {path: _size_and_time(path) for path in fresh}
    open_paths = _open_for_writing()
    suspects = [path for path in fresh if str(path) in open_paths]
    if len(suspects) < len(fresh):
        time.sleep(settle_seconds)
        suspects += [path for path in fresh if path not in suspects and _size_and_time(path) != before[path]]
    return suspects


def _folders(root: UPath) -> list[UPath]:
    if not root.is_dir():
        return []
    return sorted(
        (path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")),
        key=lambda path: path.name,
    )


def _is_delivered(path: UPath) -> bool:
    name = path.name.lower()
    return path.is_file() and not name.startswith((".", "~$")) and not name.endswith(UNFINISHED_SUFFIXES)


def _size_and_time(path: UPath) -> tuple[Any, Any]:
    about = path.stat()
    return about.st_size, about.st_mtime


def _age(path: UPath) -> float:
    modified = path.stat().st_mtime
    if not modified:
        return RECENT_SECONDS
    return datetime.now(UTC).timestamp() - float(modified)


def _open_for_writing() -> set[str]:
    """Paths that some process on this machine has open for writing, as far as we may look."""
    paths: set[str] = set()
    for process in psutil.process_iter():
        try:
            opened = process.open_files()
        except (psutil.Error, OSError):
            continue
        paths.update(
            str(Path(entry.path)) for entry in opened if getattr(entry, "mode", "r") not in ("r", "rt", "rb")
        )
    return paths
