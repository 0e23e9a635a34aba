"""Take many files in, in copies of this process: one at which a library crashes is then known by its name."""

import faulthandler
import os
import pickle
import resource
import signal
import struct
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from mmap import mmap
from operator import itemgetter
from tempfile import TemporaryFile
from time import perf_counter
from typing import IO, NoReturn

from ingestion.copies import run_in_copy
from ingestion.settings import MEBIBYTE, PROJECT_ROOT
from tests.fuzz.seeds import Seed
from tests.fuzz.taking_in import take_in, take_in_leniently

MOST_MEMORY = 512 * MEBIBYTE  # beyond what the process has at first
MOST_CPU_SECONDS = 10  # of one file
FILES_OF_A_COPY = 500
FAULTS = 20  # then no more are looked for
FOUND = PROJECT_ROOT / "var" / "fuzz"

Make = Callable[[str], Seed]


@dataclass
class Measured:
    """What some files took. Seconds are those of a clock, and include waiting for others; memory is in MiB."""

    files: int = 0
    refused: int = 0
    seconds: float = 0
    longest: tuple[float, str] = (0, "")
    memory: tuple[int, str] = (0, "")
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Measured") -> None:
        self.files += other.files
        self.refused += other.refused
        self.seconds += other.seconds
        self.longest = max(self.longest, other.longest)
        self.memory = max(self.memory, other.memory, key=itemgetter(0))
        self.faults += other.faults


def take_all_in(names: Sequence[str], make: Make) -> Measured:
    """Take in the files of these names. One that breaks something is kept in `var/fuzz`, and the next is taken."""
    total = Measured()
    start = 0
    make(names[0])  # what it needs for all files is then made before there are copies of this process
    while start < len(names) and len(total.faults) < FAULTS:
        done, start = _take_some_in(names, make, start)
        total.add(done)
    return total


def _take_some_in(names: Sequence[str], make: Make, start: int) -> tuple[Measured, int]:
    """Take files in from this place on, in one copy; return where to go on."""
    end = min(start + FILES_OF_A_COPY, len(names))
    with TemporaryFile() as answer, mmap(-1, 8) as reached:
        code = run_in_copy(lambda: _work(names[start:end], make, reached, answer), stop_with=signal.SIGKILL)
        done = _answer_in(answer)
        if code == 0:
            return done, end
        (place,) = struct.unpack("q", reached[:8])
        name = names[start + place]
        FOUND.mkdir(parents=True, exist_ok=True)
        path = FOUND / f"{name[:80]}.dat"
        path.write_bytes(make(name).content)
        done.faults = [f"{path}: {' '.join(done.faults) or f'the process ended with {code}'}"]
        return done, start + place + 1


def _answer_in(file: IO[bytes]) -> Measured:
    """Return what a copy had measured until its end; nothing if it ended at its first file."""
    file.seek(0)
    try:
        measured: Measured = pickle.load(file)
    except EOFError:
        return Measured()
    return measured


def _work(names: Sequence[str], make: Make, reached: mmap, answer: IO[bytes]) -> NoReturn:
    """Take files in until one breaks something; end without a word to what was copied."""
    code = 1
    # Of processor time, which does not depend on who else uses the machine.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    faulthandler.disable()  # a library that crashes over a workbook, in a process of its own, is no fault
    try:
        for measured in _measured(names, make, reached):
            answer.seek(0)
            pickle.dump(measured, answer)
            answer.flush()
            code = 1 if measured.faults else 0
    finally:
        os._exit(code)


def _measured(names: Sequence[str], make: Make, reached: mmap) -> Iterator[Measured]:
    """Yield after each file what all files took until then, the last time after the first fault."""
    measured, at_first = Measured(), _memory()
    for place, name in enumerate(names):
        reached[:8] = struct.pack("q", place)
        sent, start, cpu = make(name), perf_counter(), _cpu_seconds()
        signal.setitimer(signal.ITIMER_PROF, MOST_CPU_SECONDS)
        try:
            measured.refused += any(rule.startswith("intake.") for rule in take_in(sent))
            if name.startswith("csv"):
                take_in_leniently(sent)
            assert _cpu_seconds() - cpu <= MOST_CPU_SECONDS, f"{_cpu_seconds() - cpu:.0f} seconds of a processor"
            assert _memory() - at_first <= MOST_MEMORY, f"{(_memory() - at_first) / MEBIBYTE:.0f} MiB of memory"
        except BaseException:
            measured.faults.append(traceback.format_exc(limit=-6))
        signal.setitimer(signal.ITIMER_PROF, 0)
        measured.files += 1
        measured.seconds += perf_counter() - start
        measured.longest = max(measured.longest, (perf_counter() - start, name))
        measured.memory = max(measured.memory, (_memory() // MEBIBYTE, name), key=itemgetter(0))
        yield measured
        if measured.faults:
            return


def _memory() -> int:
    """Return the most memory in bytes that this process, or one that it has started, ever had."""
    return 1024 * max(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def _cpu_seconds() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
