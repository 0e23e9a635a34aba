"""The schemas that are read, and those of the next build, which change places with them.

A build writes into the next schemas and is tested there; then the two sets of schemas are renamed in one
transaction. A rename locks no table: it waits for no reader, and none waits for it. Whatever becomes of a build
before that, nobody has seen a row of it. Each set knows the decision that it was last built for (`marts.build`):
two sets that take turns both hold all but the changes since, and nothing has to be copied.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import structlog
from psycopg import sql
from psycopg.rows import dict_row

from ingestion.model.table_copies import copy_tables
from ingestion.settings import Settings
from ingestion.warehouse.connection import AUTHORITY_GROUP, Role, connect, role_name
from ingestion.warehouse.roles import READERS, reading_rights

log = structlog.get_logger()

SCHEMAS = ("intermediate", "marts", "sharing")

# The suffix of the schemas that a build writes into, and of those that a reader was still in when needed.
NEXT = "_next"
LEFT = "_left_"


@dataclass(frozen=True)
class Build:
    """What a set of schemas was last built for: the last decision, and the digest of the definitions."""

    last_decision_id: int
    definitions_digest: str


@dataclass(frozen=True)
class Published:
    """A build that passed its tests: what it took in, when it began, and how many tests there were."""

    build: Build
    is_full: bool
    started_at: datetime
    tests: int


def build_that_is_read(settings: Settings) -> Build | None:
    """Return what the schemas that are read were built for; None if nothing was built yet."""
    return _build_in(settings, "")


def facts_of_build(settings: Settings) -> dict[str, Any] | None:
    """Return the row of `marts.build`, by column; None if nothing was built yet."""
    with _owner(settings) as connection:
        if not _stands(connection, ""):
            return None
        return connection.cursor(row_factory=dict_row).execute("select * from marts.build").fetchone()


def prepare_next_schemas(settings: Settings, *, anew: bool, definitions_digest: str) -> int:
    """Make the next schemas ready to be built in; return the last decision that they hold, 0 where they are empty.

    Args:
        settings: where the warehouse is.
        anew: empty them, because all is built anew.
        definitions_digest: schemas of others get the rows of those that are read, which must be of these.
    """
    _drop_schemas_left(settings)
    with _owner(settings) as connection, connection.transaction():
        if _readers_in_next_schemas(connection):
            _leave_next_schemas(connection)
        _make_next_schemas(connection)
        if anew:
            _empty_next_schemas(connection)
    if anew:
        return 0
    held = _build_in(settings, NEXT)
    if held is None or held.definitions_digest != definitions_digest:
        with _owner(settings) as connection, connection.transaction():
            _empty_next_schemas(connection)
            copy_tables(connection, {schema: f"{schema}{NEXT}" for schema in SCHEMAS})
        held = _build_in(settings, NEXT)
    return held.last_decision_id if held else 0


def publish(connection: psycopg.Connection, published: Published) -> int:
    """Let the next schemas and those that are read change places, and note the build; return its number.

    Args:
        connection: the one that holds the lock of the build, as the transformer. All is done when its transaction
            is committed, and nothing if the lock was lost meanwhile.
        published: what is noted of the build.
    """
    connection.execute("set local synchronous_commit = on")
    build_id = _note(connection, published)
    for schema in SCHEMAS:
        _rename(connection, schema, f"{schema}{LEFT}")
        _rename(connection, f"{schema}{NEXT}", schema)
        _rename(connection, f"{schema}{LEFT}", f"{schema}{NEXT}")
        for reader in map(sql.Identifier, _readers_of(schema)):
            connection.execute(sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), reader))
            connection.execute(
                sql.SQL("revoke usage on schema {} from {}").format(sql.Identifier(f"{schema}{NEXT}"), reader)
            )
    if published.is_full and _stands(connection, NEXT):
        # All is new: what was read before is a poor beginning for the next build, a copy is a better one.
        connection.execute(sql.SQL("delete from {}").format(_build_table(NEXT)))
    return build_id


@contextmanager
def _owner(settings: Settings) -> Iterator[psycopg.Connection]:
    with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
        yield connection


def _build_in(settings: Settings, suffix: str) -> Build | None:
    query = sql.SQL("select last_decision_id, definitions_digest from {}").format(_build_table(suffix))
    with _owner(settings) as connection:
        row = connection.execute(query).fetchone() if _stands(connection, suffix) else None
    return Build(*row) if row else None


def _build_table(suffix: str) -> sql.Identifier:
    return sql.Identifier(f"marts{suffix}", "build")


def _stands(connection: psycopg.Connection, suffix: str) -> bool:
    (table,) = connection.execute("select to_regclass(%s)", [f"marts{suffix}.build"]).fetchone() or (None,)
    return table is not None


def _readers_of(schema: str) -> list[str]:
    if schema == "intermediate":
        # Authorities see their own children there; row-level security chooses the rows.
        return [AUTHORITY_GROUP]
    return [role_name(role) for role in READERS[schema]]


def _make_next_schemas(connection: psycopg.Connection) -> None:
    """Create what is missing; who may read a schema may read all that will be made in it, once it is opened."""
    for schema in SCHEMAS:
        next_schema = sql.Identifier(f"{schema}{NEXT}")
        connection.execute(sql.SQL("create schema if not exists {}").format(next_schema))
        for reader in READERS.get(schema, ()):
            connection.execute(
                sql.SQL("alter default privileges in schema {} grant {} on tables to {}").format(
                    next_schema, reading_rights(schema, reader), sql.Identifier(role_name(reader))
                )
            )


def _empty_next_schemas(connection: psycopg.Connection) -> None:
    for schema in SCHEMAS:
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(f"{schema}{NEXT}")))
    _make_next_schemas(connection)


def _readers_in_next_schemas(connection: psycopg.Connection) -> bool:
    """Return True if a transaction still holds a table that was read before the last change of places."""
    found = connection.execute(
        """
        select 1
        from pg_locks as locks
        inner join pg_class as relations on locks.relation = relations.oid
        inner join pg_stat_activity as sessions on locks.pid = sessions.pid
        where
            relations.relnamespace::regnamespace::text = any(%s)
            and locks.database = (select oid from pg_database where datname = current_database())
            and locks.pid <> pg_backend_pid()
            -- A vacuum of the server's own makes way by itself.
            and sessions.usesysid is not null
        limit 1
        """,
        [[f"{schema}{NEXT}" for schema in SCHEMAS]],
    ).fetchone()
    return found is not None


def _leave_next_schemas(connection: psycopg.Connection) -> None:
    """Rename the next schemas, which the reader does not notice, so that others are made in their place."""
    (number,) = connection.execute("select pg_current_xact_id()::text").fetchone() or ("0",)
    for schema in SCHEMAS:
        _rename(connection, f"{schema}{NEXT}", f"{schema}{LEFT}{number}")
    log.info("readers are in the next schemas; others are made", left=number)


def _drop_schemas_left(settings: Settings) -> None:
    """Drop the schemas that were left to a reader, but those that one is still in."""
    with _owner(settings) as connection:
        left = connection.execute(
            "select nspname from pg_namespace where nspname ~ %s order by nspname",
            [f"^({'|'.join(SCHEMAS)}){LEFT}"],
        ).fetchall()
        for (name,) in left:
            try:
                with connection.transaction():
                    connection.execute("set local lock_timeout = '100ms'")
                    connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(name)))
            except psycopg.errors.LockNotAvailable:
                log.info("a reader is still in schemas that were left", schema=name)


def _rename(connection: psycopg.Connection, name: str, new_name: str) -> None:
    connection.execute(
        sql.SQL("alter schema {} rename to {}").format(sql.Identifier(name), sql.Identifier(new_name))
    )


def _note(connection: psycopg.Connection, published: Published) -> int:
    """Write the row of the build, into the ledger and into its own schemas."""
    build = published.build
    (build_id,) = connection.execute(
        "insert into ledger.model_build (scope, last_decision_id, definitions_digest, finished_at, foreign_keys)"
        " select 'marts', %s, %s, clock_timestamp(), count(*) from pg_constraint"
        " where contype = 'f' and connamespace = to_regnamespace(%s) returning model_build_id",
        [build.last_decision_id, build.definitions_digest, f"marts{NEXT}"],
    ).fetchone() or (0,)
    table = _build_table(NEXT)
    connection.execute(sql.SQL("delete from {}").format(table))
    connection.execute(
        sql.SQL(
            """
            insert into {} (
                build_id, last_decision_id, last_decided_at, definitions_digest,
                is_full, started_at, built_at, tests
            )
            values (
                %(build_id)s, %(last_decision_id)s,
                (select decided_at from ledger.decision where decision_id = %(last_decision_id)s),
                %(definitions_digest)s, %(is_full)s, %(started_at)s, clock_timestamp(), %(tests)s
            )
            """
        ).format(table),
        {
            "build_id": build_id,
            "last_decision_id": build.last_decision_id,
            "definitions_digest": build.definitions_digest,
            "is_full": published.is_full,
            "started_at": published.started_at,
            "tests": published.tests,
        },
    )
    return int(build_id)
