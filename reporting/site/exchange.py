"""Put a folder in the place of another one in one step."""

import ctypes
import os
import shutil
from pathlib import Path

# From <fcntl.h> and <linux/fs.h>: names of files are relative to the working folder; two names change places.
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def put_in_place(draft: Path, folder: Path) -> None:
    """Make the draft the folder, and remove what was there; a reader sees the one or the other, whole.

    Where the system cannot let two folders change places, there is none for the moment between two renames.
    """
    draft.chmod(0o755)
    if not folder.exists():
        draft.rename(folder)
    elif _exchange(draft, folder):
        shutil.rmtree(draft)
    else:
        old = draft.with_suffix(".old")
        folder.rename(old)
        draft.rename(folder)
        shutil.rmtree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places (renameat2 of Linux); return False where that is not to be had."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
