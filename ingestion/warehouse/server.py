"""The embedded PostgreSQL: one server for the warehouse and for Airflow's metadata.

It listens on TCP with a password, because BI tools, dbt and Great Expectations need that.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.ports import HOST, free_port
from ingestion.warehouse.processes import is_living_server, one_process, works_in
from ingestion.warehouse.programs import database_root, programs, server_account
from ingestion.warehouse.secrets import load_secrets

ADMIN = "club_admin"
WAREHOUSE = "warehouse"
AIRFLOW = "airflow"
ORPHAN_SECONDS = 15

CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
# There is no standby: a table that a build makes is written to the disk, and not into the log as well.
wal_level = minimal
max_wal_senders = 0
random_page_cost = 1.1
password_encryption = 'scram-sha-256'
log_min_messages = warning
"""


@dataclass(frozen=True)
class ServerAddress:
    """The address that the embedded server listens on."""

    port: int
    data_folder: Path

    def dsn(self, user: str, password: str, database: str) -> str:
        """Return a libpq connection string."""
        return psycopg.conninfo.make_conninfo(
            host=HOST, port=self.port, user=user, password=password, dbname=database
        )


class EmbeddedServer:
    """The one server that belongs to this `CLUB_HOME`: starts, finds and stops it."""

    _configuration = CONFIGURATION
    _initdb_options: tuple[str, ...] = ("--locale=C.UTF-8",)
    _databases: tuple[tuple[str, str], ...] = ((WAREHOUSE, ADMIN), (AIRFLOW, AIRFLOW))

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._account = server_account()
        self._root = database_root(settings.state_folder, self._account)
        self._data = self._root / "pgdata"
        self._port_file = settings.state_folder / "postgresql.json"

    def address(self) -> ServerAddress | None:
        """Return the address of the running server, None when it is not running."""
        if not self._is_running():
            return None
        return ServerAddress(self._remembered_port() or 0, self._data)

    def start(self) -> ServerAddress:
        """Start the server if it is not running; create it and its databases the first time."""
        # Of two that start it at once, one would clear away what the other is making.
        with one_process(self._settings.state_folder / "postgresql.lock"):
            return self._start()

    def _start(self) -> ServerAddress:
        running = self.address()
        if running:
            return running
        if not (self._data / "PG_VERSION").exists():
            self._create()
        self._clear_remains()
        port = free_port(self._wanted_port() or self._remembered_port() or 0)
        self._write_configuration()
        self._run("pg_ctl", "-D", str(self._data), "-w", "-t", "60", "-l", str(self._root / "server.log"),
                  "-o", f"-p {port}", "start")  # fmt: skip
        self._settings.state_folder.mkdir(parents=True, exist_ok=True)
        self._port_file.write_text(json.dumps({"port": port}))
        address = ServerAddress(port, self._data)
        self._create_databases(address)
        return address

    def stop(self) -> bool:
        """Stop the server; return False when it was not running."""
        if not self._is_running():
            return False
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "fast", "stop")
        return True

    def _is_running(self) -> bool:
        pid = self._postmaster_pid()
        return pid is not None and is_living_server(pid)

    def _postmaster_pid(self) -> int | None:
        """Return the process id in the server's lock file; None for a negative one, of initdb's own server."""
        try:
            words = (self._data / "postmaster.pid").read_text().split()
        except FileNotFoundError:
            return None
        return int(words[0]) if words and not words[0].startswith("-") else None

    def _clear_remains(self) -> None:
        """Clean up after a kill: wait for the processes that the dead server left running, and remove its lock.

        PostgreSQL takes a killed server that has not been reaped for a living one, and would not start.
        """
        deadline = time.monotonic() + ORPHAN_SECONDS
        while time.monotonic() < deadline and any(works_in(self._data)):
            time.sleep(0.1)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _wanted_port(self) -> int:
        """Return the port that the settings ask for; 0 for any."""
        return self._settings.database_port

    def _remembered_port(self) -> int | None:
        if not self._port_file.exists():
            return None
        return int(json.loads(self._port_file.read_text())["port"])

    def _create(self) -> None:
        self._make_root()
        # A crash in the middle of initdb leaves a half-made folder behind; a finished one has PG_VERSION
        # and is never touched here.
        shutil.rmtree(self._data, ignore_errors=True)
        handle, password_file = tempfile.mkstemp(dir=self._root, prefix="admin-")
        try:
            # Closed before initdb reads it: Windows lets no second program open a file.
            with os.fdopen(handle, "w") as file:
                file.write(load_secrets(self._settings)["admin"])
            self._give_to_account(password_file)
            self._run("initdb", "-D", str(self._data), "-U", ADMIN, "--auth=scram-sha-256", "--encoding=UTF8",
                      f"--pwfile={password_file}", *self._initdb_options)  # fmt: skip
        finally:
            Path(password_file).unlink()

    def _make_root(self) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        self._give_to_account(self._root)

    def _give_to_account(self, path: Path | str) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _write_configuration(self) -> None:
        (self._data / "club.conf").write_text(self._configuration)
        main = self._data / "postgresql.conf"
        if "include 'club.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'club.conf'\n")
        self._give_to_account(self._data / "club.conf")

    def _create_databases(self, address: ServerAddress) -> None:
        secrets = load_secrets(self._settings)
        with psycopg.connect(address.dsn(ADMIN, secrets["admin"], "postgres"), autocommit=True) as connection:
            existing = {name for (name,) in connection.execute("select datname from pg_database").fetchall()}
            if not connection.execute("select 1 from pg_roles where rolname = %s", [AIRFLOW]).fetchone():
                connection.execute(
                    sql.SQL("create role {} login password {}").format(
                        sql.Identifier(AIRFLOW), sql.Literal(secrets["airflow_database"])
                    )
                )
            for name, owner in self._databases:
                if name not in existing:
                    connection.execute(
                        sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(owner))
                    )
            # By PostgreSQL's default every login may connect to every database.
            for name in ("postgres", "template1", *(name for name, _ in self._databases if name != WAREHOUSE)):
                connection.execute(
                    sql.SQL("revoke connect on database {} from public").format(sql.Identifier(name))
                )

    def _run(self, program: str, *arguments: str) -> None:
        # The server inherits these handles: a pipe here would keep the caller waiting for its end of file.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [self._program(program), *arguments],
                stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True, cwd=self._root, **self._as_account(),
            )  # fmt: skip
            output.seek(0)
            said = output.read().strip()
        if done.returncode != 0:
            raise ClubError(f"PostgreSQL's {program} failed: {said}\nIts log is {self._root / 'server.log'}.")

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _program(self, name: str) -> str:
        return str(programs(self._account) / name)
