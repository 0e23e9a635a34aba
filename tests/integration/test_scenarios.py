"""Worked cases of counting, through the real models: the project's own, and those that are held beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse
from tests.support.children import HELD_SCENARIOS, OWN_SCENARIOS, Scenario, scenarios, send_scenarios

PLACEMENTS, LONG_TERM = "a1_placement_count_scenarios", "ni63_long_term_scenarios"
MODELS = (
    "stg_ledger__submissions",
    "int_ssda903__states",
    "path:models/staging/ssda903",
    "path:models/intermediate/children_looked_after",
)
FOLDERS = {"own": OWN_SCENARIOS, "held beside the project": HELD_SCENARIOS}


@dataclass(frozen=True)
class Child:
    """What the models say of a child; the defaults are those of one who stands nowhere."""

    is_at_31_march: bool = False
    placements_in_year: int = 0
    has_three_or_more: bool = False
    long_term: str | None = None
    same_placement: str | None = None


@dataclass(frozen=True)
class Counted:
    """What the models made of every case, by the rules of England and by those of Wales in 2000."""

    england: dict[str, Child]
    wales: dict[str, Child]


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
    england = _children(settings)
    with _decided(settings, "min_days", "0"):
        wales = _children(settings)
    yield Counted(england, wales)
    empty_warehouse(settings)


@contextmanager
def _decided(settings: Settings, code: str, value: str) -> Iterator[None]:
    """One of the club's decisions taken otherwise."""
    change = "update staging.club_decisions set value = %s where decision_code = %s"
    with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
        (before,) = connection.execute(
            "select value from staging.club_decisions where decision_code = %s", [code]
        ).fetchone() or (None,)
        assert before not in (None, value)
        connection.execute(change, [value, code])
        yield
        connection.execute(change, [before, code])


def _children(settings: Settings) -> dict[str, Child]:
    """What the models say of every child, once they are built by the decisions in force."""
    run_dbt(settings, "run", "--quiet", "--full-refresh", "--select", *MODELS)
    with connect(settings, Role.TRANSFORMER) as connection:
        rows = connection.execute(
            "select child_id, is_at_31_march, placements_in_year, has_three_or_more, long_term, same_placement"
            " from intermediate.int_cla__children"
        ).fetchall()
    return {code: Child(*found) for code, *found in rows}


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
        for child in [counted.england.get(case.code, Child())]
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
    assert {case.code: counted.wales.get(case.code, Child()).placements_in_year for case in placements} == {
        case.code: int(case.expected["expected_placements_wales2000_no24h_rule"]) for case in placements
    }


def test_long_term_stability_of_every_case_is_as_expected(
    counted: Counted, long_term: tuple[Scenario, ...]
) -> None:
    found = {
        case.code: (child.long_term == "yes", child.same_placement == "yes")
        for case in long_term
        for child in [counted.england.get(case.code, Child())]
    }
    assert found == {
        case.code: (case.expected["in_denominator"] == "1", case.expected["in_numerator"] == "1")
        for case in long_term
    }


def test_no_long_term_case_is_left_untold(counted: Counted, long_term: tuple[Scenario, ...]) -> None:
    """In the worked cases everything is known that the counts need."""
    told = [counted.england[case.code] for case in long_term if case.code in counted.england]
    assert told
    assert "unknown" not in {status for child in told for status in (child.long_term, child.same_placement)}
