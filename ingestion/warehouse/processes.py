"""The processes of a PostgreSQL server, identified by their name and working folder; and one process at a time."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


def is_living_server(pid: int) -> bool:
    """Return True if this process is a living PostgreSQL server; a zombie is not."""
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def works_in(data: Path) -> Iterator[int]:
    """Yield the processes of a PostgreSQL server on this data folder, including the postmaster's orphans."""
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and Path(process.cwd()) == data:
                yield process.pid
        except psutil.Error:
            continue


@contextmanager
def one_process(lock: Path, when_it_waits: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Keep other processes of this machine out of the block, by a file; however one ends, the next gets in."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            when_it_waits()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
