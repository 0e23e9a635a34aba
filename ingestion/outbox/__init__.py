"""Files of the outbox: each is written whole or not at all, and only when it changes."""

import filecmp
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import quote


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
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            write(file)
        if path.is_file() and filecmp.cmp(draft, path, shallow=False):
            return False
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True
