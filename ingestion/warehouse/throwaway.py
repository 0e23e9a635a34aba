"""Servers for the length of a `with`, whose data is disposable."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Self

import psutil
import psycopg
from psycopg import sql

from ingestion.settings import Settings
from ingestion.warehouse.clients import run_client
from ingestion.warehouse.processes import works_in
from ingestion.warehouse.secrets import SECRETS_FILE, load_secrets
from ingestion.warehouse.server import (
    ADMIN,
    CONFIGURATION,
    ORPHAN_SECONDS,
    WAREHOUSE,
    EmbeddedServer,
    ServerAddress,
)

# A server whose data is disposable: nothing waits for the disk, nothing is kept for after a crash.
THROWAWAY_CONFIGURATION = """
max_connections = 20
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_recycle = off
work_mem = 64MB
"""

# Samples a tenth as large are enough to choose plans by, and a check takes them of each of its tables.
CHECK_CONFIGURATION = """
default_statistics_target = 10
"""

# PostgreSQL's immediate shutdown; Windows has no such signal.
_SHUT_DOWN = getattr(signal, "SIGQUIT", None)

_DATA = "pgdata"


class ThrowawayServer(EmbeddedServer):
    """A server for the length of a `with`: fast, because its data need not survive, and gone without a trace."""

    _configuration = CONFIGURATION + THROWAWAY_CONFIGURATION
    _initdb_options = (*EmbeddedServer._initdb_options, "--no-sync")

    def __enter__(self) -> Self:
        """Create and start the server."""
        try:
            self.start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and remove its data."""
        self._remove()

    def _wanted_port(self) -> int:
        # The one of the settings belongs to the club's own server.
        return 0

    def _remove(self) -> None:
        """Kill all its processes at any stage: even during initdb a server runs, which pg_ctl would not stop."""
        started = time.monotonic()
        while running := list(works_in(self._data)):
            too_slow = time.monotonic() - started > ORPHAN_SECONDS
            for pid in running:
                with contextlib.suppress(psutil.NoSuchProcess):
                    _end(psutil.Process(pid), None if too_slow else _SHUT_DOWN)
            time.sleep(0.02)
        shutil.rmtree(self._root, ignore_errors=True)


class CheckServer(ThrowawayServer):
    """The server of an authority's own check: it starts from data that is kept ready, where there is some.

    Its locale is PostgreSQL's own, which is the same on every system, and its log is in small files, which are
    quickly copied.
    """

    _initdb_options = (
        "--no-sync", "--wal-segsize=1", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    )  # fmt: skip
    _configuration = ThrowawayServer._configuration + CHECK_CONFIGURATION
    _databases = ((WAREHOUSE, ADMIN),)

    def __init__(self, settings: Settings, ready: Path | None = None) -> None:
        """Prepare to start from what `keep` has put into the folder `ready`; from nothing if there is none."""
        super().__init__(settings)
        self._ready = ready

    def keep(self, folder: Path) -> None:
        """Stop the server, and keep its data and passwords in a new folder, which is there whole or not at all."""
        self._drop_other_databases()
        self.stop()
        draft = folder.with_name(f"{folder.name}.{os.getpid()}")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        # Maps of free space and of visible pages are made anew where they are missing; each is a file to copy.
        without_maps = shutil.ignore_patterns("*_fsm", "*_vm")
        shutil.copytree(self._data, draft / _DATA, copy_function=shutil.copyfile, ignore=without_maps)
        shutil.copy(self._settings.state_folder / SECRETS_FILE, draft)
        draft.rename(folder)

    def restore(self, dump: Path) -> None:
        """Run the statements of a dump in the warehouse."""
        self._run_client("psql", "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--file", str(dump))

    def dump(self, target: Path) -> None:
        """Write everything in the warehouse as statements that `restore` can run."""
        self._run_client("pg_dump", "--file", str(target))

    def _run_client(self, program: str, *arguments: str) -> None:
        address = self.address()
        assert address is not None
        run_client(program, address.dsn(ADMIN, load_secrets(self._settings)["admin"], WAREHOUSE), *arguments)

    def _drop_other_databases(self) -> None:
        """Drop what initdb has made besides the warehouse: more than half of the files that a check would copy."""
        address = self.address()
        assert address is not None
        secret = load_secrets(self._settings)["admin"]
        with psycopg.connect(address.dsn(ADMIN, secret, WAREHOUSE), autocommit=True) as connection:
            for name in ("template0", "template1"):
                connection.execute(sql.SQL("alter database {} is_template false").format(sql.Identifier(name)))
            for name in ("postgres", "template0", "template1"):
                connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))

    def _create_databases(self, address: ServerAddress) -> None:
        if self._ready is None:
            super()._create_databases(address)

    def _create(self) -> None:
        if self._ready is None:
            super()._create()
            return
        self._make_root()
        shutil.copy(self._ready / SECRETS_FILE, self._settings.state_folder)
        shutil.copytree(self._ready / _DATA, self._data, copy_function=shutil.copyfile)
        for folder, _, names in os.walk(self._data):
            for path in (folder, *(os.path.join(folder, name) for name in names)):  # noqa: PTH118 -- of thousands
                self._give_to_account(path)


def _end(server: psutil.Process, how: signal.Signals | None) -> None:
    if how is None:
        server.kill()
    else:
        server.send_signal(how)
