"""The star of the marts as the database tells it to the login of BI tools: tables, columns, keys, comments."""

from dataclasses import dataclass

import psycopg

from ingestion.errors import ClubError
from reporting.columns import Column

SCHEMA = "marts"

_COLUMNS = """
select
    columns.table_name,
    obj_description(tables.oid, 'pg_class') as about,
    columns.column_name,
    columns.data_type,
    col_description(tables.oid, columns.ordinal_position) as description
from information_schema.columns
inner join pg_class as tables
    on columns.table_name = tables.relname and tables.relnamespace = columns.table_schema::regnamespace
where columns.table_schema = %s
order by columns.table_name, columns.ordinal_position
"""
# Keys of one column: tools join by no other. Where the key has two, another of one stands beside it. Read from the
# catalogue, as information_schema does not say what a key points at that is a unique index.
_KEYS = """
select many.relname, here.attname, one.relname, there.attname
from pg_constraint as keys
inner join pg_class as many on keys.conrelid = many.oid
inner join pg_class as one on keys.confrelid = one.oid
inner join pg_attribute as here on keys.conrelid = here.attrelid and here.attnum = keys.conkey[1]
inner join pg_attribute as there on keys.confrelid = there.attrelid and there.attnum = keys.confkey[1]
where keys.contype = 'f'
    and keys.connamespace = to_regnamespace(%s)
    and cardinality(keys.conkey) = 1
    and keys.conrelid <> keys.confrelid
    and has_table_privilege(many.oid, 'select')
    and has_table_privilege(one.oid, 'select')
order by 1, 2, 3
"""


@dataclass(frozen=True)
class Table:
    """A table or view that the login may read."""

    name: str
    description: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Key:
    """A foreign key of one column: many rows of `table` point at one of `of`."""

    table: str
    column: str
    of: str
    of_column: str


@dataclass(frozen=True)
class Star:
    """What a BI tool finds, in the order of the names."""

    tables: dict[str, Table]
    keys: tuple[Key, ...]

    @property
    def joined(self) -> tuple[Table, ...]:
        """The tables that a key leads to or from."""
        names = {name for key in self.keys for name in (key.table, key.of)}
        return tuple(table for name, table in self.tables.items() if name in names)

    @property
    def dimensions(self) -> set[str]:
        """The tables that keys lead to."""
        return {key.of for key in self.keys}


def read_star(connection: psycopg.Connection) -> Star:
    """Read the star with the rights of the login that asks.

    Raises:
        ClubError: the marts were not built, or the server is too old to have keys that are not enforced.
    """
    columns: dict[str, list[Column]] = {}
    about: dict[str, str] = {}
    for name, description, *column in connection.execute(_COLUMNS, [SCHEMA]).fetchall():
        columns.setdefault(name, []).append(Column(column[0], column[1], column[2] or ""))
        about[name] = description or ""
    keys = tuple(Key(*row) for row in connection.execute(_KEYS, [SCHEMA]).fetchall())
    if not columns:
        raise ClubError("There are no marts yet. Build them with `club load`.")
    if not keys:
        raise ClubError(
            "The marts show no keys. They do on PostgreSQL 18; on an older server join tables by hand."
        )
    return Star({name: Table(name, about[name], tuple(found)) for name, found in columns.items()}, keys)
