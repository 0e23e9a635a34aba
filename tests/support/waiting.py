"""Waiting for what another process or thread brings about."""

import time
from collections.abc import Callable


def until(holds: Callable[[], bool], seconds: float = 120, every: float = 0.01) -> None:
    """Wait until something holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(every)
