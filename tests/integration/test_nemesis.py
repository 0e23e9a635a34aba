"""What the nemesis has found once stays mended; `make faults` draws three hundred more schedules."""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given

from ingestion.settings import PROJECT_ROOT
from tests.nemesis.schedule import Schedule, as_script, read_script, schedules

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


def test_what_was_found_once_is_found_no_more(tmp_path: Path) -> None:
    """Slow, as it makes a small warehouse, and plays each schedule twice."""
    found_once = sorted(map(str, CORPUS.glob("*.txt")))
    assert found_once
    played = play(*found_once, "--schedules", "0", "--kept", str(tmp_path))
    assert played.returncode == 0, played.stdout
