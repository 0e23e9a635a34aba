"""Loads that are begun twice, or amid a rebuild, come to what one alone comes to.

Slow: each starts Airflow and loads all samples.
"""

from collections.abc import Iterator

import pytest

from tests.end_to_end.club import Club
from tests.end_to_end.test_the_road import make_club, undisturbed_figures

__all__ = ["undisturbed_figures"]

Figures = dict[str, list[tuple]]


@pytest.fixture
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    """An installation in which nothing has been started yet."""
    club = make_club(tmp_path_factory.mktemp("club"))
    yield club
    club.run("down")


def test_two_loads_at_once_are_one(club: Club, undisturbed_figures: Figures) -> None:
    """Of an installation that neither of them has begun."""
    loads = [club.start("load") for _ in range(2)]
    said = [load.communicate(timeout=900)[0] for load in loads]
    assert [load.returncode for load in loads] == [0, 0], said
    assert club.figures() == undisturbed_figures


def test_a_load_and_a_rebuild_at_once_wait_for_each_other(club: Club, undisturbed_figures: Figures) -> None:
    assert club.run("load").returncode == 0
    both = [club.start("rebuild"), club.start("load")]
    said = [each.communicate(timeout=900)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert club.figures() == undisturbed_figures
