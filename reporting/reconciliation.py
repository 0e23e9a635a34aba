"""The reconciliation with published figures as tables for the screen."""

from psycopg import Connection
from rich.table import Table

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

# The results of comparing a published figure with the returns. The last two are not about published figures.
STATUSES = {
    "equal": "equal to one millionth",
    "differs": "differs",
    "not_computed": "published, but the return lacks a figure",
    "not_published": "computed, but not published",
    "both_missing": "missing in both",
}


def summary_table(settings: Settings, period: str | None = None) -> Table:
    """Count the figures by year and status."""
    table = Table("year", *STATUSES.values(), "equal of published", title="Published and computed unit costs")
    with connect(settings, Role.ANALYST) as connection:
        counts = _counts(connection, period)
    for year in sorted({year for year, _ in counts}):
        by_status = [counts.get((year, status), 0) for status in STATUSES]
        published = sum(by_status[:3])
        share = f"{100 * by_status[0] / published:.2f} %" if published else ""
        table.add_row(year, *(f"{count:,}" for count in by_status), share)
    return table


def difference_table(settings: Settings, period: str | None = None, limit: int | None = 20) -> Table:
    """List the published figures that the returns do not reproduce, with the reason of each."""
    table = Table("authority", "year", "indicator", "computed", "published", "reason", title="Not equal, and why")
    with connect(settings, Role.ANALYST) as connection:
        rows = connection.execute(
            """
            select authority_code, period_code, indicator_code, computed, published, reason
            from marts.reconciliation
            where status in ('differs', 'not_computed') and (%(period)s::text is null or period_code = %(period)s)
            order by status, period_code, authority_code, indicator_code
            limit %(limit)s
            """,
            {"period": period, "limit": limit},
        ).fetchall()
    for authority, year, indicator, computed, published, reason in rows:
        shown = "" if computed is None else f"{computed:,.2f}"
        table.add_row(authority, year, indicator, shown, f"{published:,.2f}", reason)
    return table


def _counts(connection: Connection, period: str | None) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        """
        select period_code, status, count(*)
        from marts.reconciliation
        where %(period)s::text is null or period_code = %(period)s
        group by period_code, status
        """,
        {"period": period},
    ).fetchall()
    return {(year, status): count for year, status, count in rows}
