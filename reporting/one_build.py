"""Several queries that all read one build: the schemas that are read change places with those of the next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import psycopg

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

ATTEMPTS = 3

Found = TypeVar("Found")


@dataclass(frozen=True)
class Build:
    """The build that is read, the row of `marts.build`: when it was made, and the last decision it took in."""

    build_id: int
    last_decision_id: int | None
    last_decided_at: datetime | None
    definitions_digest: str
    built_at: datetime
    tests: int


def read_one_build(settings: Settings, role: Role, read: Callable[[psycopg.Connection], Found]) -> Found:
    """Read by several queries in one transaction, and again if another build took its place meanwhile.

    What was read is never written again while this transaction lasts: the build after next makes other tables.

    Raises:
        ClubError: there was a new build during each of three attempts.
    """
    for _ in range(ATTEMPTS):
        with connect(settings, role) as connection:
            before = _tables_that_are_read(connection)
            found = read(connection)
            if _tables_that_are_read(connection) == before:
                return found
    raise ClubError("Each time the marts were read, another build took their place meanwhile; try again later.")


def _tables_that_are_read(connection: psycopg.Connection) -> int | None:
    """Return what a name stands for just now; every reader may see this schema."""
    (number,) = connection.execute("select to_regclass('sharing.measure')::oid::bigint").fetchone() or (None,)
    return int(number) if number else None
