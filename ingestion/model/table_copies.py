"""Copies of tables in other schemas, with all that belongs to a table but what refers to others.

A policy that only lets rows be read is all that a policy is used for here.
"""

from collections.abc import Mapping, Sequence

import psycopg
from psycopg import sql


def copy_tables(connection: psycopg.Connection, schemas: Mapping[str, str]) -> None:
    """Copy every table of some schemas, as the owner of both; views, functions and foreign keys are not copied.

    Args:
        connection: its transaction holds all of the copies.
        schemas: the schema to copy into, which has none of the tables yet, for each schema to copy from.
    """
    # Without the columns that the database makes itself, as the copy makes its own.
    tables = connection.execute(
        """
        select tables.schemaname, tables.tablename, array_agg(columns.attname::text order by columns.attnum)
        from pg_tables as tables
        inner join pg_attribute as columns
            on
                columns.attrelid = format('%%I.%%I', tables.schemaname, tables.tablename)::regclass
                and columns.attnum > 0
                and not columns.attisdropped
                and columns.attgenerated = ''
        where tables.schemaname = any(%s)
        group by 1, 2
        order by 1, 2
        """,
        [list(schemas)],
    ).fetchall()
    for schema, table, columns in tables:
        _copy_table(connection, sql.Identifier(schema, table), sql.Identifier(schemas[schema], table), columns)


def _copy_table(
    connection: psycopg.Connection, old: sql.Identifier, new: sql.Identifier, columns: Sequence[str]
) -> None:
    connection.execute(sql.SQL("create table {} (like {} including all excluding indexes)").format(new, old))
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    connection.execute(sql.SQL("insert into {} ({}) select {} from {}").format(new, names, names, old))
    _copy_indexes(connection, old, new)
    connection.execute(sql.SQL("analyze {}").format(new))
    (comment, has_policies) = connection.execute(
        "select obj_description(oid, 'pg_class'), relrowsecurity from pg_class where oid = %s::regclass",
        [old.as_string(connection)],
    ).fetchone() or (None, False)
    connection.execute(sql.SQL("comment on table {} is {}").format(new, sql.Literal(comment)))
    if has_policies:
        connection.execute(sql.SQL("alter table {} enable row level security").format(new))
    _copy_policies(connection, old, new)
    _copy_rights(connection, old, new)


def _copy_indexes(connection: psycopg.Connection, old: sql.Identifier, new: sql.Identifier) -> None:
    """Make the keys and indexes that the other table has; over rows that are there, which is quicker."""
    table = old.as_string(connection)
    keys = connection.execute(
        "select conname, pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = %s::regclass and contype in ('p', 'u') order by contype, conname",
        [table],
    ).fetchall()
    for name, definition in keys:
        connection.execute(
            sql.SQL("alter table {} add constraint {} {}").format(new, sql.Identifier(name), sql.SQL(definition))
        )
    indexes = connection.execute(
        """
        select indisunique, split_part(pg_get_indexdef(indexrelid), ' USING ', 2) from pg_index
        where
            indrelid = %s::regclass
            and not exists (select 1 from pg_constraint where conindid = indexrelid and conrelid = indrelid)
        order by indexrelid
        """,
        [table],
    ).fetchall()
    for is_unique, definition in indexes:
        kind = sql.SQL("unique index" if is_unique else "index")
        connection.execute(sql.SQL("create {} on {} using {}").format(kind, new, sql.SQL(definition)))


def _copy_policies(connection: psycopg.Connection, old: sql.Identifier, new: sql.Identifier) -> None:
    policies = connection.execute(
        """
        select
            polname, pg_get_expr(polqual, polrelid),
            array(select rolname::text from pg_roles where pg_roles.oid = any(polroles))
        from pg_policy
        where polrelid = %s::regclass and polcmd = 'r'
        """,
        [old.as_string(connection)],
    ).fetchall()
    for name, condition, roles in policies:
        connection.execute(
            sql.SQL("create policy {} on {} for select to {} using ({})").format(
                sql.Identifier(name), new, sql.SQL(", ").join(map(sql.Identifier, roles)), sql.SQL(condition)
            )
        )


def _copy_rights(connection: psycopg.Connection, old: sql.Identifier, new: sql.Identifier) -> None:
    rights = connection.execute(
        """
        select grantees.rolname, rights.privilege_type
        from pg_class as tables
        cross join lateral aclexplode(tables.relacl) as rights
        inner join pg_roles as grantees on rights.grantee = grantees.oid
        where tables.oid = %s::regclass and rights.grantee <> tables.relowner
        """,
        [old.as_string(connection)],
    ).fetchall()
    for grantee, right in rights:
        connection.execute(sql.SQL("grant {} on {} to {}").format(sql.SQL(right), new, sql.Identifier(grantee)))
