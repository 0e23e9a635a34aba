"""Figures of a theme, read from its mart: each column in its own latest year."""

from dataclasses import dataclass, replace
from typing import LiteralString

import psycopg
from psycopg import sql

from reporting.comparison.comparators import Comparator, read_region
from reporting.comparison.themes import Column, Theme
from reporting.members import read_members

# Columns that a table shows but the mart leaves to its reader.
_EXPRESSIONS: dict[str, LiteralString] = {"hours": "(hours_year_local_authority + hours_year_independent) / 1000"}

# The reasons of the indicator, or of the measures that a column is made of.
_REASONS = """
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
"""


@dataclass(frozen=True)
class ThemeFigures:
    """A theme's figures: the year of each column, values by authority, reasons for gaps, the region's figures."""

    theme: Theme
    authorities: dict[str, str]
    region_name: str
    periods: dict[str, str | None]
    values: dict[str, dict[str, float | None]]
    reasons: dict[str, dict[str, str]]
    region: dict[str, Comparator]


def read_theme(connection: psycopg.Connection, theme: Theme) -> ThemeFigures:
    """Read one theme, each column in the latest year for which any authority has its anchor."""
    members = read_members(connection)
    anchors = {column.anchor for column in theme.columns}
    periods = {anchor: _latest_period(connection, theme.mart, anchor) for anchor in anchors}
    figures = ThemeFigures(theme, members.names, members.region, {}, {}, {}, {})
    for column in theme.columns:
        _read_column(connection, figures, column, periods[column.anchor])
    shown = tuple(column for column in theme.columns if not column.is_optional or _has_figures(figures, column))
    return replace(figures, theme=replace(theme, columns=shown))


def _read_column(
    connection: psycopg.Connection, figures: ThemeFigures, column: Column, period: str | None
) -> None:
    """Read one column of a theme in this year, with its bounds, reasons and regional figure."""
    figures.periods[column.name] = period
    for name in (column.name, *(column.bounds or ())):
        figures.values[name] = _column_values(connection, figures.theme.mart, name, period)
    figures.reasons[column.name] = _reasons(connection, column, period)
    comparator = read_region(connection, column.indicator_code, period, column.basis)
    if comparator:
        figures.region[column.name] = comparator


def _has_figures(figures: ThemeFigures, column: Column) -> bool:
    return any(value is not None for value in figures.values[column.name].values())


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
    """Read the reasons for missing figures, by authority."""
    asked = {
        "indicator": column.indicator_code,
        "measures": list(column.measure_codes),
        "period": period,
        "basis": column.basis,
    }
    return dict(connection.execute(_REASONS, asked).fetchall())
