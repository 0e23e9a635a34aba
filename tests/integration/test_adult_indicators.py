"""Adults' unit costs after 2007-08: the indicators run on from the returns to what the publisher printed."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from ingestion.seeds import seed_rows
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples.adult_unit_costs import ENCODINGS, ratios_of

INDICATORS = {
    (row["indicator_code"], row["definition_version"]): row for row in seed_rows("register/register_indicators")
}


@pytest.fixture(scope="module")
def marts(sample_warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(sample_warehouse, Role.ANALYST, autocommit=True) as connection:
        yield connection


def rows(connection: psycopg.Connection, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, values).fetchall()


@pytest.mark.parametrize("period", ENCODINGS)
def test_every_stated_unit_cost_is_an_indicator_by_the_definition_of_its_year(
    period: str, marts: psycopg.Connection
) -> None:
    """By the register's multiplier, which knows nothing of what the publisher is said to have multiplied by."""
    compared = rows(
        marts,
        """
        select stated.measure_code, stated.value, indicators.value, indicators.definition_version
        from marts.fct_published_figure as stated
        inner join marts.fct_published_figure as parts
            on stated.place_code = parts.place_code and stated.release = parts.release
                and parts.measure_code = replace(stated.measure_code, '_unit_cost', '_cost')
        inner join marts.bridge_indicator_measure as components on parts.measure_code = components.measure_code
        inner join marts.fct_indicator as indicators
            on indicators.indicator_code = components.indicator_code
                and indicators.definition_version = components.definition_version
                and indicators.authority_code = stated.authority_code
                and indicators.period_code = stated.period_code and indicators.basis = 'published'
        where stated.return_code = 'adult_unit_costs' and stated.release = %s
            and stated.measure_code like '%%_unit_cost' and components.role = 'numerator'
        """,
        period,
    )
    measures = {measure for measure, *_ in compared}
    people_too = [ratio.value for ratio in ratios_of(period)]
    assert measures <= set(people_too) and len(measures) >= 43
    assert len(compared) == 14 * len(measures)
    for measure, stated, value, _ in compared:
        if stated is None:
            assert value is None, measure
        else:
            assert value == pytest.approx(stated, abs=0.0501), measure


def test_the_hourly_cost_runs_on_with_its_break_said(marts: psycopg.Connection) -> None:
    found = rows(
        marts,
        "select period_code, basis, definition_version, value is not null from marts.fct_indicator"
        " where authority_code = 'walsall' and indicator_code = 'B17' order by period_code",
    )
    assert found == [
        ("2006-07", "submitted", 1, True),
        ("2007-08", "submitted", 1, True),
        ("2008-09", "published", 2, True),
        ("2009-10", "published", 3, True),
        ("2013-14", "published", 3, True),
    ]
    assert INDICATORS["B17", "2"]["comparable_with_previous"] == "true", "still the hours of the sample week"
    assert INDICATORS["B17", "3"]["comparable_with_previous"] == "false", "the hours of the year"
    assert INDICATORS["B12", "4"]["comparable_with_previous"] == "false", "other people with home care"


def test_home_care_runs_on_and_says_where_it_breaks(marts: psycopg.Connection) -> None:
    found = rows(
        marts,
        "select period_code, cost_basis, break_before is not null, b17_hourly_cost is not null,"
        " b17_change is not null, asc_rate_others is not null, at_home_after_reablement is not null"
        " from marts.home_care where authority_code = 'dudley' order by period_code",
    )
    assert found == [
        ("2006-07", "submitted", False, True, False, False, False),
        ("2007-08", "submitted", False, True, True, False, False),
        ("2008-09", "published", True, True, False, False, False),
        ("2009-10", "published", True, True, False, False, False),
        ("2013-14", "published", False, True, False, False, False),
        ("2014-15", "published", True, False, False, True, False),
        ("2017-18", None, True, False, False, False, True),
        *((f"20{year}-{year + 1}", None, False, False, False, False, True) for year in range(18, 24)),
    ]


def test_every_figure_of_home_care_is_there_or_says_why_not(marts: psycopg.Connection) -> None:
    columns = {
        "hours_per_person": "hours_per_person", "b17_hourly_cost": "b17", "u225_weekly_cost_per_person": "u225",
        "asc_rate_own": "asc_rate_own", "asc_rate_others": "asc_rate_others",
        "intensive_per_100_people": "intensive", "at_home_after_reablement": "at_home",
        "offered_reablement": "offered", "quality_of_life": "quality_of_life",
    }  # fmt: skip
    wrong = " or ".join(
        f"({value} is null) <> ({name}_missing_reason is not null)" for value, name in columns.items()
    )
    assert rows(marts, f"select authority_code, period_code from marts.home_care where {wrong}") == []
    assert rows(marts, "select asc_rate_own_missing_reason from marts.home_care"
                " where authority_code = 'solihull' and period_code = '2014-15'") == [
        ("The council states a rate of 0: it provides no home care itself",)
    ]  # fmt: skip


def test_money_of_home_care_is_in_real_terms_as_the_indicator_is(marts: psycopg.Connection) -> None:
    pairs = rows(
        marts,
        "select care.b17_hourly_cost_real, real.value_real from marts.home_care_in_real_terms as care"
        " inner join marts.indicator_in_real_terms as real"
        " on care.authority_code = real.authority_code and care.period_code = real.period_code"
        " and care.cost_basis = real.basis and real.indicator_code = 'B17'"
        " where care.b17_hourly_cost_real is not null",
    )
    assert len(pairs) > 60
    assert all(ours == theirs for ours, theirs in pairs)


def test_the_register_says_no_other_breaks_than_the_series_of_home_care() -> None:
    told = {row["from_period"] for row in seed_rows("register/series_breaks") if row["theme"] == "home_care"}
    declared = {
        row["valid_from_period"] for (code, version), row in INDICATORS.items()
        if code in ("B17", "ASC.HOME_CARE.OTHERS", "ASCOF.AT_HOME_AFTER_REABLEMENT")
        and row["comparable_with_previous"] == "false" and row["valid_from_period"] > "2000-01"
    }  # fmt: skip
    assert declared < told
    assert told - declared == {"2008-09"}, "the basis changes, the definition does not"


def test_a_cost_stands_beside_the_outcome_three_years_later(marts: psycopg.Connection) -> None:
    found = rows(
        marts,
        "select pair_code, period_code, outcome_period_code, n, caveat like '%%three years after%%'"
        " from marts.mart_cost_and_outcome where authority_code = 'dudley' and comparator_set = 'region'"
        " and pair_code like 'asc_%%' order by 1",
    )
    assert found == [
        ("asc_home_care_quality_of_life", "2014-15", "2017-18", 14, True),
        ("asc_home_care_reablement", "2014-15", "2017-18", 14, True),
        ("asc_residential_admissions", "2014-15", "2017-18", 14, True),
    ]


def test_the_finance_return_is_a_series_of_its_own_and_named_as_the_successor(marts: psycopg.Connection) -> None:
    found = rows(
        marts,
        "select numerator, denominator, indicators.value, stated.value from marts.fct_indicator as indicators"
        " inner join marts.fct_published_figure as stated using (authority_code, period_code)"
        " where authority_code = 'walsall' and indicator_code = 'ASC.18.LD.RN' and definition_version = 1"
        " and stated.measure_code = 'asc_fr_18_ld_rn_unit_cost'",
    )
    ((numerator, denominator, value, stated),) = found
    assert value == pytest.approx(1000 * numerator / denominator)
    assert value == pytest.approx(stated, abs=0.0051)
    assert "ASC.18.LD.RN" in INDICATORS["B14", "4"]["modern_successor"]
    assert rows(
        marts,
        "select count(*) from marts.fct_indicator where period_code >= '2014-15' and basis = 'published'"
        " and indicator_code in ('B12', 'B14', 'B17')",
    ) == [(0,)]


def test_a_change_across_the_break_is_not_worked_out(marts: psycopg.Connection) -> None:
    query = (
        "select previous_value is not null from marts.fct_comparison where authority_code = 'walsall'"
        " and period_code = '2009-10' and basis = 'published' and indicator_code = %s limit 1"
    )
    assert rows(marts, query, "B17") == [(False,)]
    assert rows(marts, query, "B13") == [(True,)]


def test_what_is_not_available_says_where(marts: psycopg.Connection) -> None:
    ((value, reason),) = rows(
        marts,
        "select value, missing_reason from marts.fct_indicator where authority_code = 'walsall'"
        " and period_code = '2009-10' and indicator_code = 'U2.39'",
    )
    assert value is None
    assert "has no figure ('..' in unit_costs.csv, line " in reason


def test_nobody_served_is_no_cost(marts: psycopg.Connection) -> None:
    found = rows(
        marts,
        "select numerator, denominator, value, missing_reason from marts.fct_indicator"
        " where authority_code = 'solihull' and period_code = '2013-14' and indicator_code = 'U2.20'",
    )
    assert found == [(0, 0, None, "The denominator is zero")]
