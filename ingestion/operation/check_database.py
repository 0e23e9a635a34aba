"""The database of an authority's own check: a copy, thrown away afterwards, of one that is kept ready.

Making one takes longer than most checks: schemas, roles, and the crosswalk that dbt builds. So it is made once for
each version of the definitions and kept in the user's cache. A distribution without dbt brings it along as a dump.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from ingestion.settings import DBT_PROJECT, DEFINITIONS, PROJECT_ROOT, RETURNS, Settings
from ingestion.warehouse.connection import Role, connect, role_name
from ingestion.warehouse.processes import one_process
from ingestion.warehouse.programs import server_version
from ingestion.warehouse.roles import create_roles
from ingestion.warehouse.throwaway import CheckServer

# In the distribution that an authority installs: everything that is in the database.
DUMP = DEFINITIONS / "warehouse.sql"

# What it is made from in a checkout.
_MADE_FROM = (
    *(DBT_PROJECT / name for name in ("models", "seeds", "macros", "materializations", "dbt_project.yml")),
    RETURNS,
    PROJECT_ROOT / "ingestion" / "warehouse",
)
_KEPT = 2  # of this version, and of the one before

# A progress callback, called with a sentence for each step.
Say = Callable[[str], None]


@contextmanager
def check_database(say: Say) -> Iterator[Settings]:
    """Provide a warehouse with everything that checks need, in a temporary folder that goes with the block."""
    ready = _keep_ready(say)
    with _home() as settings:
        say("Starting a database that is thrown away afterwards")
        with CheckServer(settings, ready) as server:
            if ready is None:
                _fill(server, settings)
            yield settings


def write_dump(target: Path, say: Say) -> None:
    """Write everything that is in such a database as SQL, for the distribution that an authority installs."""
    with _home() as settings, CheckServer(settings) as server:
        say("Filling a database")
        _fill(server, settings)
        server.dump(target)


@contextmanager
def _home() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="club-check-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # the database runs as a user of its own, which has to pass
        yield Settings(
            home=home, landing_zone=str(home / "landing"), warehouse_url=None, archive_place=None,
            outbox_place=None, secrets_from="home",
        )  # fmt: skip


def _keep_ready(say: Say) -> Path | None:
    """Return the folder of the database that is kept ready, made if needed; None where none can be kept."""
    cache = _cache_folder()
    ready = cache / _digest()
    if ready.is_dir():
        return ready
    try:
        cache.mkdir(parents=True, exist_ok=True)
        cache.chmod(0o700)
        with one_process(cache / "making.lock"):
            if not ready.is_dir():
                say("Preparing the database of checks, which is done once for each version")
                _make(ready)
                _forget_old(cache)
    except OSError:  # an account without a folder of its own
        return None
    return ready


def _make(ready: Path) -> None:
    with _home() as settings, CheckServer(settings) as server:
        _fill(server, settings)
        server.keep(ready)


def _fill(server: CheckServer, settings: Settings) -> None:
    if DUMP.exists():
        with connect(settings, Role.ADMIN) as connection:
            create_roles(connection, settings)
        server.restore(DUMP)
    else:
        # Neither dbt nor Alembic comes with a distribution that has a dump.
        from ingestion.model.crosswalk import prepare_crosswalk
        from ingestion.warehouse.migrate import migrate

        migrate(settings)
        prepare_crosswalk(settings)
    _disable_foreign_key_checks(settings)


def _disable_foreign_key_checks(settings: Settings) -> None:
    """Write millions of findings with foreign-key checks disabled: one process writes both ends of each key."""
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(
            sql.SQL("alter role {} set session_replication_role = replica").format(
                sql.Identifier(role_name(Role.LOADER))
            )
        )


def _cache_folder() -> Path:
    """Return the folder for such databases: in the cache of the user, wherever the system has that."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "club-check"


def _digest() -> str:
    """Hash everything that the database is made from."""
    digest = hashlib.sha256(server_version().encode())
    for root in (DUMP,) if DUMP.exists() else _MADE_FROM:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.suffix != ".pyc" and path.is_file():
                digest.update(f"{path.relative_to(DEFINITIONS)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _forget_old(cache: Path) -> None:
    made = sorted((each for each in cache.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime)
    for old in made[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
