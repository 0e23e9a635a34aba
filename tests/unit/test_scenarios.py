"""The worked cases of counting: the unit tests that dbt runs are those of the cases, and every episode is told."""

import pytest

from tests.support.children import OWN_SCENARIOS, Scenario, scenarios
from tests.support.scenario_unit_tests import SHORT_BREAKS, WRITTEN_TO, unit_tests

CASES = scenarios(OWN_SCENARIOS, "a1_placement_count_scenarios")
STEPS = {"begins", "continues", "temporary", "returns"}


def test_the_unit_tests_of_dbt_are_those_of_the_worked_cases() -> None:
    assert WRITTEN_TO.read_text(encoding="utf-8") == unit_tests(), (
        "run `python -m tests.support.scenario_unit_tests`"
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_case_says_what_each_of_its_episodes_does(case: Scenario) -> None:
    assert case.episodes
    for row in case.episodes:
        assert (row["expected_step"] in STEPS) != (row["LS"] in SHORT_BREAKS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_case_agrees_with_itself(case: Scenario) -> None:
    """A child with three or more placements is in the numerator, if it is in the indicator at all."""
    england = int(case.expected["expected_placements_england_24h"])
    wales = int(case.expected["expected_placements_wales2000_no24h_rule"])
    begun = sum(row["expected_step"] == "begins" for row in case.episodes)
    assert case.expected["in_numerator_3plus"] == str(int(case.expected["in_denominator"] == "1" and england >= 3))
    assert england <= wales <= max(begun, 1)
