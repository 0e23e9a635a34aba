"""What a step takes of the machine: seconds, of the clock and of processors, memory, and what is written aside."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

MEBIBYTE = 1024 * 1024
#: Seconds between two looks at the memory of the server's processes.
PAUSE = 0.5
_TEMPORARY = "select coalesce(sum(temp_bytes), 0)::bigint from pg_stat_database"
_SIZE = "select pg_database_size(current_database())"


@dataclass(frozen=True)
class Measured:
    """What one step took: seconds, processor seconds, memory and disk in MiB, load of the machine."""

    step: str
    seconds: float
    of_postgres: float
    of_python: float
    peak: float  # memory of PostgreSQL's processes together, without what they share
    temporary: float  # written to temporary files
    size: float  # of the database afterwards
    load: float


class Meter:
    """Measures steps against one embedded server."""

    def __init__(self, settings: Settings, data: Path) -> None:
        self._settings = settings
        self._server = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        self.steps: list[Measured] = []

    def measure(self, step: str, run: Callable[[], object]) -> Measured:
        """Run a step and note what it took; print it at once, as the next one may take long."""
        started, of_postgres, of_python = time.perf_counter(), self._of_postgres(), _of_python()
        temporary = self._ask(_TEMPORARY)
        with _Watch(self._server) as watch:
            run()
        measured = Measured(
            step,
            seconds=time.perf_counter() - started,
            of_postgres=self._of_postgres() - of_postgres,
            of_python=_of_python() - of_python,
            peak=watch.peak / MEBIBYTE,
            temporary=(self._ask(_TEMPORARY) - temporary) / MEBIBYTE,
            size=self._ask(_SIZE) / MEBIBYTE,
            load=os.getloadavg()[0],
        )
        self.steps.append(measured)
        print(
            f"{step}: {measured.seconds:.1f} s; processors: PostgreSQL {measured.of_postgres:.1f},"
            f" Python {measured.of_python:.1f} s; peak {measured.peak:.0f} MiB, temporary files"
            f" {measured.temporary:.0f} MiB, database {measured.size:.0f} MiB, load {measured.load:.1f}",
            flush=True,
        )
        return measured

    def _of_postgres(self) -> float:
        """Processor seconds of the server, of its sessions that have ended too."""
        times = self._server.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        return total + sum(_of(process) for process in self._server.children())

    def _ask(self, query: str) -> int:
        with connect(self._settings, Role.ADMIN) as connection:
            (number,) = connection.execute(query.encode()).fetchone() or (0,)
        return int(number)


class _Watch:
    """Looks again and again at the memory of a server's processes while its block runs."""

    def __init__(self, server: psutil.Process) -> None:
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.peak = 0

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(PAUSE):
            self.peak = max(self.peak, sum(_own_memory(process) for process in self._server.children()))


def _of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _own_memory(process: psutil.Process) -> int:
    try:
        memory = process.memory_info()
    except psutil.NoSuchProcess:
        return 0
    return int(memory.rss - memory.shared)


def _of_python() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
