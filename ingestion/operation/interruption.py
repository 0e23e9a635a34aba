"""Termination signals, treated as Ctrl-C is."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupted_when_told_to_stop() -> Iterator[None]:
    """Raise KeyboardInterrupt when the process is asked to terminate, so that unfinished work is cleaned up."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Windows has no terminal that hangs up.
    told = (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
    before = {number: signal.signal(number, interrupt) for number in dict.fromkeys(told)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
