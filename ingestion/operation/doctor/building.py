"""Builds: whether what is read is of the newest decision and definitions, and what is in the next one's way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psutil
import psycopg
from psycopg.rows import dict_row

from ingestion.feedback.wording import counted
from ingestion.model.inputs import definitions_digest
from ingestion.model.schemas import LEFT, NEXT, SCHEMAS
from ingestion.operation.doctor.fault import Fault, listed
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, role_name
from ingestion.warehouse.ports import HOST

# A build of everything takes minutes; Airflow gives one up after an hour.
LONGEST_STEP = timedelta(hours=2)

_READ = "select build_id, last_decision_id, definitions_digest, built_at from marts.build"
# Whoever takes a step holds a lock on a row of this table, and with it this one on the table.
_HOLDERS = """
select sessions.pid, sessions.usename, sessions.state, sessions.client_addr, sessions.client_port,
    clock_timestamp() - sessions.xact_start as held
from pg_locks as locks
inner join pg_stat_activity as sessions on locks.pid = sessions.pid
where
    locks.relation = 'ledger.step'::regclass
    and locks.database = (select oid from pg_database where datname = current_database())
    and locks.mode = 'RowShareLock'
    and locks.granted
    and sessions.usename = any(%s)
"""
_READERS = """
select distinct on (sessions.pid)
    sessions.pid, sessions.usename, sessions.state, clock_timestamp() - sessions.xact_start as held,
    relations.relnamespace::regnamespace::text as schema
from pg_locks as locks
inner join pg_class as relations on locks.relation = relations.oid
inner join pg_stat_activity as sessions on locks.pid = sessions.pid
where
    relations.relnamespace::regnamespace::text ~ %s
    and locks.database = (select oid from pg_database where datname = current_database())
    and locks.pid <> pg_backend_pid()
    and sessions.usename <> %s
order by sessions.pid
"""


def nothing_built(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Returns that were decided, and no build yet."""
    if _build(connection) is None and _last_decision(connection):
        yield Fault("never_built", "returns were decided, and no mart was ever built", "club load")


def last_build_failed(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """A build that failed, with none after it that did not."""
    run = connection.execute(
        "select build_run_id, model_build_id, finished_at from ledger.build_run order by build_run_id desc limit 1"
    ).fetchone()
    if run is None or run[1] is not None:
        return
    nodes = connection.execute(
        "select split_part(node, '.', 3) from ledger.build_node where build_run_id = %s order by node", [run[0]]
    ).fetchall()
    what = f" at {listed([name for (name,) in nodes])}" if nodes else ""
    yield Fault(
        "last_build_failed",
        f"the last build failed{what}, on {run[2]:%Y-%m-%d at %H:%M}: readers have the build before",
        "club rebuild says why; the log of build_with_dbt in Airflow does too",
    )


def definitions_changed(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Definitions, seeds or settings that have changed since the crosswalk or the marts were built from them."""
    digest = definitions_digest(settings)
    known = connection.execute(
        "select 1 from ledger.model_build where definitions_digest = %s limit 1", [digest]
    ).fetchone()
    read = _build(connection)
    if known is None:
        yield Fault(
            "crosswalk_out_of_date",
            "definitions, seeds or settings have changed: returns would be checked by those of before",
            "club load",
        )
    elif read and read["definitions_digest"] != digest:
        yield Fault(
            "marts_of_other_definitions",
            f"build {read['build_id']}, which is read, is of other definitions or settings than these",
            "club load",
        )


def lagging(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """A build that is older than the newest decision, and no build that is taking it in."""
    read = _build(connection)
    newest = _last_decision(connection)
    if read and newest and read["last_decision_id"] < newest and not _holders(connection):
        yield Fault(
            "build_lagging",
            f"build {read['build_id']} of {read['built_at']:%Y-%m-%d %H:%M} knows the decisions up to "
            f"{read['last_decision_id']}, and there are {newest - read['last_decision_id']} newer",
            "club load",
        )


def steps_held(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """A step whose lock is held by a process that does nothing any more, or for very long."""
    for holder in _holders(connection):
        process = _client(holder)
        mend = f"kill -9 {process.pid}, or " if process else ""
        end = f"{mend}{_end(holder['pid'])}"
        if process and process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE):
            yield Fault(
                "step_holder_dead",
                f"process {process.pid} holds the lock of a step as {holder['usename']} and is "
                f"{process.status()}: every other one waits for it",
                end,
            )
        elif holder["held"] > LONGEST_STEP:
            yield Fault(
                "step_held_long",
                f"a step has been held by {holder['usename']} (session {holder['pid']}) for "
                f"{_in_words(holder['held'])}; a build of everything takes minutes",
                f"look what it does in Airflow's log; if nothing: {end}",
            )


def readers_in_the_way(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Readers who are idle in a transaction, and keep tables that the next build writes into."""
    pattern = f"^({'|'.join(SCHEMAS)})({NEXT}$|{LEFT})"
    cursor = connection.cursor(row_factory=dict_row)
    for reader in cursor.execute(_READERS, [pattern, role_name(Role.TRANSFORMER)]).fetchall():
        yield Fault(
            "reader_in_the_way",
            f"session {reader['pid']} of {reader['usename']} is {reader['state']} in {reader['schema']} for "
            f"{_in_words(reader['held'])}: the tables of an earlier build are kept for it",
            f"ask them to end it, or: {_end(reader['pid'])}",
        )  # fmt: skip


def schemas_left(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Schemas of earlier builds that were left to a reader and are still there."""
    rows = connection.execute(
        "select nspname from pg_namespace where nspname ~ %s order by nspname", [f"^({'|'.join(SCHEMAS)}){LEFT}"]
    ).fetchall()
    if rows:
        yield Fault(
            "schemas_left",
            f"{counted(len(rows), 'schema')} of earlier builds left, taking up room: "
            f"{listed([name for (name,) in rows])}",
            "the next build drops them when no reader is in them any more: club rebuild",
        )


def rules_not_run(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """Rules that broke off at the last check of their return: that is never the sender's fault."""
    rows = connection.execute(
        """
        select rule_code
        from (
            select distinct on (return_code, rule_code) rule_code, outcome
            from ledger.rule_result
            order by return_code, rule_code, checked_at desc, rule_result_id desc
        ) as newest
        where outcome = 'error'
        order by rule_code
        """
    ).fetchall()
    if rows:
        yield Fault(
            "rules_not_run",
            f"{counted(len(rows), 'rule')} that could not be run at the last check: "
            f"{listed([code for (code,) in rows])}",
            "mend the query in expectations/ that ledger.rule_result.error quotes, then `club load`",
        )


def _build(connection: psycopg.Connection) -> dict[str, Any] | None:
    (table,) = connection.execute("select to_regclass('marts.build')").fetchone() or (None,)
    return connection.cursor(row_factory=dict_row).execute(_READ).fetchone() if table else None


def _last_decision(connection: psycopg.Connection) -> int:
    (number,) = connection.execute("select coalesce(max(decision_id), 0) from ledger.decision").fetchone() or (0,)
    return int(number)


def _holders(connection: psycopg.Connection) -> list[dict[str, Any]]:
    roles = [role_name(Role.LOADER), role_name(Role.TRANSFORMER)]
    return connection.cursor(row_factory=dict_row).execute(_HOLDERS, [roles]).fetchall()


def _client(holder: dict[str, Any]) -> psutil.Process | None:
    """Find the process of this machine at the other end of a session; None if it is another's or elsewhere."""
    if str(holder["client_addr"]) != HOST:
        return None
    for each in psutil.net_connections("tcp4"):
        if each.laddr and each.laddr.port == holder["client_port"] and each.raddr and each.pid:
            try:
                return psutil.Process(each.pid)
            except psutil.NoSuchProcess:
                return None
    return None


def _end(session: int) -> str:
    """Give the command that ends a session."""
    return f'$(club url --role admin --format psql) -c "select pg_terminate_backend({session})"'


def _in_words(held: timedelta | None) -> str:
    minutes = int((held or timedelta()).total_seconds() // 60)
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes"
