"""From the typed tables of a check to the pseudonymised ones that the models read.

Each column of `pseudonymised.<return>_<table>` is a column of the return, or replaces one that would identify the
child; nothing else is carried over. The key of the pseudonyms is stored nowhere in the database.
"""

import psycopg
from psycopg import sql

from ingestion.returns.catalogue import ReturnLayout, TableLayout
from ingestion.settings import Settings
from ingestion.warehouse.pseudonym_key import hand_over_key

# What replaces a column, given a row `typed` and the child's pseudonym `known`.
_INSTEAD = {
    "child_id": "known.child_id",
    "birth_month": "date_trunc('month', typed.dob)::date",
    "mc_birth_month": "date_trunc('month', typed.mc_dob)::date",
    "home_post_sector": "raw.postcode_sector(typed.home_post)",
    "home_address_id": "raw.postcode_token(typed.authority_code, typed.home_post)",
    "pl_post_sector": "raw.postcode_sector(typed.pl_post)",
    "placement_address_id": "raw.postcode_token(typed.authority_code, typed.pl_post)",
    "social_worker_id": "raw.worker_token(typed.authority_code, typed.sw_id)",
    "dob_token": "raw.day_token(typed.authority_code, typed.dob)",
    "mc_dob_token": "raw.day_token(typed.authority_code, typed.mc_dob)",
    "upn_token": "raw.pupil_token(typed.upn)",
    "age_at_start": "extract(year from age(typed.year_start, typed.dob))::int",
    "age_at_end": "extract(year from age(typed.year_end, typed.dob))::int",
}

# A child has many rows and one pseudonym: it is computed once.
_CHILDREN = """
create temporary table pseudonyms on commit drop as
select
    submission_id,
    child,
    raw.child_pseudonym(authority_code, child) as child_id
from ({children}) as children
where child is not null
"""

_INSERT = """
insert into pseudonymised.{table} ({columns})
select {values}
from checking.{table} as typed
left join pseudonyms as known on typed.submission_id = known.submission_id and typed.child = known.child
"""


def pseudonymise(connection: psycopg.Connection, layout: ReturnLayout, settings: Settings) -> None:
    """Carry the rows under check over, without anything that would identify a child.

    Needs a transaction, and the tables of the check must still exist.
    """
    hand_over_key(connection, settings)
    children = [
        sql.SQL("select submission_id, authority_code, child from checking.{}").format(_name(layout, table))
        for table in layout.tables
    ]
    connection.execute(sql.SQL(_CHILDREN).format(children=sql.SQL(" union ").join(children)))
    connection.execute("analyze pseudonyms")
    for table in layout.tables:
        columns = _columns(connection, f"{layout.code}_{table.name}")
        connection.execute(
            sql.SQL(_INSERT).format(
                table=_name(layout, table),
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                values=sql.SQL(", ").join(map(_value, columns)),
            )
        )


def _name(layout: ReturnLayout, table: TableLayout) -> sql.Identifier:
    return sql.Identifier(f"{layout.code}_{table.name}")


def _columns(connection: psycopg.Connection, table_name: str) -> list[str]:
    found = connection.execute(
        "select column_name from information_schema.columns"
        " where table_schema = 'pseudonymised' and table_name = %s order by ordinal_position",
        [table_name],
    ).fetchall()
    return [column for (column,) in found]


def _value(column: str) -> sql.Composable:
    if column in _INSTEAD:
        return sql.SQL(_INSTEAD[column])
    return sql.SQL("typed.{}").format(sql.Identifier(column))
