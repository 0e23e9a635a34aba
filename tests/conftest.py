"""Fixtures shared by all tests: a real PostgreSQL of each worker's own, and landing zones to fill it from."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from benchmarks.road import take_in
from ingestion.model.build import build_marts, prepare_crosswalk
from ingestion.returns.catalogue import catalogue
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.server import EmbeddedServer
from samples import write_samples

DATA_TABLES = (
    "ledger.decision", "ledger.finding", "ledger.model_build", "ledger.rule_result", "ledger.submission_file",
    "ledger.submission",
    *sorted({f"raw.{table}" for layout in catalogue().values() for table in layout.raw_tables}),
    *(
        f"pseudonymised.{table}"
        for layout in catalogue().values() if layout.is_person_level for table in layout.raw_tables
    ),
)  # fmt: skip


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real returns and published figures; they are not part of the project."""
    folder = Path(os.environ.get("CLUB_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real returns are not on this machine (CLUB_SHARED_DATA={folder})")
    return folder


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder with a running server, migrated, with the crosswalk built; one for each test worker."""
    home = tmp_path_factory.mktemp("club-home")
    for folder in (home, *home.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/") and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)  # the server's own user must be able to walk here
    settings = Settings(home=home, landing_zone=str(home / "landing"), warehouse_url=None, settle_seconds=0)
    server = EmbeddedServer(settings)
    server.start()
    migrate(settings)
    prepare_crosswalk(settings)
    yield home
    server.stop()


@pytest.fixture
def settings(prepared_home: Path, tmp_path: Path) -> Iterator[Settings]:
    """Settings for an empty warehouse and an empty landing zone."""
    chosen = Settings(
        home=prepared_home, landing_zone=str(tmp_path / "landing"), warehouse_url=None, settle_seconds=0
    )
    yield empty_warehouse(chosen)


@pytest.fixture(scope="module")
def sample_warehouse(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse built from the samples, and tested by dbt: a failing data test fails the whole module."""
    landing = tmp_path_factory.mktemp("samples") / "landing"
    write_samples(landing)
    chosen = Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    empty_warehouse(chosen)
    for return_code in catalogue():
        run_road(chosen, return_code)
    build_marts(chosen)
    return chosen


@pytest.fixture
def loader(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection to look into the warehouse with."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        yield connection


def empty_warehouse(settings: Settings) -> Settings:
    """Forget every return; what the models made of them stays until they are built again. The same settings."""
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(f"truncate {', '.join(DATA_TABLES)} restart identity cascade")
    return settings


def rows_of(connection: psycopg.Connection, table: str, where: str = "true") -> list[str]:
    """Its rows as text, in one order: to hold one build against another."""
    return sorted(text for (text,) in connection.execute(f"select t::text from {table} as t where {where}"))


def what_others_read(settings: Settings) -> dict[str, list[str]]:
    """The rows of every table that leaves the builders' rooms."""
    with connect(settings, Role.ANALYST) as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname in ('marts', 'sharing') order by 1"
        ).fetchall()
        return {table: rows_of(connection, table) for (table,) in tables}


def run_road(settings: Settings, return_code: str = "pss_ex1") -> None:
    """Collect, check and decide one return, as its DAG does."""
    take_in(settings, return_code)
