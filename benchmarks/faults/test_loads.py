"""Loads that are begun twice, begun amid a rebuild, or that lose what they work with; a plain one makes up for it.

Slow: each starts Airflow and loads all samples.
"""

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from tests.end_to_end.club import Club
from tests.end_to_end.test_the_road import make_club, undisturbed_figures, wait_until_some_are_registered

__all__ = ["undisturbed_figures"]

Figures = dict[str, list[tuple]]


@pytest.fixture
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    """An installation in which nothing has been started yet."""
    club = make_club(tmp_path_factory.mktemp("club"))
    yield club
    club.run("down")


def expect_the_same_of_a_plain_load(club: Club, figures: Figures) -> None:
    done = club.run("load")
    assert done.returncode == 0, done.stdout + done.stderr
    assert club.figures() == figures


def test_two_loads_at_once_are_one(club: Club, undisturbed_figures: Figures) -> None:
    """Of an installation that neither of them has begun."""
    loads = [club.start("load") for _ in range(2)]
    said = [load.communicate(timeout=900)[0] for load in loads]
    assert [load.returncode for load in loads] == [0, 0], said
    assert club.figures() == undisturbed_figures


def test_a_load_and_a_rebuild_at_once_wait_for_each_other(club: Club, undisturbed_figures: Figures) -> None:
    expect_the_same_of_a_plain_load(club, undisturbed_figures)
    both = [club.start("rebuild"), club.start("load")]
    said = [each.communicate(timeout=900)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert club.figures() == undisturbed_figures


def test_a_load_whose_club_is_taken_down_says_so(club: Club, undisturbed_figures: Figures) -> None:
    load = club.start("load")
    wait_until_some_are_registered(club)
    assert club.run("down").returncode == 0
    said, _ = load.communicate(timeout=900)
    assert load.returncode != 0 and "Traceback" not in said, said
    expect_the_same_of_a_plain_load(club, undisturbed_figures)


@pytest.mark.parametrize("part", ["scheduler", "api-server", "supervisor"])
def test_a_part_of_airflow_that_is_killed_in_a_load_is_made_up_for(
    club: Club, undisturbed_figures: Figures, part: str
) -> None:
    load = club.start("load")
    wait_until_some_are_registered(club)
    killed = parts_of_airflow(club, part)
    assert killed
    for process in killed:
        os.kill(process.pid, signal.SIGKILL)
    said, _ = load.communicate(timeout=900)
    assert "Traceback" not in said, said
    expect_the_same_of_a_plain_load(club, undisturbed_figures)


def parts_of_airflow(club: Club, part: str) -> list[psutil.Process]:
    """Find the processes of this installation that are called so: `airflow scheduler`, or a task's supervisor."""
    found = []
    for process in psutil.process_iter():
        try:
            is_of_club = process.environ().get("CLUB_HOME") == str(club.home)
            if is_of_club and part in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found
