"""The PostgreSQL server: whether it runs, at which port, whether its clock and its schema are those expected."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psutil
import psycopg

from ingestion.errors import ClubError
from ingestion.operation.doctor.fault import Fault
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.ports import HOST
from ingestion.warehouse.requirements import look_at_server, shortcomings
from ingestion.warehouse.revisions import known_revisions, revision_of
from ingestion.warehouse.server import EmbeddedServer

PATIENCE_SECONDS = 1.0
# Clocks of two machines are seldom nearer than this.
CLOCK_TOLERANCE = timedelta(minutes=5)


def not_reachable(settings: Settings) -> Iterator[Fault]:
    """A server that does not run, or does not answer."""
    if settings.warehouse_url:
        yield from _refused(settings)
        return
    if EmbeddedServer(settings).address() is not None:
        yield from _refused(settings)
        return
    port = _port_remembered(settings)
    if port and (taker := listener(port)):
        yield Fault(
            "database_port_taken",
            f"PostgreSQL is not running, and its port {port} is taken by {taker}: it would start at another one, "
            "and whoever connects to this one would not find it",
            "stop the other program, then `club up`",
        )
    else:
        yield Fault("database_not_running", "PostgreSQL is not running", "club up")


def _refused(settings: Settings) -> Iterator[Fault]:
    try:
        with open_warehouse(settings):
            return
    except (ClubError, psycopg.Error) as error:
        yield Fault(
            "database_unreachable",
            f"the warehouse cannot be reached: {str(error).splitlines()[0]}",
            "look whether the server of WAREHOUSE_URL runs and takes its password" if settings.warehouse_url
            else f"look into {settings.state_folder}/postgresql/server.log, then `club down` and `club up`",
        )  # fmt: skip


def port_unlike_the_setting(settings: Settings) -> Iterator[Fault]:
    """A server that had to take another port than the one that was asked for."""
    port = _port_remembered(settings)
    if not settings.warehouse_url and settings.database_port and port and port != settings.database_port:
        taker = listener(settings.database_port)
        yield Fault(
            "database_at_another_port",
            f"PostgreSQL listens on port {port} and not on {settings.database_port}, as CLUB_DATABASE_PORT says"
            + (f"; {taker} has that one" if taker else ""),
            "stop the other program, then `club down` and `club up`" if taker else "club down, then `club up`",
        )


@contextmanager
def open_warehouse(settings: Settings) -> Iterator[psycopg.Connection]:
    """Open the warehouse as the admin, who alone sees what others' sessions do."""
    with connect(settings, Role.ADMIN, autocommit=True) as connection:
        yield connection


@contextmanager
def looking(connection: psycopg.Connection) -> Iterator[None]:
    """Look in a transaction in which nothing can be written, and which waits for nobody.

    Set for the transaction alone: behind a pooler, the session is somebody else's after it.
    """
    with connection.transaction():
        connection.execute("set transaction read only")
        # Whatever is in the way of an answer is a fault of its own; the doctor does not wait for it.
        connection.execute("set local lock_timeout = '1s'; set local statement_timeout = '5s'")
        yield


def unfit(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """A server that is too old, or on which the admin may not do what the club needs."""
    for what, mend in shortcomings(look_at_server(connection)):
        yield Fault("server_unfit", what, mend)


def wrong_version(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """A schema of another version of the product than this one."""
    found, expected = revision_of(connection), known_revisions()[0]
    if found is None:
        yield Fault("not_migrated", "the warehouse has no tables of the club yet", "club migrate")
    elif found < expected:
        yield Fault(
            "migration_behind",
            f"the warehouse is at migration {found}, and this version of the product needs {expected}",
            "club migrate",
        )
    elif found > expected:
        yield Fault(
            "migration_ahead",
            f"the warehouse is at migration {found}, and this version of the product knows only {expected}",
            "use the version of the product that migrated it, or a newer one: git pull && make install",
        )


def clock_set_back(settings: Settings, connection: psycopg.Connection) -> Iterator[Fault]:
    """A clock that stands before what was already noted."""
    (latest, now) = connection.execute(
        """
        select
            greatest(
                (select max(received_at) from ledger.submission), (select max(decided_at) from ledger.decision),
                (select max(finished_at) from ledger.model_build), (select max(composed_at) from ledger.mail)
            ),
            clock_timestamp()
        """
    ).fetchone() or (None, None)
    if latest and latest > now + CLOCK_TOLERANCE:
        yield Fault(
            "clock_set_back",
            f"the clock says {now:%Y-%m-%d %H:%M} and the ledger has something of {latest:%Y-%m-%d %H:%M}: "
            "what is received now would count as older",
            "set the clock right (timedatectl status), before anything is loaded",
        )


def listener(port: int) -> str | None:
    """Name the program that listens on a port of this machine; None if nobody does."""
    with socket.socket() as probe:
        probe.settimeout(PATIENCE_SECONDS)
        if probe.connect_ex((HOST, port)) != 0:
            return None
    for each in psutil.net_connections("tcp"):
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port and each.pid:
            return f"process {each.pid} ({psutil.Process(each.pid).name()})"
    return "another program"


def _port_remembered(settings: Settings) -> int | None:
    try:
        return int(json.loads((settings.state_folder / "postgresql.json").read_text())["port"])
    except (OSError, ValueError, KeyError):
        return None
