"""A disk that is full when a test wants it to be."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AMPLE = 4_000
MEBIBYTE = 1024 * 1024
_FILLER = "filler"


class SmallDisk:
    """A file system in memory, of a size in mebibytes that can be changed."""

    def __init__(self, folder: Path, ample: int = AMPLE) -> None:
        self.folder = folder
        self.ample = ample

    @classmethod
    @contextmanager
    def mounted(cls, parent: Path) -> Iterator["SmallDisk | None"]:
        """Provide one in a folder below this; None on a machine that lets nobody mount."""
        folder = parent / "disk"
        folder.mkdir()
        size = f"size={AMPLE}m,mode=755"
        words = ["mount", "-t", "tmpfs", "-o", size, "none", str(folder)]
        if shutil.which("mount") is None or subprocess.run(words, capture_output=True).returncode != 0:
            yield None
            return
        try:
            yield cls(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)

    def resize(self, mebibytes: int) -> None:
        """Make it so large."""
        subprocess.run(["mount", "-o", f"remount,size={mebibytes}m", str(self.folder)], check=True)

    def leave_free(self, mebibytes: int) -> None:
        """Make it as large as what it holds, rounded up, and so much more."""
        self.resize(-(-shutil.disk_usage(self.folder).used // MEBIBYTE) + mebibytes)

    def fill(self) -> None:
        """Leave no room at all."""
        self.leave_free(1)
        with (self.folder / _FILLER).open("wb") as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(4096))
                filler.flush()

    def make_room(self) -> None:
        """Undo that."""
        (self.folder / _FILLER).unlink(missing_ok=True)
        self.resize(self.ample)
