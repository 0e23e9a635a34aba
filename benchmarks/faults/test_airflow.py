"""Loads whose Airflow loses a part, or is taken down: they end and say so, and the next one sets everything right.

Slow: each starts Airflow twice and loads all samples.
"""

import signal
import time
from collections.abc import Callable, Iterator

import psutil
import psycopg
import pytest

from benchmarks.faults.test_loads import Figures, club, undisturbed_figures
from ingestion.errors import ClubError
from ingestion.operation.airflow_process import AirflowProcess
from ingestion.operation.service import BUILD_DAG, connect_airflow
from tests.end_to_end.club import Club
from tests.support.waiting import until

__all__ = ["club", "undisturbed_figures"]


def kill_part(part: str) -> Callable[[Club], None]:
    """A fault: the part of `airflow standalone` is killed the hard way, and nobody starts it again."""

    def kill(club: Club) -> None:
        found = [process for process in parts_of(club) if part in words_of(process)]
        assert found, f"there is no {part}"
        for process in found:
            process.send_signal(signal.SIGKILL)

    return kill


def kill_supervisors(club: Club) -> None:
    """The processes that run tasks are killed with their parents, so that Airflow has to notice it by itself."""
    found = [each for each in parts_of(club) if any("worker" in word for word in words_of(each))]
    assert found, "no task is run by anyone"
    for process in found:
        process.send_signal(signal.SIGKILL)


def take_down(club: Club) -> None:
    """An operator stops everything."""
    assert club.run("down").returncode == 0


FAULTS = {
    "scheduler": kill_part("scheduler"),
    "api-server": kill_part("api-server"),
    "dag-processor": kill_part("dag-processor"),
    "supervisors": kill_supervisors,
    "down": take_down,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_load_whose_airflow_is_disturbed_ends_and_the_next_one_completes_it(
    club: Club, undisturbed_figures: Figures, fault: str
) -> None:
    load = club.start("load")
    wait_until_some_are_registered(club)
    FAULTS[fault](club)
    said, _ = load.communicate(timeout=600)
    assert load.returncode == 0 or "Run " in said, said
    assert "Traceback" not in said, said

    again = club.run("load")

    assert again.returncode == 0, again.stdout + again.stderr
    assert club.figures() == undisturbed_figures


def test_announcing_decisions_twice_builds_once(club: Club, undisturbed_figures: Figures) -> None:
    """Two more runs of the build are asked for at once, as two announcements of the same decisions would."""
    assert club.run("load").returncode == 0
    before = club.fingerprints()
    api = connect_airflow(club.settings, AirflowProcess(club.settings))
    for _ in range(2):
        api.trigger(BUILD_DAG)
    until(lambda: not api.unfinished_runs(BUILD_DAG), seconds=300)
    assert club.fingerprints() == before
    assert club.figures() == undisturbed_figures


def parts_of(club: Club) -> Iterator[psutil.Process]:
    """The processes of Airflow, without the one that started the others."""
    root = min(
        (each for each in psutil.process_iter() if is_standalone_of(each, club)), key=psutil.Process.create_time
    )
    yield from root.children(recursive=True)


def words_of(process: psutil.Process) -> list[str]:
    """The command line of a process; none of one that has just ended."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def is_standalone_of(process: psutil.Process, club: Club) -> bool:
    """Whether this is the `airflow standalone` of an installation."""
    try:
        return "standalone" in words_of(process) and process.environ().get("CLUB_HOME") == str(club.home)
    except psutil.Error:
        return False


def wait_until_some_are_registered(club: Club) -> None:
    """Wait until the load is in full swing."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        try:
            with club.connect() as connection:
                (count,) = connection.execute("select count(*) from ledger.submission").fetchone() or (0,)
            if count >= 3 and club.has_asked_for_a_run():
                return
        except (ClubError, psycopg.Error):
            pass
        time.sleep(0.05)
    raise AssertionError("the collection never started")
