"""Read a file in a process of its own, with a limit of memory and time: its death is a fault of the file.

A library written in another language can ask for more memory than there is, or crash, over a damaged or crafted
file, and would take the whole process with it.
"""

import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NoReturn, TypeVar

from ingestion.copies import run_in_copy
from ingestion.readers.table import UnreadableFile
from ingestion.settings import MEBIBYTE

T = TypeVar("T")

SECONDS = 300
MEMORY = 2048 * MEBIBYTE  # beyond what this process has already
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Died(Exception):  # noqa: N818 -- it is told as a finding
    """The process that read the file came to an end before it had an answer; the text says within what limits."""


def confined(read: Callable[[], T], *, seconds: int = SECONDS, memory: int = MEMORY) -> T:
    """Return what `read` returns, called in a copy of this process.

    Raises:
        UnreadableFile: raised by `read`.
        Died: the copy took too much time or memory, or crashed.
    """
    with TemporaryFile() as answer:
        if run_in_copy(lambda: _answer(read, answer, seconds, memory), stop_with=signal.SIGKILL) != 0:
            raise Died(f"it could not be read within {seconds} seconds and {memory // MEBIBYTE:,} MiB")
        answer.seek(0)
        is_readable, content = pickle.load(answer)  # noqa: S301 -- written by our own copy
    if is_readable:
        result: T = content
        return result
    raise UnreadableFile(*content)


def _answer(read: Callable[[], object], answer: IO[bytes], seconds: int, memory: int) -> NoReturn:
    """Write the result, or the reason why there is none, and end without a word to what was copied."""
    code = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        limit = _address_space() + memory
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


def _address_space() -> int:
    """Return the size of this process's address space in bytes; nothing where the system does not tell."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE
