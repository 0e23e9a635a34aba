"""Files of the outbox: each is there whole or not at all, and is touched only when it changes."""

import os
from pathlib import Path
from urllib.parse import quote


def folder_name(text: str) -> str:
    """A name from outside as one safe folder name; two different names never give the same folder."""
    quoted = quote(text, safe="")
    # A leading dot would hide the folder or leave it; a leading underscore marks the club's own folders.
    return f"%{ord(quoted[0]):02X}{quoted[1:]}" if quoted[:1] in (".", "_") else quoted


def write_if_changed(path: Path, text: str) -> bool:
    """Put a text at its place in one step; False when it stands there already."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True
