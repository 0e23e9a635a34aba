"""A copy of a process does its work and ends; it never goes on as a second one of its caller."""

import os
import signal
from contextlib import suppress
from typing import NoReturn

from ingestion.copies import run_in_copy


def test_a_copy_whose_work_fails_does_not_go_on_as_its_caller():
    def fail() -> NoReturn:
        raise OSError("no space left on the device")

    caller, code = os.getpid(), None
    with suppress(OSError):
        code = run_in_copy(fail, stop_with=signal.SIGTERM)
    if os.getpid() != caller:
        os._exit(0)
    assert code == 1
