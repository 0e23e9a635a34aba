"""Files of the outbox: each is written whole or not at all, only when it changes, and for its owner alone to read.

Reports may tell of single children. An operator who lets a group read them gives the outbox to that group and sets
its set-group-id bit (`chgrp readers outbox; chmod 2750 outbox`): what is made below then follows. Behind a URI the
store says who may read.
"""

import filecmp
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import IO
from urllib.parse import quote

# Windows would write another line end for every one in a file that is not opened so.
_BYTES_AS_THEY_ARE = getattr(os, "O_BINARY", 0)
# What is written behind a URI is held in memory first, up to this many bytes, else on the disk.
_IN_MEMORY = 1024 * 1024


def folder_name(text: str) -> str:
    """Turn a name from outside into one safe folder name; two different names never give the same folder."""
    quoted = quote(text, safe="")
    # A leading dot would hide the folder or leave it; a leading underscore marks the club's own folders.
    return f"%{ord(quoted[0]):02X}{quoted[1:]}" if quoted[:1] in (".", "_") else quoted


def write_if_changed(path: Path, text: str) -> bool:
    """Write a text to its path in one step; return False when the same text is there already."""
    return stream_if_changed(path, lambda file: file.write(text.encode("utf-8")))


def stream_if_changed(path: Path, write: Callable[[IO[bytes]], object]) -> bool:
    """Write the output of `write` to its path in one step; return False when the same is there already."""
    if not is_on_disk(path):
        return _upload_if_changed(path, write)
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open_private(draft) as file:
            write(file)
        if path.is_file() and filecmp.cmp(draft, path, shallow=False):
            return False
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True


def is_on_disk(path: Path) -> bool:
    """Return False of what is behind a URI: it has neither owner nor mode, and is no `Path` either."""
    return isinstance(path, Path)


def upload(file: IO[bytes], path: Path) -> None:
    """Put a file behind a URI: it is there when all of it has arrived, and in the place of what was there."""
    file.seek(0)
    # A store tells browsers what a file is by how its name ends.
    with NamedTemporaryFile(suffix=path.suffix) as draft:
        shutil.copyfileobj(file, draft)
        draft.flush()
        path.fs.put_file(draft.name, path.path)  # type: ignore[attr-defined]


def _upload_if_changed(path: Path, write: Callable[[IO[bytes]], object]) -> bool:
    with SpooledTemporaryFile(_IN_MEMORY) as draft:
        write(draft)
        draft.seek(0)
        if path.is_file() and path.read_bytes() == draft.read():
            return False
        upload(draft, path)
    return True


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, which nobody but their owner may enter, and a group."""
    # Behind a URI there are no folders, only names with slashes.
    if not is_on_disk(folder):
        return
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o2750 if _is_for_a_group(folder.parent) else 0o700)


def close_to_others(folder: Path) -> None:
    """Let nobody but its owner enter a folder that an earlier version made, unless it is for a group."""
    if is_on_disk(folder) and folder.is_dir() and not _is_for_a_group(folder):
        folder.chmod(0o700)


def open_private(path: Path) -> IO[bytes]:
    """Open a new file to write, which nobody but its owner may read, and a group."""
    if not is_on_disk(path):
        return path.open("wb")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BYTES_AS_THEY_ARE, 0o600)
    path.chmod(0o640 if _is_for_a_group(path.parent) else 0o600)
    return os.fdopen(descriptor, "wb")


def _is_for_a_group(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_ISGID)
