"""The rows and a sum of every table, by which two databases are told apart whatever order their rows are in."""

from typing import NamedTuple

import psycopg
from psycopg import sql

# Work areas: what a check leaves behind, the schemas that the next build writes into, those left to a reader.
NOT_KEPT = r"^checking$|_next$|_left_[0-9]+$"

# A row as text depends on these.
_AS_TEXT = {
    "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "TimeZone": "UTC", "bytea_output": "hex",
    "extra_float_digits": "1",
}  # fmt: skip

_TABLES = """
select schemaname, tablename
from pg_tables
where schemaname !~ '^pg_|^information_schema$' and schemaname !~ %s
order by 1, 2
"""
# Eight bytes of each row's MD5, added up: no order is needed, and no sorting.
_SUM = """
select count(*), coalesce(sum(('x' || left(md5(kept::text), 16))::bit(64)::bigint::numeric), 0)::text
from {} as kept
"""


class TableSum(NamedTuple):
    """How many rows a table has, and their sum."""

    rows: int
    sum: str


def table_sums(connection: psycopg.Connection) -> dict[str, TableSum]:
    """Sum every table that is kept, in the transaction of this connection, by `schema.table`."""
    for name, value in _AS_TEXT.items():
        connection.execute("select set_config(%s, %s, true)", [name, value])
    return {
        f"{schema}.{table}": _sum(connection, sql.Identifier(schema, table))
        for schema, table in connection.execute(_TABLES, [NOT_KEPT]).fetchall()
    }


def differing(one: dict[str, TableSum], other: dict[str, TableSum]) -> list[str]:
    """List the tables that are not the same in both, or only in one."""
    return sorted(table for table in one.keys() | other.keys() if one.get(table) != other.get(table))


def _sum(connection: psycopg.Connection, table: sql.Identifier) -> TableSum:
    row = connection.execute(sql.SQL(_SUM).format(table)).fetchone()
    assert row is not None
    return TableSum(*row)
