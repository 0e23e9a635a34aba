"""The landing zone: `<authority>/<return>/<period>/<files>`, on a disk or behind any fsspec URI.

It is only ever read. Publishers' national files are in `_published/<source>/<dataset>/<release>/<files>`.
A national collection holds the returns of many councils in one folder: `england/<return>/<period>/`, or
`_published/<source>/<return>/<period>/`.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from upath import UPath

from ingestion.authorities import find_authority, require_authority
from ingestion.collect.waiting import councils_waiting
from ingestion.errors import ClubError
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import Settings

PUBLISHED = "_published"
ENGLAND = "england"
UNFINISHED_SUFFIXES = (".tmp", ".part", ".partial", ".filepart", ".crdownload")
RECENT_SECONDS = 60.0


@dataclass(frozen=True)
class Delivery:
    """The files of one sender in the landing zone for one return and period.

    It has one folder; several mean that two folders claim to be the same authority's. `collection` names the
    national collection that it was found in, and is None for what the sender itself delivered.
    """

    sender: str
    return_code: str
    period_code: str
    files: tuple[UPath, ...]
    folders: tuple[UPath, ...]
    collection: str | None = None

    def name_of(self, path: UPath) -> str:
        """Name a file as its sender knows it: by its path below the folder of the period.

        Of two folders, the name of the authority's folder is part of it.
        """
        if len(self.folders) > 1:
            return readable(f"{path.parent.parent.parent.name}/{path.name}")
        return readable(str(path)[len(str(self.folders[0])) :].lstrip("/"))


@dataclass(frozen=True)
class Collection:
    """The returns of many councils for one period, in one folder: a subfolder or a workbook per table.

    `name` is `england` or `_published/<source>`.
    """

    name: str
    return_code: str
    period_code: str
    folder: UPath
    files: tuple[UPath, ...]


def readable(name: str) -> str:
    """Return a name of the file system as text: bytes of it that are not UTF-8 are written as `\\xe9`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def landing_root(settings: Settings) -> UPath:
    """Open the landing zone as a path that works alike on a disk and behind a URI."""
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


def senders(settings: Settings, layout: ReturnLayout, authority: str | None = None) -> list[str]:
    """List the senders of this return, also of packages: authority codes, and folder names that match none.

    Args:
        settings: where the landing zone is.
        layout: the return.
        authority: only this one, by any of its names.

    Raises:
        ClubError: there is no such authority; the sentence has the known code that is nearest.
    """
    wanted = require_authority(authority).code if authority else None
    found = sorted({*_folders_by_sender(settings, layout), *councils_waiting(settings, layout)})
    return [sender for sender in found if wanted in (None, sender)]


def deliveries(settings: Settings, layout: ReturnLayout, sender: str) -> Iterator[Delivery]:
    """Find one sender's deliveries of one return, oldest period first; folders without files are skipped."""
    by_period: dict[str, dict[UPath, list[UPath]]] = defaultdict(dict)
    for base in _folders_by_sender(settings, layout).get(sender, []):
        for folder in _folders(base):
            files = _files(folder)
            if files:
                by_period[readable(folder.name)][folder] = files
    for period, folders in sorted(by_period.items()):
        found = tuple(path for files in folders.values() for path in files)
        yield Delivery(sender, layout.code, period, found, tuple(folders))


def collections(settings: Settings, layout: ReturnLayout, period_code: str | None = None) -> list[str]:
    """List the national collections of this return, or of one period, that have files, as `england/2003-04`."""
    return [
        place
        for place, folder in _collection_folders(settings, layout)
        if period_code in (None, readable(folder.name)) and _collected_files(folder, layout)
    ]


def open_collection(settings: Settings, layout: ReturnLayout, place: str) -> Collection:
    """Open the collection that `collections` lists under this name."""
    name, _, period = place.rpartition("/")
    folder = dict(_collection_folders(settings, layout))[place]
    return Collection(name, layout.code, period, folder, tuple(_collected_files(folder, layout)))


def leads_out(settings: Settings, path: UPath) -> bool:
    """Return True if a file of the landing zone is really one outside of its sender's own folder.

    A sender can put a link anywhere below that folder; the folder itself is the operator's, and may be a link.
    Files behind a URI, and those that are not in the landing zone at all, are no links.
    """
    if "://" in settings.landing or not Path(str(path)).is_relative_to(settings.landing):
        return False
    root = Path(settings.landing)
    parts = Path(str(path)).relative_to(root).parts
    own = root.joinpath(*parts[: 2 if parts[0] == PUBLISHED else 1])
    return not Path(str(path)).resolve().is_relative_to(own.resolve())


def still_being_written(files: Iterable[UPath], settle_seconds: float) -> list[UPath]:
    """Find the files that are still being written to. Looking takes a while: ask once for many files.

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


def _folders_by_sender(settings: Settings, layout: ReturnLayout) -> dict[str, list[UPath]]:
    """Find the folders that hold this return, by sender; an authority is known by any of its names."""
    if layout.totals_of:
        return {}
    require_landing_zone(settings)
    root = landing_root(settings)
    if layout.is_published:
        publisher = str(layout.publisher)
        folder = root / PUBLISHED / publisher / layout.code
        return {publisher: [folder]} if folder.is_dir() else {}
    found: dict[str, list[UPath]] = defaultdict(list)
    for folder in _folders(root):
        if folder.name not in (PUBLISHED, ENGLAND) and (folder / layout.code).is_dir():
            name = readable(folder.name)
            authority = find_authority(name)
            found[authority.code if authority else name].append(folder / layout.code)
    return dict(found)


def _collection_folders(settings: Settings, layout: ReturnLayout) -> list[tuple[str, UPath]]:
    """Find the folders of national collections, one per period, each with the name that it is listed under."""
    if layout.is_published or layout.totals_of:
        return []
    require_landing_zone(settings)
    root = landing_root(settings)
    named = [(ENGLAND, root / ENGLAND)]
    named += [(f"{PUBLISHED}/{source.name}", source) for source in _folders(root / PUBLISHED)]
    return [
        (readable(f"{name}/{folder.name}"), folder)
        for name, source in named
        for folder in _folders(source / layout.code)
    ]


def _collected_files(folder: UPath, layout: ReturnLayout) -> list[UPath]:
    files = [path for place in (folder, *_folders(folder)) for path in _files(place)]
    return [path for path in files if path.name not in layout.ignored_files]


def _files(folder: UPath) -> list[UPath]:
    return sorted((path for path in folder.iterdir() if _is_delivered(path)), key=lambda path: path.name)


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
    """List the paths that processes on this machine have open for writing, as far as we may look."""
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
