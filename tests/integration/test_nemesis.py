"""Schedules that a seed gives, disturbed and undisturbed, come to the same; and what was found once stays mended.

`make faults` plays three hundred of them.
"""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given

from ingestion.settings import PROJECT_ROOT
from tests.nemesis.schedule import Schedule, as_script, read_script, schedules

# A fixed number, not a time: what is played is the same on a slow machine.
SCHEDULES, SEED = 12, 19
CORPUS = PROJECT_ROOT / "tests" / "nemesis" / "corpus"


def play(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Play in a process of its own, as `make faults` does."""
    return subprocess.run(
        [sys.executable, "-m", "tests.nemesis", *arguments],
        cwd=PROJECT_ROOT, env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@given(schedules())
def test_a_schedule_is_read_as_it_was_written(schedule: Schedule) -> None:
    assert read_script(as_script(schedule)) == schedule


def test_disturbed_schedules_come_to_what_undisturbed_ones_come_to(tmp_path: Path) -> None:
    """Slow, as it plays the schedules of a seed, and those that found something once."""
    found_once = sorted(map(str, CORPUS.glob("*.txt")))
    played = play(*found_once, "--seed", str(SEED), "--schedules", str(SCHEDULES), "--kept", str(tmp_path))
    assert played.returncode == 0, played.stdout
