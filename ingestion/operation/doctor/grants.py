"""What readers and tools find: the right to read, and the foreign keys."""

from collections.abc import Iterator

import psycopg

from ingestion.operation.doctor.fault import Fault, listed
from ingestion.settings import Settings
from ingestion.warehouse.connection import role_name
from ingestion.warehouse.roles import LOGIN_ROLES, READERS

# Rows about single children are closed to all but their owner, whatever their schema grants.
OF_ALL_TABLES = ("ledger", "marts", "sharing", "readings")

_CLOSED = """
select format('%%I.%%I', tables.schemaname, tables.tablename)
from (
    select schemaname, tablename from pg_tables union all select schemaname, viewname from pg_views
) as tables
where
    tables.schemaname = %(schema)s
    and not (
        has_schema_privilege(%(reader)s, %(schema)s, 'usage')
        and has_table_privilege(%(reader)s, format('%%I.%%I', tables.schemaname, tables.tablename), 'select')
    )
order by 1
"""


def missing_grants(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Logins that are not there, or that may not read what they should."""
    known = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
    absent = [role_name(role) for role in LOGIN_ROLES if role_name(role) not in known]
    if absent:
        yield Fault("logins_missing", f"there is no login {listed(absent)}", "club migrate")
        return
    for schema, readers in READERS.items():
        for reader in map(role_name, readers if schema in OF_ALL_TABLES else ()):
            rows = connection.execute(_CLOSED, {"schema": schema, "reader": reader}).fetchall()
            if rows:
                yield Fault(
                    "grants_missing",
                    f"{reader} may not read {listed([name for (name,) in rows])}",
                    "club migrate",
                )


def missing_foreign_keys(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Foreign keys that the marts had when they were published, and have not any more."""
    row = connection.execute(
        """
        select
            builds.foreign_keys,
            (
                select count(*) from pg_constraint
                where contype = 'f' and connamespace = to_regnamespace('marts')
            )
        from ledger.model_build as builds
        where builds.scope = 'marts'
        order by builds.model_build_id desc
        limit 1
        """
    ).fetchone()
    if row and row[0] is not None and row[1] < row[0]:
        yield Fault(
            "foreign_keys_missing",
            f"the marts have {row[1]} foreign keys and were published with {row[0]}: BI tools miss joins",
            "club rebuild",
        )
