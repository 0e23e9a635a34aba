"""A PostgreSQL that is not the product's: another version, another place's language and clock, no superuser."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ingestion.settings import Settings
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import ADMIN, WAREHOUSE
from ingestion.warehouse.throwaway import ThrowawayServer
from tests.support.warehouses import settings_in, walkable

# Debian keeps each version's programs in a folder of its own.
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
# What dbt has parsed before holds for a database of this name.
OPERATOR, DATABASE = "operator", WAREHOUSE

# An empty database beside it, to restore into.
EMPTY = "empty"

LOGS_EVERYTHING = """
log_statement = 'all'
log_parameter_max_length = -1
log_parameter_max_length_on_error = -1
"""

# What another house may have set for its whole server, none of it ours.
ELSEWHERE = """
timezone = 'America/New_York'
datestyle = 'SQL, DMY'
intervalstyle = 'iso_8601'
extra_float_digits = 0
bytea_output = 'escape'
standard_conforming_strings = on
default_transaction_isolation = 'read committed'
idle_in_transaction_session_timeout = '1h'
"""
# Its names are ordered as a person would, capitals and accents aside.
ENGLISH = "template template0 locale_provider icu icu_locale 'en-GB' locale 'C.UTF-8'"


class OtherServer(ThrowawayServer):
    """A server run by the programs of a folder, with settings of its own in the place of ours."""

    _databases = ()

    def __init__(self, settings: Settings, programs: Path | None, configuration: str = "") -> None:
        """Prepare a server of these programs; of the wheel's if there is no folder."""
        super().__init__(settings)
        self._folder = programs
        # A pooler keeps its sessions of every role.
        self._configuration = f"{ThrowawayServer._configuration}\nmax_connections = 100\n{configuration}"

    def _program(self, name: str) -> str:
        return str(self._folder / name) if self._folder else super()._program(name)


@contextmanager
def other_server(
    scratch: Path,
    landing: Path,
    programs: Path | None = DEBIAN_15,
    *,
    configuration: str = "",
    language: str = "",
) -> Iterator[Settings]:
    """Provide settings of a warehouse in an empty database of such a server, which knows nothing of the club.

    Its admin owns the database and may make roles, and nothing more, as on a server that somebody else runs.

    Args:
        scratch: a folder for the server and for the club's state.
        landing: the landing zone.
        programs: the folder of the server's programs; the product's own server, if there is none.
        configuration: what its configuration says besides.
        language: in which the database is kept, as CREATE DATABASE takes it.
    """
    if programs and not (programs / "postgres").exists():
        pytest.skip(f"PostgreSQL is not in {programs} (Debian: apt-get install postgresql-15)")
    its_own = settings_in(walkable(Path(tempfile.mkdtemp(dir=scratch, prefix="server-"))))
    with OtherServer(its_own, programs, configuration) as server:
        address = server.address()
        assert address is not None
        password = secrets.token_urlsafe(12)
        with psycopg.connect(
            address.dsn(ADMIN, load_secrets(its_own)["admin"], "postgres"), autocommit=True
        ) as admin:
            admin.execute(
                sql.SQL("create role {} login createrole password {}").format(
                    sql.Identifier(OPERATOR), sql.Literal(password)
                )
            )
            for name in (DATABASE, EMPTY):
                admin.execute(f"create database {name} owner {OPERATOR} {language}")
        home = walkable(Path(tempfile.mkdtemp(dir=scratch, prefix="home-")))
        url = f"postgresql://{OPERATOR}:{password}@127.0.0.1:{address.port}/{DATABASE}"
        yield settings_in(home, landing).model_copy(update={"warehouse_url": url})
