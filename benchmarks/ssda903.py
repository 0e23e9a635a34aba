"""How long it takes to check one SSDA903 return, beside the sector's free validator on the same files.

Run with `make bench-ssda903`. It takes an invented return (SSDA903_RETURN, else that of CLUB_SHARED_DATA) once,
ten times and a hundred times over. What is measured is the whole process with its report: `club check ssda903`,
which starts a database of its own and stops it, and everything that the validator's web page asks for. The two
take turns; of several runs the median is shown. Each has run once before on a small return, as its user's has: the
bytecode of both is kept, and so is our database of checks. Processor seconds are those of everything that was
started, PostgreSQL included: they say more than seconds where others use the machine too.
"""

import argparse
import contextlib
import csv
import ctypes
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.sector_validator.compare import given_return
from benchmarks.sector_validator.sides import AUTHORITY, RETURN, theirs_command
from benchmarks.sector_validator.variations import LAYOUT, Tables, read_return

MEBIBYTE = 1024 * 1024
#: Number of the request in Linux's prctl.h that makes a process the parent of its children's orphans.
_SET_CHILD_SUBREAPER = 36
#: Seconds between two measurements of memory; measuring a large process slows it down for a moment.
PAUSE = 0.5
#: The share of the free memory that a run may use; beyond that, the operating system would end it.
SHARE = 0.8


@dataclass
class Run:
    """One whole process: seconds, of the clock and of processors, and peak memory in MiB, PostgreSQL's apart."""

    seconds: float = 0.0
    processor: float = 0.0
    peak: float = 0.0
    peak_postgres: float = 0.0
    ended: str = ""


def main() -> None:
    """Measure every size on both sides and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, nargs="?", help="a folder with the CSV files of one return")
    parser.add_argument("--period", default="2025-26")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--runs", type=int, default=1, help="of each side and size, in turn")
    parser.add_argument("--limit", type=float, default=1800.0, help="seconds given to each run")
    given = parser.parse_args()
    _adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="club-bench-") as name:
        tables = read_return(given.source or given_return(Path(name)))
    _warm_up(tables, given.period, given.limit)
    lines = []
    for times in given.times:
        with tempfile.TemporaryDirectory(prefix="club-bench-") as name:
            work = Path(name)
            work.chmod(0o755)  # the database runs as a user of its own
            rows = _write(tables, work / "return", given.period, times)
            runs: dict[str, list[Run]] = {}
            for _ in range(given.runs):
                for side, command in _commands(work, given.period):
                    run = measure(command, work, given.limit)
                    runs.setdefault(side, []).append(run)
                    print(f"{rows:,} rows, {side}: {run.ended} after {run.seconds:.1f} s", flush=True)
            lines += [(f"{rows:,}", side, _median(of_side)) for side, of_side in runs.items()]
    _print(lines)


def _warm_up(tables: Tables, period: str, limit: float) -> None:
    """Run both sides once on a few rows, so that none compiles modules or prepares a database when it counts."""
    with tempfile.TemporaryDirectory(prefix="club-bench-") as name:
        work = Path(name)
        work.chmod(0o755)
        _write({table: rows[:50] for table, rows in tables.items()}, work / "return", period, 1)
        for _, command in _commands(work, period):
            measure(command, work, limit)


def _adopt_orphans() -> None:
    """Have PostgreSQL, whose parent does not stay, become a child of this process, which counts its seconds."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1)


def _median(runs: list[Run]) -> Run:
    """Return the run with the median of the seconds, and the median of the processor seconds."""
    chosen = sorted(runs, key=lambda run: run.seconds)[(len(runs) - 1) // 2]
    return replace(chosen, processor=statistics.median(run.processor for run in runs))


def _write(tables: Tables, folder: Path, period: str, times: int) -> int:
    """Write the return this many times, every copy with children of its own; return the number of rows."""
    folder.mkdir()
    written = 0
    for table in LAYOUT.tables_of(period):
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.upper() for column in table.columns])
            for copy in range(times):
                for row in tables[table.name]:
                    row = row | {"child": f"{row['child']}-{copy}"}
                    writer.writerow([row[column] for column in table.columns])
            written += times * len(tables[table.name])
    return written


def _commands(work: Path, period: str) -> Iterator[tuple[str, list[str]]]:
    files = [str(path) for path in sorted((work / "return").glob("*.csv"))]
    club = [str(Path(sys.executable).with_name("club")), "check", RETURN, *files]
    yield "ours", [*club, "--authority", AUTHORITY, "--period", period, "--report", str(work / "report")]
    yield "the sector's", theirs_command("whole", work / "theirs", work / "return", period)


def measure(command: list[str], work: Path, limit: float) -> Run:
    """Run a command and watch the memory of its processes; end it when it exceeds the time or memory limit."""
    temporary = work / "tmp"
    temporary.mkdir(mode=0o755, exist_ok=True)
    run, start, processor = Run(), time.perf_counter(), _processor_seconds()
    process = psutil.Popen(
        command,
        env=_surroundings() | {"TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    room = psutil.virtual_memory().available * SHARE / MEBIBYTE
    while process.poll() is None:
        run.seconds = time.perf_counter() - start
        _look(run, process, temporary)
        if run.seconds > limit or run.peak + run.peak_postgres > room:
            late = run.seconds > limit
            run.ended = f"did not finish in {limit:.0f} s" if late else f"did not finish in {room:,.0f} MiB"
            _end(process, temporary)
            break
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(PAUSE)
    else:
        run.seconds = time.perf_counter() - start
        run.ended = f"exit code {process.returncode}"
    run.processor = _processor_seconds() - processor
    return run


def _surroundings() -> dict[str, str]:
    """Return the environment of a run, in which the bytecode of modules is kept where the installer kept none."""
    kept = Path(tempfile.gettempdir()) / f"club-bench-bytecode-{os.getuid()}"
    without = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return without | {"PYTHONPYCACHEPREFIX": str(kept)}


def _processor_seconds() -> float:
    """Return the processor seconds of all children that have ended, and of theirs."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _look(run: Run, process: psutil.Popen, temporary: Path) -> None:
    servers = _servers(temporary)
    own = [one for one in _family([process]) if one not in servers]
    run.peak = max(run.peak, sum(map(_held, own)) / MEBIBYTE)
    run.peak_postgres = max(run.peak_postgres, sum(map(_held, servers)) / MEBIBYTE)


def _servers(temporary: Path) -> list[psutil.Process]:
    """Return the PostgreSQL server in this folder, which has no parent to find it by, and its processes."""
    heads = [
        one
        for one in psutil.process_iter(["name", "cmdline"])
        if "postgres" in (one.info["name"] or "") and str(temporary) in " ".join(one.info["cmdline"] or [])
    ]
    return _family(heads)


def _family(heads: list[psutil.Process]) -> list[psutil.Process]:
    found = list(heads)
    for head in heads:
        try:
            found += head.children(recursive=True)
        except psutil.NoSuchProcess:
            continue
    return found


def _held(process: psutil.Process) -> int:
    """Return the bytes that a process holds, with its share of shared memory."""
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _end(process: psutil.Popen, temporary: Path) -> None:
    """End the process, its children and its database."""
    for one in reversed(_family([process]) + _servers(temporary)):
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    process.wait()


def _print(lines: list[tuple[str, str, Run]]) -> None:
    table = Table("rows", "checked by", "ended", "seconds", "of processors", "peak MiB", "peak MiB, PostgreSQL")
    for rows, side, run in lines:
        postgres = f"{run.peak_postgres:,.0f}" if run.peak_postgres else ""
        seconds, processor = f"{run.seconds:,.1f}", f"{run.processor:,.1f}"
        table.add_row(rows, side, run.ended, seconds, processor, f"{run.peak:,.0f}", postgres)
    console = Console(width=110)
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    console.print(table)


if __name__ == "__main__":
    main()
