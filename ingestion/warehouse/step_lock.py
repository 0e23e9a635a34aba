"""Locks of the steps of the road: the same step never runs twice at once, whoever started it.

A step may still run in a process that nobody watches any more when Airflow starts it again. The locks are rows
that only the roles of the road may lock: an advisory lock could be taken by every login.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

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
        connection.execute("insert into ledger.step (step) values (%s) on conflict do nothing", [step])
        connection.commit()
        try:
            connection.execute(_LOCK + " nowait", [step])
        except psycopg.errors.LockNotAvailable:
            connection.rollback()
            log.warning("another process is taking this step; waiting until it has", step=step)
            connection.execute(_LOCK, [step])
        yield connection
