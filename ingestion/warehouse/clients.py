"""PostgreSQL's own programs as clients of the warehouse: what dumps it, and what restores it."""

import os
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ingestion.errors import ClubError
from ingestion.warehouse.programs import programs

# The wheel's programs cannot encrypt a connection.
_ENCRYPTED = ("require", "verify-ca", "verify-full")


def run_client(program: str, place: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on a database, and return what it printed.

    Args:
        program: its name, such as `pg_dump`.
        place: the database as libpq takes it; its password is passed on unseen by other users of the machine.
        arguments: what else it is told.

    Raises:
        ClubError: it failed, or is not there.
    """
    told = conninfo_to_dict(place)
    password = str(told.pop("password", ""))
    path = _find(program, str(told.get("sslmode", "")))
    return _run([path, "--dbname", make_conninfo("", **told), *arguments], {"PGPASSWORD": password})


def rows_in_dump(path: Path, table: str) -> str:
    """Return the rows of one table of a dump as COPY text, with its statement above them."""
    return _run([str(programs(None) / "pg_restore"), "--data-only", f"--table={table}", "--file=-", str(path)], {})


def _run(command: list[str], surroundings: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        env=os.environ | {"PGCLIENTENCODING": "UTF8"} | surroundings,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
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
