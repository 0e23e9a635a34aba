"""The processes of a PostgreSQL server, told by their name and the folder that they work in."""

from collections.abc import Iterator
from pathlib import Path

import psutil


def is_living_server(pid: int) -> bool:
    """Whether this process is a PostgreSQL server that still lives; a zombie does not."""
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def works_in(data: Path) -> Iterator[int]:
    """Processes of a PostgreSQL server on this data folder, the postmaster's orphans included."""
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and Path(process.cwd()) == data:
                yield process.pid
        except psutil.Error:
            continue
