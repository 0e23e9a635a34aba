"""Whoever breaks a build is found, and nobody else, whether tests name somebody or not."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import ClubError
from ingestion.model.dbt_outcome import DbtError, Node
from ingestion.model.quarantine import Suspect, find_guilty

FAILED = (Node("it_adds_up", "test", "fail", ""),)
SUSPECTS = [Suspect(number, f"council-{number}", "2006-07") for number in range(1, 20)]


class Builds:
    """Fails as long as one of those that break it is in it, or always."""

    def __init__(self, breaking: set[int], always: bool = False) -> None:
        self.breaking, self.always, self.count = breaking, always, 0

    def __call__(self, left_out: tuple[int, ...]) -> None:
        self.count += 1
        if self.always or self.breaking - set(left_out):
            raise DbtError("dbt build failed", FAILED)


def nobody(error: DbtError, suspects: Sequence[Suspect]) -> tuple[int, ...]:
    return ()


@given(st.sets(st.integers(1, 19), min_size=1))
def test_all_that_break_a_build_are_found_and_nobody_else(breaking: set[int]) -> None:
    builds = Builds(breaking)
    guilty = find_guilty(DbtError("dbt build failed", FAILED), SUSPECTS, builds, nobody, most=19)
    assert set(guilty) == breaking
    assert set(guilty.values()) == {"a fault of the warehouse: with it the test it_adds_up failed"}
    # Without all, five halves of nineteen, and without those that were found.
    assert builds.count <= 7 * len(breaking)


def test_who_is_named_is_not_searched_for() -> None:
    builds = Builds({7})
    guilty = find_guilty(DbtError("", FAILED), SUSPECTS, builds, lambda error, suspects: (7,), most=1)
    assert set(guilty) == {7}
    assert builds.count == 1


def test_a_build_that_fails_without_any_of_them_is_nobodys_fault() -> None:
    error = DbtError("dbt build failed", FAILED)
    builds = Builds(set(), always=True)
    with pytest.raises(DbtError) as raised:
        find_guilty(error, SUSPECTS, builds, nobody, most=19)
    assert raised.value is error
    assert builds.count == 1


def test_dbt_that_cannot_run_is_nobodys_fault() -> None:
    builds = Builds(set(), always=True)
    with pytest.raises(DbtError, match="no such option"):
        find_guilty(DbtError("no such option", ()), SUSPECTS, builds, nobody, most=19)
    assert builds.count == 0


def test_when_many_break_it_the_definitions_do() -> None:
    with pytest.raises(
        ClubError, match="3 submissions break the build, more than 2: the definitions are at fault"
    ):
        find_guilty(DbtError("", FAILED), SUSPECTS, Builds({1, 2, 3}), nobody, most=2)
