"""Locks of the steps of the road: the same step never runs twice at once, whoever started it.

A step may still run in a process that nobody watches any more when Airflow starts it again. The locks are rows
that only the roles of the road may lock: an advisory lock could be taken by every login.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog

from ingestion.errors import ClubError, PassingError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

# Of two transactions that change the rights on a schema at once, PostgreSQL refuses the second.
RIGHTS = "rights"

_NOTE = "insert into ledger.step (step) values (%s) on conflict do nothing"
_LOCK = "select from ledger.step where step = %s for update"


@contextmanager
def one_at_a_time(settings: Settings, role: Role, step: str) -> Iterator[psycopg.Connection]:
    """Hold the lock of a step, waiting for whoever holds it, and saying so; it is released with the connection.

    What is written on the connection that is provided is committed at the end, and only if the lock was held
    until then.

    Args:
        settings: where the warehouse is.
        role: the loader or the transformer.
        step: the name of the step, with the return, sender or period that sets it apart.
    """
    with connect(settings, role) as connection:
        if not _take_if_free(connection, step):
            log.warning("another process is taking this step; waiting until it has", step=step)
            connection.execute(_LOCK, [step])
        yield connection


@contextmanager
def never_twice(settings: Settings, role: Role, step: str) -> Iterator[None]:
    """Hold the lock of a step that there is no point in waiting for, as it would only be taken once more.

    Raises:
        ClubError: another process holds it.
    """
    with connect(settings, role) as connection:
        if not _take_if_free(connection, step):
            raise ClubError(f"Another process is at it already: {step}.")
        yield


def take_step(connection: psycopg.Connection, step: str) -> None:
    """Lock a step for the length of a transaction of one's own, waiting for whoever holds it."""
    connection.execute(_NOTE, [step])
    connection.execute(_LOCK, [step])


def require_lock(connection: psycopg.Connection) -> None:
    """Make sure that a step is still this process's own: its connection may have been lost meanwhile.

    Raises:
        ClubError: somebody else may be taking it by now.
    """
    try:
        connection.execute("select 1")
    except psycopg.OperationalError as error:
        raise PassingError("The connection that kept others out was lost; nothing more is written.") from error


def _take_if_free(connection: psycopg.Connection, step: str) -> bool:
    """Lock a step in the transaction that this begins; return False if somebody else has."""
    connection.execute(_NOTE, [step])
    connection.commit()
    try:
        connection.execute(_LOCK + " nowait", [step])
    except psycopg.errors.LockNotAvailable:
        connection.rollback()
        return False
    return True
