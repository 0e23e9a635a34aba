"""The processes of a PostgreSQL server, identified by their name and working folder; and one process at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO

import psutil

SERVER_NAMES = ("postgres", "postgres.exe")
_PAUSE = 0.1

try:
    import fcntl
except ModuleNotFoundError:  # Windows

    def _take(file: IO[str], *, wait: bool) -> None:
        """Lock a file for this process, or raise BlockingIOError."""
        system = import_module("msvcrt")
        while True:
            try:
                file.seek(0)
                system.locking(file.fileno(), system.LK_NBLCK, 1)
                return
            except OSError as error:
                if not wait:
                    raise BlockingIOError from error
                time.sleep(_PAUSE)

else:

    def _take(file: IO[str], *, wait: bool) -> None:
        """Lock a file for this process, or raise BlockingIOError."""
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_living_server(pid: int) -> bool:
    """Return True if this process is a living PostgreSQL server; a zombie is not."""
    try:
        process = psutil.Process(pid)
        return process.name() in SERVER_NAMES and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def works_in(data: Path) -> Iterator[int]:
    """Yield the processes of a PostgreSQL server on this data folder, including the postmaster's orphans."""
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] in SERVER_NAMES and Path(process.cwd()) == data:
                yield process.pid
        except psutil.Error:
            continue


@contextmanager
def one_process(lock: Path, when_it_waits: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Keep other processes of this machine out of the block, by a file; however one ends, the next gets in."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            _take(file, wait=False)
        except BlockingIOError:
            when_it_waits()
            _take(file, wait=True)
        yield
