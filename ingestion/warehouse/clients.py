"""PostgreSQL's own programs as clients of the warehouse: what dumps it, and what restores it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ingestion.errors import ClubError
from ingestion.warehouse.programs import programs
from ingestion.warehouse.sessions import KNOWS_TRANSACTION_TIMEOUT

# The wheel's programs cannot encrypt a connection.
_ENCRYPTED = ("require", "verify-ca", "verify-full")

# Our programs switch the limit to the length of a transaction off, which an older server does not know.
_SETS_TRANSACTION_TIMEOUT = b"SET transaction_timeout = 0;\n"


def run_client(program: str, place: str, *arguments: str, said: IO[bytes] | None = None) -> str:
    """Run one of PostgreSQL's programs on a database, and return what it printed.

    Args:
        program: its name, such as `pg_dump`.
        place: the database as libpq takes it; its password is passed on unseen by other users of the machine.
        arguments: what else it is told.
        said: what it reads as its input.

    Raises:
        ClubError: it failed, or is not there.
    """
    told = conninfo_to_dict(place)
    password = str(told.pop("password", ""))
    path = _find(program, str(told.get("sslmode", "")))
    return _run([path, "--dbname", make_conninfo("", **told), *arguments], {"PGPASSWORD": password}, said)


def restore_dump(place: str, dump: Path, *arguments: str) -> None:
    """Restore a dump into a database by `pg_restore`; its first error ends it.

    Raises:
        ClubError: it failed, or is not there.
    """
    with psycopg.connect(place) as connection:
        version = connection.info.server_version
    if version >= KNOWS_TRANSACTION_TIMEOUT:
        run_client("pg_restore", place, "--exit-on-error", *arguments, str(dump))
    else:
        _restore_by_script(place, dump, *(each for each in arguments if not each.startswith("--jobs")))


def require_own_session(connection: psycopg.Connection) -> None:
    """Make sure that no pooler lends out the session: others would find there what PostgreSQL's programs set.

    Raises:
        ClubError: there is one.
    """
    (process,) = connection.execute("select pg_backend_pid()").fetchone() or (None,)
    # A pooler makes up the process that it tells of, as the session is another one each time.
    if process != connection.info.backend_pid:
        raise ClubError(
            "WAREHOUSE_URL leads to a pooler, which lends a session for one transaction; a dump needs one of its "
            "own. Let WAREHOUSE_URL lead to the server itself for this command."
        )


def _restore_by_script(place: str, dump: Path, *arguments: str) -> None:
    """Restore into a server that is older than our `pg_restore`, which sets what that does not know."""
    script = subprocess.Popen(
        [str(programs(None) / "pg_restore"), "--file=-", *arguments, str(dump)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert script.stdout is not None
    with tempfile.TemporaryFile() as statements:
        statements.writelines(line for line in script.stdout if line != _SETS_TRANSACTION_TIMEOUT)
        _, complaint = script.communicate()
        if script.returncode != 0:
            raise ClubError(f"PostgreSQL's pg_restore failed: {complaint.decode(errors='replace').strip()}")
        statements.seek(0)
        run_client("psql", place, "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", said=statements)


def rows_in_dump(path: Path, table: str) -> str:
    """Return the rows of one table of a dump as COPY text, with its statement above them."""
    return _run([str(programs(None) / "pg_restore"), "--data-only", f"--table={table}", "--file=-", str(path)], {})


def _run(command: list[str], surroundings: dict[str, str], said: IO[bytes] | None = None) -> str:
    done = subprocess.run(
        command,
        env=os.environ | {"PGCLIENTENCODING": "UTF8"} | surroundings,
        stdin=said or subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if done.returncode != 0:
        raise ClubError(f"PostgreSQL's {Path(command[0]).name} failed: {done.stderr.strip()}")
    return done.stdout


def _find(program: str, sslmode: str) -> str:
    if sslmode not in _ENCRYPTED:
        return str(programs(None) / program)
    installed = shutil.which(program)
    if installed is None:
        raise ClubError(
            f"The connection of WAREHOUSE_URL is encrypted, which the machine's own {program} could do; it is not "
            "installed (Debian: postgresql-client, no older than the server)."
        )
    return installed
