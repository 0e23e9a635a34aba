"""Fixtures shared by all tests: a real PostgreSQL per module, and landing zones to fill it from."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
import structlog

from benchmarks.road import take_in
from ingestion.model.dbt import run_dbt
from ingestion.returns.catalogue import catalogue
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from tests.support.warehouses import Warehouses, cache_folder, settings_in

DATA_TABLES = (
    "ledger.build_node", "ledger.build_run", "ledger.checked_at_council", "ledger.council_task",
    "ledger.council_invitation", "ledger.decision", "ledger.finding", "ledger.mail",
    "ledger.model_build", "ledger.rule_result",
    "ledger.submission_file", "ledger.submission", "readings.reading", "raw.answer_rounds", "raw.answer_forms",
    "ledger.workshop_opening", "ledger.workshop_label", "ledger.workshop_mark", "ledger.workshop_picture",
    "ledger.workshop",
    *sorted({f"raw.{table}" for layout in catalogue().values() for table in layout.raw_tables}),
    *(
        f"pseudonymised.{table}"
        for layout in catalogue().values() if layout.is_person_level for table in layout.raw_tables
    ),
)  # fmt: skip

# A worker of xdist has a screen of 80 columns around it, and a console that is made then keeps that width,
# whatever a test asks for.
os.environ.pop("COLUMNS", None)

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("without_a_clock", deadline=None)
hypothesis.settings.load_profile("without_a_clock")

# A worker that starts a long module last keeps the others waiting.
LONGEST_FIRST = (
    "test_the_road", "test_workers", "test_nemesis", "test_readers_see_one_build", "test_quarantine",
    "test_incremental", "test_children", "test_history", "test_readings", "test_models", "test_packs",
    "test_published_figures", "test_disclosure", "test_pack_restated", "test_sign_off_of_packs", "test_quality",
    "test_national", "test_self_check",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first; the tests of a module stay together and in their order."""
    turns = {name: turn for turn, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: turns.get(item.path.stem, len(turns)))


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo after each test what a command of the club, run within this process, has set for logs."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of the real returns and published figures, which are not part of the project."""
    folder = Path(os.environ.get("CLUB_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real returns are not on this machine (CLUB_SHARED_DATA={folder})")
    return folder


@pytest.fixture(scope="session")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    """Return the warehouses that are made once and copied, for this test worker."""
    return Warehouses(tmp_path_factory, cache_folder())


@pytest.fixture(scope="module")
def prepared_home(warehouses: Warehouses) -> Iterator[Path]:
    """Provide the module's own state folder with a running server: migrated, all models built without returns."""
    with warehouses.empty() as settings:
        yield settings.home


@pytest.fixture
def settings(prepared_home: Path, tmp_path: Path) -> Iterator[Settings]:
    """Provide settings for an empty warehouse and an empty landing zone."""
    yield empty_warehouse(settings_in(prepared_home, tmp_path / "landing"))


@pytest.fixture(scope="module")
def sample_warehouse(warehouses: Warehouses) -> Iterator[Settings]:
    """Provide a warehouse built from the samples and tested by dbt: a failing data test fails the whole module."""
    with warehouses.of_samples() as settings:
        yield settings


@pytest.fixture
def loader(settings: Settings) -> Iterator[psycopg.Connection]:
    """Provide a connection for looking into the warehouse."""
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        yield connection


def empty_warehouse(settings: Settings) -> Settings:
    """Forget every return, but not what the models made of them; return the same settings."""
    with connect(settings, Role.ADMIN) as connection:
        # The keys of workshops are the officer's, and nobody else counts them.
        connection.execute(f"truncate {', '.join((*DATA_TABLES, 'workshop.key'))} restart identity cascade")
    return settings


def rows_of(connection: psycopg.Connection, table: str, where: str = "true") -> list[str]:
    """Return the rows of a table as text, in a fixed order, to compare one build with another."""
    return sorted(text for (text,) in connection.execute(f"select t::text from {table} as t where {where}"))


def what_others_read(settings: Settings) -> dict[str, list[str]]:
    """Return the rows of every table in the schemas that others read, but which build they are of."""
    with connect(settings, Role.ANALYST) as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname in ('marts', 'sharing') and tablename <> 'build' order by 1"
        ).fetchall()
        return {table: rows_of(connection, table) for (table,) in tables}


def build_everything(settings: Settings) -> None:
    """Write every model that is read anew, where it stands; dbt's tests run for `sample_warehouse`."""
    run_dbt(settings, "run", "--quiet", "--full-refresh", "--exclude", "build")


def run_road(settings: Settings, return_code: str = "pss_ex1") -> None:
    """Collect, check and decide one return, as its DAG does."""
    take_in(settings, return_code)
