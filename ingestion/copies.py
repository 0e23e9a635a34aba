"""Copies of this process: work that must not share its memory, its connections or its end."""

import os
import signal
from collections.abc import Callable
from typing import NoReturn


def run_in_copy(work: Callable[[], NoReturn], *, stop_with: signal.Signals) -> int:
    """Do the work in a copy of this process, wait for its end, and return its exit code.

    Args:
        work: ends the copy itself, by `os._exit`.
        stop_with: the signal that the copy gets when this process is interrupted meanwhile.
    """
    child = os.fork()
    if child == 0:
        work()
    try:
        _, status = os.waitpid(child, 0)
    except BaseException:
        os.kill(child, stop_with)
        os.waitpid(child, 0)
        raise
    return os.waitstatus_to_exitcode(status)
