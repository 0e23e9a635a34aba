"""Warehouses made once and copied for every module that needs one.

A built warehouse takes a minute to make and half a second to copy. Each is kept as the state folder of a stopped
server in a cache of this machine, under a digest of all that went into it, so that the next run finds it there;
whatever changes the product makes another.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from benchmarks.road import take_in
from ingestion.model.build import build_marts
from ingestion.returns.catalogue import catalogue
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.throwaway import ThrowawayServer
from samples import write_samples

# The files that a built warehouse depends on.
MADE_FROM = (
    "dbt_project/models", "dbt_project/seeds", "dbt_project/macros", "dbt_project/materializations",
    "dbt_project/tests", "dbt_project/dbt_project.yml", "expectations", "ingestion", "samples",
    "benchmarks/road.py", "requirements.lock", "tests/support/warehouses.py",
)  # fmt: skip
NOT_FROM = ("ingestion/backup", "ingestion/cli", "ingestion/feedback", "ingestion/mail")
KEPT = "kept"
# Where dbt keeps what it has parsed: for builds, and for what tests ask of the models that are read.
PARSED = [Path(room) / "target" / "partial_parse.msgpack" for room in ("dbt_build", "dbt")]
KEPT_DIGESTS = 4  # for switching between branches; about 150 MB each


class Warehouses:
    """The kept warehouses of this digest, and copies of them for one test worker.

    What dbt has parsed goes from one copy to the next.
    """

    def __init__(self, scratch: pytest.TempPathFactory, cache: Path) -> None:
        self._scratch = scratch
        self._cache = cache
        self._parsed = scratch.mktemp("dbt")

    @contextmanager
    def empty(self) -> Iterator[Settings]:
        """Provide a migrated warehouse, all models built without returns."""
        with self._copy_of("empty", self._build_empty) as settings:
            yield settings

    def put_empty(self, home: Path) -> None:
        """Put the same into a state folder, with no server running: for one that has to survive being killed."""
        copy_folder(self._kept("empty", self._build_empty), home)

    def put_samples(self, home: Path) -> None:
        """Put the samples, built, into a state folder in the same way."""
        copy_folder(self._kept("samples", self._build_samples), home)

    @contextmanager
    def of_samples(self) -> Iterator[Settings]:
        """Provide the samples, taken in, built and tested by dbt: a failing data test fails every user of it."""
        with self._copy_of("samples", self._build_samples) as settings:
            yield settings

    def _build_empty(self, draft: Path) -> None:
        settings = settings_in(draft)
        with ThrowawayServer(settings) as server:
            migrate(settings)
            build_marts(settings)
            _keep(server, draft)

    def _build_samples(self, draft: Path) -> None:
        with self._copy_of("empty", self._build_empty, draft) as settings:
            write_samples(Path(settings.landing))
            for return_code in catalogue():
                take_in(settings, return_code)
            build_marts(settings, full=True)
            _keep(ThrowawayServer(settings), draft)

    @contextmanager
    def _copy_of(self, name: str, build: Callable[[Path], None], home: Path | None = None) -> Iterator[Settings]:
        home = home or walkable(self._scratch.mktemp("club-home"))
        copy_folder(self._kept(name, build), home)
        _copy_parsed(self._parsed, home)
        settings = settings_in(home)
        with ExitStack() as stack:
            # Two workers that start at once must not both take the same port for free.
            with _locked(self._cache / "start.lock"):
                stack.enter_context(ThrowawayServer(settings))
            yield settings
        _copy_parsed(home, self._parsed)

    def _kept(self, name: str, build: Callable[[Path], None]) -> Path:
        """Return the folder of a kept warehouse; one worker makes it while the others wait."""
        kept = self._cache / name
        self._cache.mkdir(parents=True, exist_ok=True)
        with _locked(self._cache / f"{name}.lock"):
            if not kept.exists():
                draft = walkable(self._scratch.mktemp(f"draft-of-{name}"))
                build(draft)
                unfinished = kept.with_suffix(".unfinished")
                shutil.rmtree(unfinished, ignore_errors=True)
                copy_folder(draft / KEPT, unfinished)
                unfinished.rename(kept)
                shutil.rmtree(draft)
        return kept


def _copy_parsed(source: Path, target: Path) -> None:
    for parsed in PARSED:
        if (source / parsed).exists():
            (target / parsed).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / parsed, target / parsed)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(server: ThrowawayServer, home: Path) -> None:
    """Stop the server and set its state aside, before its data is removed."""
    address = server.address()
    assert address is not None
    server.stop()
    kept = home / KEPT
    kept.mkdir()
    for path in home.iterdir():
        if path.name not in (KEPT, "postgresql"):
            path.rename(kept / path.name)
    subprocess.run(["cp", "-a", address.data_folder.parent, kept / "postgresql"], check=True)


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder with owners and permissions, which PostgreSQL insists on."""
    target.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)


def settings_in(home: Path, landing: Path | None = None) -> Settings:
    """Return settings of the warehouse in a state folder that wait for no file to settle."""
    return Settings(home=home, landing_zone=str(landing or home / "landing"), warehouse_url=None, settle_seconds=0)


def walkable(folder: Path) -> Path:
    """Let the server's own user enter a folder; return the same folder."""
    for each in (folder, *folder.parents):
        if each.stat().st_uid == os.geteuid() and each != Path("/") and not each.stat().st_mode & 0o001:
            each.chmod(each.stat().st_mode | 0o011)
    return folder


def cache_folder() -> Path:
    """Return the folder of warehouses made from the current files; remove those that have long been unused."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    root = Path(base) / "club-tests"
    chosen = root / _digest()
    chosen.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    chosen.touch()
    by_age = sorted(root.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in by_age[KEPT_DIGESTS:]:
        shutil.rmtree(old, ignore_errors=True)
    return chosen


def _digest() -> str:
    """Hash names and bytes of everything that a warehouse is made from, and the Python version."""
    digest = hashlib.sha256(sys.version.encode())
    for root in (PROJECT_ROOT / name for name in MADE_FROM):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            name = str(path.relative_to(PROJECT_ROOT))
            if path.is_file() and "__pycache__" not in path.parts and not name.startswith(NOT_FROM):
                digest.update(f"{name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
