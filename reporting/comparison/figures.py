"""What the comparisons are made of, read from the marts as the analyst."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from reporting.comparison.themes import Column, Theme

REGION = "region"
NEIGHBOURS = "statistical_neighbours"

# Columns that a table shows but the mart leaves to its reader.
_EXPRESSIONS: dict[str, LiteralString] = {"hours": "hours_local_authority + hours_independent"}


@dataclass(frozen=True)
class Comparator:
    """The figure of a comparator set for one indicator and year, and how many figures stand behind it.

    `n` went in, `n_missing` of the set have none, `n_left_out` are rated too low. `false_alarm_probability` is the
    chance that of n councils all alike at least one lies beyond its 95 % limits; None where nothing is tested.
    """

    value: float | None
    n: int
    title: str
    method: str
    n_missing: int
    n_left_out: int
    false_alarm_probability: float | None


@dataclass(frozen=True)
class ThemeFigures:
    """A theme's figures: the year of each column, values by authority, why some are missing, the region."""

    theme: Theme
    authorities: dict[str, str]
    periods: dict[str, str | None]
    values: dict[str, dict[str, float | None]]
    reasons: dict[str, dict[str, str]]
    region: dict[str, Comparator]


@dataclass(frozen=True)
class Indicator:
    """One indicator version of the register."""

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

    `change` is that on the year before, `direction` what it means by polarity; the neighbours are its own.
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


@dataclass(frozen=True)
class IndicatorFigures:
    """An indicator in its latest year with figures: every member, alphabetical, and the region."""

    indicator: Indicator
    period_code: str
    basis: str
    figures: tuple[AuthorityFigure, ...]
    region: Comparator | None


def read_theme(connection: psycopg.Connection, theme: Theme) -> ThemeFigures:
    """One theme, each column in the latest year for which any authority has its anchor."""
    authorities = _members(connection)
    anchors = {anchor: _latest_period(connection, theme.mart, anchor) for anchor in _anchors(theme)}
    figures = ThemeFigures(theme, authorities, {}, {}, {}, {})
    for column in theme.columns:
        period = anchors[column.anchor]
        figures.periods[column.name] = period
        for name in (column.name, *(column.bounds or ())):
            figures.values[name] = _column_values(connection, theme.mart, name, period)
        figures.reasons[column.name] = _reasons(connection, column, period)
        comparator = _comparator(connection, column.indicator_code, period, column.basis)
        if comparator:
            figures.region[column.name] = comparator
    shown = tuple(
        column
        for column in theme.columns
        if not column.is_optional or any(value is not None for value in figures.values[column.name].values())
    )
    return replace(figures, theme=replace(theme, columns=shown))


def read_indicator(connection: psycopg.Connection, indicator_code: str) -> IndicatorFigures | None:
    """An indicator in its latest year with figures; None when it has none at all."""
    latest = connection.execute(
        """
        select period_code, basis, definition_version
        from marts.fct_indicator
        inner join marts.dim_authority using (authority_code)
        where is_member and indicator_code = %s and value is not null
        order by period_code desc, array_position(array['submitted', 'published', 'sample'], basis)
        limit 1
        """,
        [indicator_code],
    ).fetchone()
    if latest is None:
        return None
    period, basis, version = latest
    return IndicatorFigures(
        _indicator(connection, indicator_code, version),
        period,
        basis,
        _authority_figures(connection, indicator_code, period, basis),
        _comparator(connection, indicator_code, period, basis),
    )


def _anchors(theme: Theme) -> set[str]:
    return {column.anchor for column in theme.columns}


def _members(connection: psycopg.Connection) -> dict[str, str]:
    rows = connection.execute(
        'select authority_code, name from marts.dim_authority where is_member order by name collate "C"'
    ).fetchall()
    return dict(rows)


def _expression(name: str) -> sql.Composable:
    return sql.SQL(_EXPRESSIONS[name]) if name in _EXPRESSIONS else sql.Identifier(name)


def _latest_period(connection: psycopg.Connection, mart: str, anchor: str) -> str | None:
    statement = sql.SQL(
        "select max(period_code) from marts.{} inner join marts.dim_authority using (authority_code)"
        " where is_member and {} is not null"
    )
    row = connection.execute(statement.format(sql.Identifier(mart), _expression(anchor))).fetchone()
    return row[0] if row else None


def _column_values(
    connection: psycopg.Connection, mart: str, name: str, period: str | None
) -> dict[str, float | None]:
    statement = sql.SQL("select authority_code, {} from marts.{} where period_code = %s")
    return dict(connection.execute(statement.format(_expression(name), sql.Identifier(mart)), [period]).fetchall())


def _reasons(connection: psycopg.Connection, column: Column, period: str | None) -> dict[str, str]:
    """Why figures are missing, by authority: of the indicator, or of the measures a column is made of."""
    rows = connection.execute(
        """
        select authority_code, string_agg(distinct missing_reason, '; ' order by missing_reason)
        from (
            select authority_code, missing_reason from marts.fct_indicator
            where
                indicator_code = %(indicator)s and period_code = %(period)s
                and coalesce(basis = %(basis)s, true)
            union all
            select authority_code, missing_reason from marts.fct_measure
            where measure_code = any(%(measures)s) and period_code = %(period)s
        ) as explained
        where missing_reason is not null
        group by authority_code
        """,
        {
            "indicator": column.indicator_code,
            "measures": list(column.measure_codes),
            "period": period,
            "basis": column.basis,
        },
    ).fetchall()
    return dict(rows)


def _comparator(
    connection: psycopg.Connection, indicator_code: str | None, period: str | None, basis: str | None = None
) -> Comparator | None:
    with connection.cursor(row_factory=class_row(Comparator)) as cursor:
        return cursor.execute(
            """
            select
                comparator_value as value, n, comparator_title as title, comparator_method as method,
                n_missing, n_left_out, false_alarm_probability
            from marts.fct_comparison
            inner join marts.dim_authority using (authority_code)
            where
                is_member
                and indicator_code = %s
                and period_code = %s
                and comparator_set = %s
                and coalesce(basis = %s, true)
            order by
                array_position(array['submitted', 'published', 'sample'], basis),
                -- Nothing is tested of a figure without an interval, though others of the set have one.
                false_alarm_probability nulls last
            limit 1
            """,
            [indicator_code, period, REGION, basis],
        ).fetchone()


def _indicator(connection: psycopg.Connection, indicator_code: str, version: int) -> Indicator:
    with connection.cursor(row_factory=class_row(Indicator)) as cursor:
        found = cursor.execute(
            """
            select
                indicator_code, definition_version, title, domain, unit, multiplier, definition,
                pitfalls
            from marts.dim_indicator
            where indicator_code = %s and definition_version = %s
            """,
            [indicator_code, version],
        ).fetchone()
    assert found is not None  # every figure carries a version of the register
    return found


def _authority_figures(
    connection: psycopg.Connection, indicator_code: str, period: str, basis: str
) -> tuple[AuthorityFigure, ...]:
    statement = """
        select
            authorities.authority_code, authorities.name, facts.numerator, facts.denominator, facts.value,
            facts.lower_95, facts.upper_95, comparisons.funnel_position as position,
            facts.missing_reason, facts.note, comparisons.change, comparisons.direction_of_travel as direction,
            comparisons.is_change_significant, neighbours.comparator_value as neighbours_value,
            neighbours.n as neighbours_n
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
        where authorities.is_member
        order by authorities.name collate "C"
        """
    given: dict[str, Any] = {
        "indicator": indicator_code, "period": period, "basis": basis, "region": REGION, "neighbours": NEIGHBOURS,
    }  # fmt: skip
    with connection.cursor(row_factory=class_row(AuthorityFigure)) as cursor:
        found: Sequence[AuthorityFigure] = cursor.execute(statement, given).fetchall()
    return tuple(found)
