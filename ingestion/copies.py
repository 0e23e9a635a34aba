"""Copies of this process: work that must not share its memory, its connections or its end."""

import ctypes
import os
import select
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

_MILLISECONDS_BETWEEN_LOOKS = 10


def run_in_copy(
    work: Callable[[], NoReturn], *, stop_with: signal.Signals, may_go_on: Callable[[int], bool] | None = None
) -> int:
    """Do the work in a copy of this process, wait for its end, and return its exit code.

    On Linux the copy is killed when this process is: nobody goes on with work that somebody else may have begun
    again.

    Args:
        work: ends the copy itself, by `os._exit`.
        stop_with: the signal that the copy gets when this process is interrupted meanwhile.
        may_go_on: is asked all the time, with the number of the copy; it is killed as soon as the answer is no.
    """
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            _end_with(parent)
            work()
        finally:
            os._exit(1)  # whatever went wrong in it, a copy never goes on as a second one of its caller
    try:
        if may_go_on:
            _watch(child, may_go_on)
        _, status = os.waitpid(child, 0)
    except BaseException:
        os.kill(child, stop_with)
        os.waitpid(child, 0)
        raise
    return os.waitstatus_to_exitcode(status)


def _watch(child: int, may_go_on: Callable[[int], bool]) -> None:
    """Return when the copy has ended or was killed; at once where the system cannot wait and look in turns."""
    try:
        ended = os.pidfd_open(child)
    except (AttributeError, OSError):
        return
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        while not poll.poll(_MILLISECONDS_BETWEEN_LOOKS):
            if not may_go_on(child):
                os.kill(child, signal.SIGKILL)
                return
    finally:
        os.close(ended)


# Number of the request in Linux's prctl.h that names the signal to get when the parent ends.
_SET_PARENT_DEATH_SIGNAL = 1


def _end_with(parent: int) -> None:
    """Have this process killed when its parent ends, where the system can do that."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be watched
        os._exit(1)
