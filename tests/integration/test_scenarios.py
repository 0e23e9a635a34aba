"""Worked cases of counting, through the real models: the project's own, and those that are held beside it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from ingestion.model.dbt import run_dbt
from ingestion.model.readings import ROOM, SUFFIX
from ingestion.returns.worked_cases import STABILITY, WorkedCase, worked_cases
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse
from tests.support.children import HELD_SCENARIOS, OWN_SCENARIOS, Scenario, scenarios, send_scenarios

PLACEMENTS, LONG_TERM = "a1_placement_count_scenarios", "ni63_long_term_scenarios"
# The decisions that are tried and touch each, two options each.
TOUCHING = {
    "A1": {"min_days", "opening_day", "non_returning_stay", "stay_open_at_year_end", "overlong_stay"},
    "D35": {"min_days", "day_of_start", "non_returning_stay", "stay_open_at_year_end", "overlong_stay"},
}
MODELS = (
    "stg_ledger__submissions",
    "int_ssda903__states",
    "int_indicator_decisions",
    "path:models/staging/ssda903",
    "path:models/intermediate/children_looked_after",
)
# What of it is counted by every reading.
BY_READING = "tag:by_reading,path:models/intermediate"
FOLDERS = {"own": OWN_SCENARIOS, "held beside the project": HELD_SCENARIOS}
WALES_IN_2000 = "min_days=0"


@dataclass(frozen=True)
class Child:
    """What the models say of a child; the defaults are those of one who stands nowhere."""

    is_at_31_march: bool = False
    placements_in_year: int = 0
    has_three_or_more: bool = False
    long_term: str | None = None
    same_placement: str | None = None

    def answer(self, indicator: str) -> str:
        """How it counts, as the quiz asks."""
        if indicator == "A1":
            return str(self.placements_in_year)
        return STABILITY[str(int(self.long_term == "yes")), str(int(self.same_placement == "yes"))]


@dataclass(frozen=True)
class Counted:
    """What the models made of every case: as decided, and by what is decided otherwise of an indicator."""

    as_decided: dict[str, Child]
    otherwise: dict[str, dict[str | None, dict[str, Child]]]


@pytest.fixture(scope="module")
def counted(prepared_home: Path) -> Iterator[Counted]:
    settings = Settings(
        home=prepared_home, landing_zone=str(prepared_home / "none"), warehouse_url=None, settle_seconds=0
    )
    empty_warehouse(settings)
    senders = iter(("dudley", "walsall", "sandwell", "solihull"))
    for folder in FOLDERS.values():
        for name in (PLACEMENTS, LONG_TERM):
            if folder.is_dir():
                send_scenarios(settings, next(senders), scenarios(folder, name))
    run_dbt(settings, "run", "--quiet", "--full-refresh", "--select", *MODELS, "+int_cla__children")
    run_dbt(
        settings,
        "run", "--quiet", "--full-refresh", "--select", BY_READING,
        room=ROOM, variables={"reading_suffix": SUFFIX},
    )  # fmt: skip
    with connect(settings, Role.TRANSFORMER) as connection:
        yield Counted(
            _children(connection),
            {indicator: _children_by_reading(connection, indicator) for indicator in TOUCHING},
        )
    empty_warehouse(settings)


def _children(connection: psycopg.Connection) -> dict[str, Child]:
    rows = connection.execute(
        "select child_id, is_at_31_march, placements_in_year, has_three_or_more, long_term, same_placement"
        " from intermediate.int_cla__children"
    ).fetchall()
    return {code: Child(*found) for code, *found in rows}


def _children_by_reading(connection: psycopg.Connection, indicator: str) -> dict[str | None, dict[str, Child]]:
    children = defaultdict(dict)
    for otherwise, code, *found in connection.execute(
        """
        select
            readings.decided_otherwise, children.child_id, children.is_at_31_march, children.placements_in_year,
            children.has_three_or_more, children.long_term, children.same_placement
        from intermediate_readings.int_cla__children as children
        inner join intermediate_readings.int_reading_parts as parts using (part_code)
        inner join intermediate_readings.int_indicator_readings as readings
            on readings.counted_by = parts.reading_code and readings.indicator_code = %s
        """,
        [indicator],
    ).fetchall():
        assert code not in children[otherwise]
        children[otherwise][code] = Child(*found)
    return dict(children)


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    found = FOLDERS[request.param]
    if not found.is_dir():
        pytest.skip(f"the worked cases are not on this machine ({found})")
    return found


@pytest.fixture
def placements(folder: Path) -> tuple[Scenario, ...]:
    return scenarios(folder, PLACEMENTS)


@pytest.fixture
def long_term(folder: Path) -> tuple[Scenario, ...]:
    return scenarios(folder, LONG_TERM)


def test_the_placements_of_every_case_are_counted_as_expected_in_england(
    counted: Counted, placements: tuple[Scenario, ...]
) -> None:
    found = {
        case.code: (child.is_at_31_march, child.placements_in_year, child.has_three_or_more)
        for case in placements
        for child in [counted.as_decided.get(case.code, Child())]
    }
    assert found == {
        case.code: (
            case.expected["in_denominator"] == "1",
            int(case.expected["expected_placements_england_24h"]),
            case.expected["in_numerator_3plus"] == "1",
        )
        for case in placements
    }


def test_the_placements_of_every_case_are_counted_as_expected_by_the_rules_of_wales(
    counted: Counted, placements: tuple[Scenario, ...]
) -> None:
    wales = counted.otherwise["A1"][WALES_IN_2000]
    assert {case.code: wales.get(case.code, Child()).placements_in_year for case in placements} == {
        case.code: int(case.expected["expected_placements_wales2000_no24h_rule"]) for case in placements
    }


@pytest.mark.parametrize("indicator", TOUCHING)
def test_every_case_is_counted_by_every_reading_as_it_states(counted: Counted, indicator: str) -> None:
    """By what a case states of single decisions all 32 readings are told; those held beside state less."""
    cases = [case for case in worked_cases().values() if case.indicator == indicator]
    readings = counted.otherwise[indicator]
    assert {part.split("=")[0] for reading in readings for part in (reading or "").split()} == TOUCHING[indicator]
    found = {
        (case.code, reading): children.get(case.code, Child()).answer(indicator)
        for reading, children in readings.items()
        for case in cases
    }
    assert len(found) == 32 * len(cases)
    assert found == {(code, reading): _stated(worked_cases()[code], reading) for code, reading in found}


def test_every_decision_that_is_tried_changes_a_case(counted: Counted) -> None:
    told = {decided.split("=")[0] for case in worked_cases().values() for decided in case.otherwise}
    assert told == set().union(*TOUCHING.values())


def _stated(case: WorkedCase, reading: str | None) -> str:
    """The count that a case states where this is decided otherwise; only one decision of it changes the count."""
    (count,) = {case.otherwise[part] for part in (reading or "").split() if part in case.otherwise} or {
        case.answer
    }
    return count


@pytest.mark.parametrize("indicator", TOUCHING)
def test_what_is_decided_counts_the_same_among_all_readings(counted: Counted, indicator: str) -> None:
    assert len(counted.otherwise[indicator]) == 32
    assert counted.otherwise[indicator][None] == counted.as_decided


def test_long_term_stability_of_every_case_is_as_expected(
    counted: Counted, long_term: tuple[Scenario, ...]
) -> None:
    found = {
        case.code: (child.long_term == "yes", child.same_placement == "yes")
        for case in long_term
        for child in [counted.as_decided.get(case.code, Child())]
    }
    assert found == {
        case.code: (case.expected["in_denominator"] == "1", case.expected["in_numerator"] == "1")
        for case in long_term
    }


def test_no_long_term_case_is_left_untold(counted: Counted, long_term: tuple[Scenario, ...]) -> None:
    """In the worked cases everything is known that the counts need."""
    told = [counted.as_decided[case.code] for case in long_term if case.code in counted.as_decided]
    assert told
    assert "unknown" not in {status for child in told for status in (child.long_term, child.same_placement)}
