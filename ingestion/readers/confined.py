"""Read a file in a process of its own, with a limit of memory and time: its death is a fault of the file.

A library written in another language can ask for more memory than there is, or crash, over a damaged or crafted
file, and would take the whole process with it.
"""

import os
import pickle
import signal
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, NoReturn, TypeVar

from ingestion.copies import run_in_copy
from ingestion.readers.table import UnreadableFile
from ingestion.settings import MEBIBYTE

T = TypeVar("T")

SECONDS = 8  # of a processor
MEMORY = 320 * MEBIBYTE  # beyond what this process has already
# A library may reserve what it never uses, such as all the cells that an old sheet says it could have.
_RESERVED_TIMES = 5
# Others may use the processor meanwhile.
_WAITING_TIMES = 6


class Died(Exception):  # noqa: N818 -- it is told as a finding
    """The process that read the file came to an end before it had an answer; the text says within what limits."""


def confined(read: Callable[[], T], *, seconds: int = SECONDS, memory: int = MEMORY) -> T:
    """Return what `read` returns, called in a copy of this process.

    Windows has no copies of processes: there it is called in this one, of somebody who checks a file of their own.

    Raises:
        UnreadableFile: raised by `read`.
        Died: the copy took too much time or memory, or crashed.
    """
    if not hasattr(os, "fork"):
        return read()
    with TemporaryFile() as answer:
        most = _memory_of(os.getpid()).resident + memory
        code = run_in_copy(
            lambda: _answer(read, answer, seconds, memory * _RESERVED_TIMES),
            stop_with=signal.SIGKILL,
            may_go_on=lambda copy: _memory_of(copy).resident <= most,
        )
        if code != 0:
            raise Died(f"it could not be read within {seconds} seconds and {memory // MEBIBYTE:,} MiB")
        answer.seek(0)
        is_readable, content = pickle.load(answer)  # noqa: S301 -- written by our own copy
    if is_readable:
        result: T = content
        return result
    raise UnreadableFile(*content)


def _answer(read: Callable[[], object], answer: IO[bytes], seconds: int, reserved: int) -> NoReturn:
    """Write the result, or the reason why there is none, and end without a word to what was copied."""
    import resource

    code = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds * _WAITING_TIMES)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        limit = _memory_of(os.getpid()).reserved + reserved
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        # A crash of the library is told as a finding, not as its panic.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            pickle.dump((True, read()), answer, pickle.HIGHEST_PROTOCOL)
        except UnreadableFile as fault:
            pickle.dump((False, (fault.rule_code, fault.line, fault.facts)), answer)
        answer.flush()
        code = 0
    finally:
        os._exit(code)


class _Memory(NamedTuple):
    """The bytes of a process's address space, and those of them that are in memory."""

    reserved: int
    resident: int


def _memory_of(process: int) -> _Memory:
    """Return the memory of a process; nothing where the system does not tell, or when the process has ended."""
    try:
        reserved, resident, *_ = Path(f"/proc/{process}/statm").read_text().split()
    except (OSError, ValueError):
        return _Memory(0, 0)
    page = os.sysconf("SC_PAGE_SIZE")
    return _Memory(int(reserved) * page, int(resident) * page)
