"""A folder put behind a URI so that whoever reads sees one state of it, whole.

A store of objects has no folders that could change places. So each state has a place of its own, under a hash of
all its files, and when it is there, one file is written anew that says which is read. The state before stays, for
those who are reading it; the one before that goes.
"""

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from ingestion.outbox import upload

POINTER = "current.json"
STATES = "states"


def publish_folder(folder: Path, place: Path, front: Callable[[str], tuple[str, str]] | None = None) -> Path:
    """Put every file of a folder of the disk behind a URI, and let it be read; return where it stands.

    Args:
        folder: what is published.
        place: where to, behind a URI.
        front: gives the name and text of a file that leads to the state, by its path below the place; people who
            open the place by a browser look into no `current.json`.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    state = _hash(folder, files)
    standing = current(place)
    path = f"{STATES}/{state}"
    if standing.get("state") != state:
        for file in files:
            target = place / path / file.relative_to(folder).as_posix()
            target.fs.put_file(str(file), target.path)  # type: ignore[attr-defined]
        if front:
            name, text = front(path)
            upload(BytesIO(text.encode()), place / name)
        now = {"state": state, "path": path, "before": standing.get("state", "")}
        upload(BytesIO(json.dumps(now).encode()), place / POINTER)
        _forget(place, standing.get("before", ""), state)
    return place / path


def current(place: Path) -> dict[str, str]:
    """Return what `current.json` says: the state that is read, its path below the place, the state before it."""
    pointer = place / POINTER
    found: dict[str, str] = json.loads(pointer.read_text()) if pointer.exists() else {}
    return found


def _hash(folder: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _forget(place: Path, before: str, state: str) -> None:
    old = place / STATES / before
    if before not in ("", state) and old.exists():
        old.fs.rm(old.path, recursive=True)  # type: ignore[attr-defined]
