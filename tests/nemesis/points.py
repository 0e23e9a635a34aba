"""Steps as processes of their own, which come to points: a statement that writes, a file that is kept or removed.

A disturbance happens at a point that is named by its number, so that it happens there again in a replay. The
process stops itself there (SIGSTOP, with its copies), or dies; what else is done to it is done meanwhile.
"""

import contextlib
import mmap
import os
import re
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dbt.adapters.postgres
import dbt.cli.main
import psycopg
from psycopg import sql

import ingestion.backup.ledger_file
import ingestion.backup.take
import ingestion.collect.archive
from ingestion import outbox
from ingestion.errors import ClubError
from tests.support.waiting import until

# How a step ended: well, with an error that a second attempt may mend, with one that nobody expects, or killed.
WELL, FAILED, WRONG, KILLED = 0, 1, 2, -signal.SIGKILL
PATIENCE = 240.0

_WRITES = re.compile(
    r"\s*(/\*.*?\*/\s*)?"
    r"(insert|update|delete|truncate|create|drop|alter|grant|revoke|copy|with slice|select .*for update)",
    re.IGNORECASE | re.DOTALL,
)


class Counter:
    """A number that a step and its copies count together."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    def next(self) -> int:
        """Count one more, and return how many that are."""
        self._memory[:8] = struct.pack("q", self.value + 1)
        return self.value

    @property
    def value(self) -> int:
        """How many were counted."""
        return int(struct.unpack("q", self._memory[:8])[0])


@dataclass
class Step:
    """A step that runs in a process of its own, and in a group of its own with its copies."""

    pid: int
    counter: Counter
    errors: Path = field(repr=False)
    code: int | None = None
    has_stopped: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, as `code` then tells."""
        self._look()
        return self.code is not None

    def wait(self) -> int:
        """Wait for its end; return how it ended."""
        until(lambda: self.has_ended, seconds=PATIENCE)
        return self.code if self.code is not None else WRONG

    def until_it_rests(self) -> bool:
        """Wait until it has come to its point; return False if it ended before."""
        until(lambda: self.has_ended or self.has_stopped, seconds=PATIENCE)
        return not self.has_ended

    def _look(self) -> None:
        pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED) if self.code is None else (0, 0)
        if pid and os.WIFSTOPPED(status):
            self.has_stopped = True
        elif pid:
            self.code = os.waitstatus_to_exitcode(status)

    def go_on(self) -> None:
        """Let it go on from its point."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it with its copies."""
        self._signal(signal.SIGKILL)

    def said(self) -> str:
        """The end of what it said on its error output."""
        return self.errors.read_text(errors="replace")[-4000:] if self.errors.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def begin(
    work: Callable[[], object], errors: Path, at: int | None = None, number: signal.Signals = signal.SIGSTOP
) -> Step:
    """Begin a step.

    Args:
        work: what it does.
        errors: the file of its error output.
        at: the point, from 1, at which it sends itself a signal; at none if nothing is said.
        number: that signal.
    """
    counter = Counter()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        _run(work, errors, counter, at, number)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(pid, pid)
    return Step(pid, counter, errors)


def _run(
    work: Callable[[], object], errors: Path, counter: Counter, at: int | None, number: signal.Signals
) -> None:
    code = WRONG
    try:
        file = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)

        def come_to_a_point() -> None:
            if counter.next() == at:
                os.killpg(0, number)

        watch_points(come_to_a_point)
        work()
        code = WELL
    except BaseException as error:
        traceback.print_exc()
        code = FAILED if _may_be_tried_again(error) else WRONG
    finally:
        sys.stderr.flush()
        os._exit(code)


def _may_be_tried_again(error: BaseException) -> bool:
    """Whether an error is one that a step may end with: a sentence, or what the machine denies."""
    return isinstance(error, ClubError | psycopg.Error | OSError)


def watch_points(come: Callable[[], None]) -> None:
    """Let this process come to a point before each statement that writes, each commit, each change of a file."""

    def before(owner: Any, name: str, is_one: Callable[..., bool] = lambda *_: True) -> None:
        real = getattr(owner, name)

        def watched(*arguments: Any, **named: Any) -> Any:
            if is_one(*arguments):
                come()
            return real(*arguments, **named)

        setattr(owner, name, watched)

    before(psycopg.Cursor, "execute", _writes)
    before(psycopg.Cursor, "executemany")
    before(psycopg.Cursor, "copy")
    before(psycopg.Connection, "commit")
    for name in ("replace", "rename", "unlink"):
        before(Path, name)
    _watch_files(come)
    _watch_dbt(before)


def _writes(cursor: psycopg.Cursor, query: object, *_: object) -> bool:
    text = query.as_string(cursor) if isinstance(query, sql.Composable) else str(query)
    return bool(_WRITES.match(text))


def _watch_files(come: Callable[[], None]) -> None:
    """A file of the outbox and of the archive is open, and nothing of it is written."""
    real = outbox.open_private

    def opened(path: Path) -> Any:
        file = real(path)
        come()
        return file

    for module in (outbox, ingestion.collect.archive, ingestion.backup.take, ingestion.backup.ledger_file):
        module.open_private = opened  # type: ignore[attr-defined]


def _watch_dbt(before: Callable[..., None]) -> None:
    before(
        dbt.adapters.postgres.PostgresConnectionManager,
        "add_query",
        lambda _, statement, *__: bool(_WRITES.match(statement)),
    )


def is_blocked(step: Step, blocked: Callable[[], bool]) -> bool:
    """Wait until a step has ended or waits for another; return True if it waits."""
    deadline = time.monotonic() + PATIENCE
    while not step.has_ended:
        if blocked():
            return True
        assert time.monotonic() < deadline, "a step neither ends nor waits"
        time.sleep(0.03)
    return False
