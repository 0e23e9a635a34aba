"""Last year's return in the work area of a check, under pseudonyms.

Rows of children who are in this year's return too get the child's own identifier back, found by its pseudonym.
"""

import psycopg
from psycopg import sql

from ingestion.check.form_tables import replace_table, work_table
from ingestion.returns.catalogue import ReturnLayout, TableLayout

_KNOWN_CHILDREN = """
select distinct
    typed.submission_id,
    typed.child,
    raw.child_pseudonym(typed.authority_code, typed.child) as child_id
from ({children}) as typed
where typed.child is not null
"""

# From the catalogue itself: the view of columns takes longer to plan than a small check takes to run.
_KEPT_COLUMNS = """
select attname::text
from pg_attribute
where
    attrelid = ('pseudonymised.' || %s::text)::regclass and attnum > 0 and not attisdropped
    and attname not in ('submission_id', 'period_code', 'child_id')
order by attnum
"""

_LAST = """
select
    last_years.submission_id, last_years.period_code, last_years.year_start::date as year_start,
    last_years.year_end::date as year_end, coalesce(known.child, held.child_id) as child, {columns}
from {last_years} as last_years
inner join {held} as held on last_years.last_submission_id = held.submission_id
left join {known} as known on last_years.submission_id = known.submission_id and held.child_id = known.child_id
"""

# Columns that rules compare with this year's tokens.
_INSTEAD = {
    "pl_post_token": "placement_address_id",
    "home_post_token": "home_address_id",
    "sw_id_token": "social_worker_id",
}

_NEIGHBOURS = """
row_number() over (
    partition by held.submission_id, held.child_id
    order by held.decom nulls last, held.dec nulls last, held.line_number
) as episode_number,
row_number() over (
    partition by held.submission_id, held.child_id
    order by held.decom desc nulls first, held.dec desc nulls first, held.line_number desc
) = 1 as is_latest
"""


def take_last_year(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """(Re)make last year's tables under the names of this year's, as `checking.<return>_<table>_last`."""
    _find_known_children(connection, layout)
    for table in layout.tables:
        replace_table(connection, work_table(layout.code, f"{table.name}_last"), _last(connection, layout, table))


def _find_known_children(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """Compute the pseudonyms of this year's children, where there is a return of the year before."""
    last_years = work_table(layout.code, "last_years")
    held = connection.execute(sql.SQL("select 1 from {} limit 1").format(last_years)).fetchone()
    tables = [
        sql.SQL("select submission_id, authority_code, child from {}").format(work_table(layout.code, table.name))
        for table in layout.tables
    ]
    children = sql.SQL(" union ").join(tables) if held else sql.SQL("{} limit 0").format(tables[0])
    known = work_table(layout.code, "known_children")
    replace_table(connection, known, sql.SQL(_KNOWN_CHILDREN).format(children=children))


def _last(connection: psycopg.Connection, layout: ReturnLayout, table: TableLayout) -> sql.Composed:
    table_name = f"{layout.code}_{table.name}"
    kept = [column for (column,) in connection.execute(_KEPT_COLUMNS, [table_name]).fetchall()]
    return sql.SQL(_LAST).format(
        columns=sql.SQL(", ").join(_columns(table, kept)),
        last_years=work_table(layout.code, "last_years"),
        held=sql.Identifier("pseudonymised", table_name),
        known=work_table(layout.code, "known_children"),
    )


def _columns(table: TableLayout, kept: list[str]) -> list[sql.Composable]:
    """Return the columns kept of a table, under the names that they have this year."""
    columns: list[sql.Composable] = [sql.Identifier("held", column) for column in kept]
    for column in kept:
        if column in table.dates:
            text = sql.Identifier(f"{column}_text")
            columns.append(sql.SQL("{}::text as {}").format(sql.Identifier("held", column), text))
    for token, column in _INSTEAD.items():
        if column in kept:
            columns.append(sql.SQL("{} as {}").format(sql.Identifier("held", column), sql.Identifier(token)))
    if table.name == "episodes":
        columns.append(sql.SQL(_NEIGHBOURS))
    return columns
