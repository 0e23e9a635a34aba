"""Figures that moved: the rows of the mart `restatement`, and the latest of them as a table for the screen."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg import Connection
from psycopg.rows import class_row
from rich.table import Column, Table

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

_QUERY = """
select
    restated_at, place_name, authority_code, geography, period_type, period_code, figure_kind, figure_code, title,
    unit, basis, old_value, old_missing_reason, old_source, new_value, new_missing_reason, new_source, difference,
    relative_difference
from marts.restatement
where
    (%(since)s::date is null or restated_at >= %(since)s::date)
    and (%(authority)s::text is null or authority_code = %(authority)s)
order by
    restated_at desc, basis <> 'submitted', place_name, period_code, new_source, old_source,
    figure_kind, figure_code
"""


@dataclass(frozen=True)
class Restatement:
    """One figure that moved once; a value is None where there was, or is, no figure, and its reason is given."""

    restated_at: datetime
    place_name: str
    authority_code: str | None
    geography: str
    period_type: str
    period_code: str
    figure_kind: str
    figure_code: str
    title: str
    unit: str | None
    basis: str
    old_value: float | None
    old_missing_reason: str | None
    old_source: str
    new_value: float | None
    new_missing_reason: str | None
    new_source: str
    difference: float | None
    relative_difference: float | None


def read_restatements(
    connection: Connection, since: date | None = None, authority: str | None = None
) -> list[Restatement]:
    """Read the figures that moved, the latest first; within a return the indicators before the measures."""
    with connection.cursor(row_factory=class_row(Restatement)) as cursor:
        return cursor.execute(_QUERY, {"since": since, "authority": authority}).fetchall()


def restatement_table(
    settings: Settings, since: date | None = None, authority: str | None = None, limit: int | None = None
) -> Table:
    """Lay out the figures that moved; the caption gives their number and how many of them are shown."""
    table = Table(
        Column("when", no_wrap=True), "whose", Column("figure", overflow="fold"),
        Column("old", justify="right", no_wrap=True), Column("new", justify="right", no_wrap=True),
        Column("%", justify="right", no_wrap=True), Column("from", overflow="fold"),
        title="Figures that moved" + (f" since {since.isoformat()}" if since else ""),
    )  # fmt: skip
    with connect(settings, Role.ANALYST) as connection:
        found = read_restatements(connection, since, authority)
    shown = found[:limit]
    for one in shown:
        table.add_row(
            one.restated_at.date().isoformat(), f"{one.place_name} {one.period_code}", one.figure_code,
            shown_value(one.old_value), shown_value(one.new_value), shown_percent(one.relative_difference),
            f"{one.new_source}, was {one.old_source}",
        )  # fmt: skip
    moved = f"{len(found):,} figure{'' if len(found) == 1 else 's'} moved"
    table.caption = moved + (f"; the latest {len(shown):,} are shown" if len(shown) < len(found) else "")
    return table


def shown_value(value: float | None) -> str:
    """Write a value: a whole number plain, others with two decimals or three digits; `missing` for none."""
    if value is None:
        return "missing"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}" if abs(value) >= 1 else f"{value:.3g}"


def shown_percent(share: float | None) -> str:
    """Write a share of the old value as a percentage with its sign; empty where there is none."""
    if share is None:
        return ""
    percent = round(100 * share, 1) + 0.0
    return f"{percent:+,.1f}" if percent else ("< +0.1" if share > 0 else "> -0.1")
