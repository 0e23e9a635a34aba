"""Figures of all indicators, read from the marts: every member in the latest year with figures."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from reporting.comparison import indicator_queries as queries
from reporting.comparison.comparators import NEIGHBOURS, REGION, Comparator
from reporting.members import read_members

Row = dict[str, Any]


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
    client_group: str = "everybody"
    service: str = ""
    value_kind: str = "ratio"
    polarity: str = "none"


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

    @property
    def n(self) -> int:
        """How many members have a figure."""
        return sum(figure.value is not None for figure in self.figures)

    @property
    def decimals(self) -> int:
        """As many as tell members apart: pence where pounds are few, none where a figure has three digits."""
        largest = max((abs(figure.value) for figure in self.figures if figure.value is not None), default=0)
        if self.indicator.unit.startswith("£"):
            return 0 if largest >= 100 else 2
        return 0 if largest >= 200 else 1 if largest >= 1 else 3


def read_indicators(connection: psycopg.Connection) -> list[IndicatorFigures]:
    """Read all indicators that any member has a figure of, grouped: by client group, domain, service and code."""
    shown = _rows(connection, sql.SQL(queries.SHOWN), {})
    asked = {
        "codes": [row["indicator_code"] for row in shown],
        "periods": [row["period_code"] for row in shown],
        "bases": [row["basis"] for row in shown],
        "versions": [row["definition_version"] for row in shown],
        "region": REGION,
        "neighbours": NEIGHBOURS,
    }
    figures, regions, spreads, years = (
        _by_indicator(connection, query, asked)
        for query in (queries.FIGURES, queries.REGIONS, queries.SPREADS, queries.YEARS_IN_REAL_TERMS)
    )
    region_name = read_members(connection).region
    found = []
    for row in shown:
        code, period, basis = row["indicator_code"], row.pop("period_code"), row.pop("basis")
        found.append(
            IndicatorFigures(
                IndicatorVersion(**row),
                period,
                basis,
                tuple(AuthorityFigure(**of_one) for of_one in figures.get(code, ())),
                next((Comparator(**region) for region in regions.get(code, ())), None),
                region_name,
                next((Spread(**spread) for spread in spreads.get(code, ())), None),
                tuple(YearInRealTerms(**year) for year in years.get(code, ())),
            )
        )
    return found


def _by_indicator(connection: psycopg.Connection, query: LiteralString, asked: Row) -> dict[str, list[Row]]:
    """Return the rows of each indicator, which come one indicator after the other."""
    rows = _rows(connection, sql.SQL(queries.OF_THE_SHOWN) + sql.SQL(query), asked)
    return {
        code: [{name: value for name, value in row.items() if name != "indicator_code"} for row in of_one]
        for code, of_one in groupby(rows, key=lambda row: str(row["indicator_code"]))
    }


def _rows(connection: psycopg.Connection, query: sql.SQL | sql.Composed, asked: Row) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, asked).fetchall()
