"""The world of a schedule: a small disk with a server and a state folder on it, which begin anew each time."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import ADMIN, CONFIGURATION, WAREHOUSE, EmbeddedServer
from tests.support.small_disk import SmallDisk
from tests.support.waiting import until
from tests.support.warehouses import Warehouses, cache_folder, copy_folder, settings_in, walkable

PRISTINE = "pristine"
# What a schedule changes in the state folder; dbt's rooms stay, as parsing takes longer than a build.
CHANGED = ("landing", "archive", "outbox")

# Commits are kept when the server is killed, but not when the machine is.
_CONFIGURATION = """
fsync = off
full_page_writes = off
autovacuum = off
shared_buffers = 64MB
max_wal_size = 96MB
min_wal_size = 32MB
"""


class NemesisServer(EmbeddedServer):
    """The product's server, but for the disk of a machine that nobody pulls the plug of."""

    _configuration = CONFIGURATION + _CONFIGURATION

    def __init__(self, settings: Settings, clock: Path | None) -> None:
        super().__init__(settings)
        self._clock = clock

    def _run(self, program: str, *arguments: str) -> None:
        """Run it with the clock that a file moves: decisions and retention go by the server's clock."""
        before = dict(os.environ)
        os.environ.update(_moved_by(self._clock) if self._clock else {})
        try:
            super()._run(program, *arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def kill(self) -> None:
        """Kill it the hard way; what it leaves running ends by itself."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._postmaster_pid() or 0, signal.SIGKILL)
        until(lambda: self.address() is None)

    def admin(self, database: str = WAREHOUSE) -> psycopg.Connection:
        """Connect to any of its databases, as the admin."""
        address = self.address()
        assert address is not None, "the server is down"
        dsn = address.dsn(ADMIN, load_secrets(self._settings)["admin"], database)
        return psycopg.connect(dsn, autocommit=True)


_LIBRARIES = ("usr/lib/*/faketime/libfaketime.so.1", "usr/lib/faketime/libfaketime.so.1")


def _library() -> Path | None:
    return next((path for pattern in _LIBRARIES for path in Path("/").glob(pattern)), None)


def _moved_by(clock: Path) -> dict[str, str]:
    return {
        "LD_PRELOAD": str(_library()),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


@dataclass
class World:
    """A warehouse that can be put back to where it began."""

    settings: Settings
    server: NemesisServer
    disk: SmallDisk | None
    clock: Path | None

    def begin_anew(self) -> None:
        """Put database and state folder back."""
        self.make_room()
        self.set_clock(0)
        self.start()
        with self.server.admin("postgres") as admin:
            for statement in ("drop database if exists {} with (force)",
                              "create database {} template pristine strategy file_copy"):  # fmt: skip
                admin.execute(sql.SQL(statement).format(sql.Identifier(WAREHOUSE)))
            _copy_rights(admin)
        for name in CHANGED:
            shutil.rmtree(self.settings.home / name, ignore_errors=True)
            copy_folder(self.settings.home / PRISTINE / name, self.settings.home / name)
        for left in self.settings.home.glob("backup-*"):
            left.unlink() if left.is_file() else shutil.rmtree(left)

    def start(self) -> None:
        """See to it that the server can be asked."""
        until(self._is_up, seconds=60, every=0.05)

    def _is_up(self) -> bool:
        try:
            self.server.start()
            self.server.admin().close()
        except psycopg.Error as error:
            return "does not exist" in str(error)
        return True

    def fill_disk(self) -> None:
        """Leave next to no room on the disk."""
        if self.disk:
            self.disk.fill()

    def make_room(self) -> None:
        """Give the disk its room back."""
        if self.disk:
            self.disk.make_room()

    def set_clock(self, seconds: int) -> None:
        """Move the clock of steps and server by so many seconds from the true time."""
        if self.clock:
            draft = self.clock.with_suffix(".draft")
            draft.write_text(f"{seconds:+d}\n")
            draft.chmod(0o644)
            draft.replace(self.clock)

    def keep_as_pristine(self) -> None:
        """Let schedules begin from what is there now."""
        kept = self.settings.home / PRISTINE
        for name in CHANGED:
            (self.settings.home / name).mkdir(exist_ok=True)
            kept.mkdir(exist_ok=True)
            copy_folder(self.settings.home / name, kept / name)
        with self.server.admin("postgres") as admin:
            admin.execute(f"alter database {WAREHOUSE} rename to {PRISTINE}")


@contextmanager
def small_world() -> Iterator[World]:
    """Provide a world of the migrated warehouse, in which no model has been built."""
    with (
        tempfile.TemporaryDirectory(prefix="club-nemesis-") as name,
        SmallDisk.mounted(walkable(Path(name))) as disk,
    ):
        home = (disk.folder if disk else Path(name)) / "home"
        scratch = _Scratch(Path(name))
        Warehouses(scratch, cache_folder()).put_empty(home)
        shutil.rmtree(home / "dbt_build", ignore_errors=True)
        settings = settings_in(home)
        clock = Path(name) / "clock" if _library() else None
        world = World(settings, NemesisServer(settings, clock), disk, clock)
        world.set_clock(0)
        world.server.start()
        try:
            _drop_models(settings)
            yield world
        finally:
            world.make_room()
            with contextlib.suppress(Exception):
                world.server.kill()
            world.server._clear_remains()


def _copy_rights(admin: psycopg.Connection) -> None:
    """Give the copy the rights on a database, which a template has no part in."""
    admin.execute(f"revoke all on database {WAREHOUSE} from public")
    rights = admin.execute(
        """
        select case grantee when 0 then 'public' else grantee::regrole::text end, privilege_type
        from pg_database cross join lateral aclexplode(datacl) where datname = %s and grantee <> datdba
        """,
        [PRISTINE],
    ).fetchall()
    for grantee, right in rights:
        admin.execute(f"grant {right} on database {WAREHOUSE} to {grantee}")


class _Scratch:
    """Folders for warehouses that have to be made first, as pytest's factory of temporary folders gives them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def mktemp(self, name: str) -> Path:
        return walkable(Path(tempfile.mkdtemp(prefix=name, dir=self._root)))


def _drop_models(settings: Settings) -> None:
    with connect(settings, Role.TRANSFORMER) as connection:
        schemas = connection.execute(
            "select nspname from pg_namespace where nspname ~ '^(marts|intermediate|sharing)'"
        ).fetchall()
    with connect(settings, Role.ADMIN) as admin:
        for (schema,) in schemas:
            admin.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))
    migrate(settings)
