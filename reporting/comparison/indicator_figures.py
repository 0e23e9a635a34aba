"""Figures of one indicator, read from the marts: every member in the latest year with figures."""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from reporting.comparison.comparators import NEIGHBOURS, REGION, Comparator, read_region
from reporting.members import read_members

_LATEST = """
select period_code, basis, definition_version
from marts.fct_indicator
inner join marts.dim_authority using (authority_code)
where is_member and indicator_code = %s and value is not null
order by period_code desc, array_position(array['submitted', 'published', 'sample'], basis)
limit 1
"""

_VERSION = """
select indicator_code, definition_version, title, domain, unit, multiplier, definition, pitfalls
from marts.dim_indicator
where indicator_code = %s and definition_version = %s
"""

_FIGURES = """
select
    authorities.authority_code, authorities.name, facts.numerator, facts.denominator, facts.value,
    facts.lower_95, facts.upper_95, comparisons.funnel_position as position,
    comparisons.rank, comparisons.rank_lower_95, comparisons.rank_upper_95,
    facts.missing_reason, facts.note, comparisons.change, comparisons.direction_of_travel as direction,
    comparisons.is_change_significant, neighbours.comparator_value as neighbours_value,
    neighbours.n as neighbours_n, neighbours.too_few as too_few_neighbours,
    readings.lowest_value as lowest_reading, readings.highest_value as highest_reading, readings.best_rank,
    readings.worst_rank, in_real_terms.change_real, in_real_terms.base_period
from marts.dim_authority as authorities
left join marts.fct_indicator as facts
    on
        authorities.authority_code = facts.authority_code
        and facts.indicator_code = %(indicator)s
        and facts.period_code = %(period)s
        and facts.basis = %(basis)s
left join marts.fct_comparison as comparisons
    on
        facts.authority_code = comparisons.authority_code
        and facts.indicator_code = comparisons.indicator_code
        and facts.period_code = comparisons.period_code
        and facts.basis = comparisons.basis
        and comparisons.comparator_set = %(region)s
left join marts.fct_comparison as neighbours
    on
        facts.authority_code = neighbours.authority_code
        and facts.indicator_code = neighbours.indicator_code
        and facts.period_code = neighbours.period_code
        and facts.basis = neighbours.basis
        and neighbours.comparator_set = %(neighbours)s
left join marts.comparison_in_real_terms as in_real_terms
    on
        comparisons.authority_code = in_real_terms.authority_code
        and comparisons.indicator_code = in_real_terms.indicator_code
        and comparisons.period_code = in_real_terms.period_code
        and comparisons.basis = in_real_terms.basis
        and comparisons.comparator_set = in_real_terms.comparator_set
-- They are counted after the marts: those of another figure wait until they are.
left join marts.definition_sensitivity as readings
    on
        facts.authority_code = readings.authority_code
        and facts.indicator_code = readings.indicator_code
        and facts.period_code = readings.period_code
        and facts.basis = 'submitted'
        and facts.value = readings.agreed_value
where authorities.is_member
order by authorities.name collate "C"
"""


_SPREAD = """
select
    pairs, pairs_in_one_order, variance_by_definition / variance as by_definition,
    variance_by_chance / variance as by_chance, variance_remaining / variance as remaining
from marts.definition_spread
where indicator_code = %s and period_code = %s and variance > 0
"""


# The region's figures by one definition, each year's once.
_IN_REAL_TERMS = """
select distinct period_code, comparator_value_real as value, base_period, is_forecast
from marts.comparison_in_real_terms
inner join marts.dim_authority using (authority_code)
where
    is_member and indicator_code = %s and basis = %s and definition_version = %s and comparator_set = %s
    and comparator_value_real is not null
order by period_code
"""


@dataclass(frozen=True)
class IndicatorVersion:
    """One version of an indicator, as the marts have it."""

    indicator_code: str
    definition_version: int
    title: str
    domain: str
    unit: str
    multiplier: float
    definition: str
    pitfalls: str | None


@dataclass(frozen=True)
class AuthorityFigure:
    """One authority's figure of an indicator; `position` is where the region lies against its interval.

    `change` is that on the year before, `change_real` that between prices of `base_period`; `direction` is its
    meaning by polarity; the neighbours are its own. `rank` is that in the region, 1 being best, and chance leaves
    those from `rank_lower_95` to `rank_upper_95` possible.
    Under any reading of the club's decisions it lies between `lowest_reading` and `highest_reading`.
    """

    authority_code: str
    name: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower_95: float | None
    upper_95: float | None
    position: str | None
    missing_reason: str | None
    note: str | None
    change: float | None = None
    direction: str | None = None
    is_change_significant: bool | None = None
    neighbours_value: float | None = None
    neighbours_n: int | None = None
    too_few_neighbours: str | None = None
    rank: int | None = None
    rank_lower_95: int | None = None
    rank_upper_95: int | None = None
    lowest_reading: float | None = None
    highest_reading: float | None = None
    best_rank: int | None = None
    worst_rank: int | None = None
    change_real: float | None = None
    base_period: str | None = None


@dataclass(frozen=True)
class Spread:
    """How many pairs of members stand in one order under every reading, and the shares of their variance."""

    pairs: int
    pairs_in_one_order: int
    by_definition: float
    by_chance: float
    remaining: float


@dataclass(frozen=True)
class YearInRealTerms:
    """The region's figure of one year, in the prices of the base year."""

    period_code: str
    value: float
    base_period: str
    is_forecast: bool


@dataclass(frozen=True)
class IndicatorFigures:
    """An indicator in its latest year with figures: every member, alphabetical, the region, and the readings."""

    indicator: IndicatorVersion
    period_code: str
    basis: str
    figures: tuple[AuthorityFigure, ...]
    region: Comparator | None
    region_name: str
    spread: Spread | None = None
    in_real_terms: tuple[YearInRealTerms, ...] = ()


def read_indicator(connection: psycopg.Connection, indicator_code: str) -> IndicatorFigures | None:
    """Read an indicator in its latest year with figures; None when it has none at all."""
    latest = connection.execute(_LATEST, [indicator_code]).fetchone()
    if latest is None:
        return None
    period, basis, version = latest
    return IndicatorFigures(
        _indicator_version(connection, indicator_code, version),
        period,
        basis,
        _authority_figures(connection, indicator_code, period, basis),
        read_region(connection, indicator_code, period, basis),
        read_members(connection).region,
        _spread(connection, indicator_code, period) if basis == "submitted" else None,
        _in_real_terms(connection, indicator_code, basis, version),
    )


def _indicator_version(connection: psycopg.Connection, indicator_code: str, version: int) -> IndicatorVersion:
    with connection.cursor(row_factory=class_row(IndicatorVersion)) as cursor:
        found = cursor.execute(_VERSION, [indicator_code, version]).fetchone()
    assert found is not None  # every figure carries a version of the register
    return found


def _authority_figures(
    connection: psycopg.Connection, indicator_code: str, period: str, basis: str
) -> tuple[AuthorityFigure, ...]:
    asked = {
        "indicator": indicator_code, "period": period, "basis": basis, "region": REGION, "neighbours": NEIGHBOURS,
    }  # fmt: skip
    with connection.cursor(row_factory=class_row(AuthorityFigure)) as cursor:
        return tuple(cursor.execute(_FIGURES, asked).fetchall())


def _spread(connection: psycopg.Connection, indicator_code: str, period: str) -> Spread | None:
    with connection.cursor(row_factory=class_row(Spread)) as cursor:
        return cursor.execute(_SPREAD, [indicator_code, period]).fetchone()


def _in_real_terms(
    connection: psycopg.Connection, indicator_code: str, basis: str, version: int
) -> tuple[YearInRealTerms, ...]:
    with connection.cursor(row_factory=class_row(YearInRealTerms)) as cursor:
        return tuple(cursor.execute(_IN_REAL_TERMS, [indicator_code, basis, version, REGION]).fetchall())
