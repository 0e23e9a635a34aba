"""A build of the changes alone gives what a build of everything gives, and leaves the rest alone."""

import csv
from pathlib import Path

import psycopg
import pytest

from ingestion.database.connection import Role, connect
from ingestion.modelling import build_marts
from ingestion.samples import write_samples
from ingestion.settings import Settings
from tests.conftest import DATA_TABLES, run_road

pytestmark = pytest.mark.xdist_group("incremental")  # one warehouse for the whole module

FIGURES = (
    "marts.fct_measure", "marts.fct_indicator", "marts.fct_comparison", "marts.bridge_measure_source",
    "marts.fct_disclosure", "sharing.measure", "sharing.indicator", "sharing.comparison",
)  # fmt: skip


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("growing") / "landing"


@pytest.fixture(scope="module")
def warehouse(prepared_home: Path, landing: Path) -> Settings:
    """Two years of samples, built; then Dudley sends 2006-07 again with other hours of home care."""
    write_samples(landing)
    settings = Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(f"truncate {', '.join(DATA_TABLES)} restart identity cascade")
    run_road(settings)
    build_marts(settings)
    return settings


def rows(settings: Settings, table: str, where: str = "true") -> list[str]:
    with connect(settings, Role.ANALYST) as connection:
        found = connection.execute(f"select t::text from {table} as t where {where}")
        return sorted(text for (text,) in found)


def written_rows(connection: psycopg.Connection, mart: str) -> dict[str, int]:
    """How many rows of each authority were written by the newest transaction that wrote any."""
    found = connection.execute(
        f"""
        select authority_code, count(*) from marts.{mart}
        where xmin::text::bigint = (select max(xmin::text::bigint) from marts.{mart})
        group by authority_code
        """
    )
    return dict(found.fetchall())


def test_a_resubmission_is_built_alone_and_gives_what_a_full_build_gives(
    warehouse: Settings, landing: Path
) -> None:
    before = rows(warehouse, "marts.fct_indicator", "authority_code <> 'dudley'")
    path = landing / "dudley" / "pss_ex1" / "2006-07" / "activity.csv"
    lines = list(csv.reader(path.read_text().splitlines()))
    (hours,) = (cells for cells in lines if cells[0].lower().startswith("table 1 line 4 column a"))
    hours[1] = str(int(hours[1]) + 100)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(lines)
    run_road(warehouse)
    build_marts(warehouse)

    with connect(warehouse, Role.ADMIN) as connection:
        assert set(written_rows(connection, "fct_indicator")) == {"dudley"}
        assert set(written_rows(connection, "fct_measure")) == {"dudley"}
    assert rows(warehouse, "marts.fct_indicator", "authority_code <> 'dudley'") == before
    of_changes = {table: rows(warehouse, table) for table in FIGURES}
    build_marts(warehouse, full=True)
    assert {table: rows(warehouse, table) for table in FIGURES} == of_changes


def test_a_first_return_of_a_year_opens_it_for_every_member(warehouse: Settings, landing: Path) -> None:
    """From then on the silent ones show as missing, without a full build."""
    write_samples(landing / "more", periods=("2005-06",))
    (landing / "more" / "dudley" / "pss_ex1" / "2005-06").rename(landing / "dudley" / "pss_ex1" / "2005-06")
    run_road(warehouse)
    build_marts(warehouse)
    with connect(warehouse, Role.ANALYST) as connection:
        shown = connection.execute(
            "select authority_code, value is null from marts.fct_indicator"
            " where period_code = '2005-06' and indicator_code = 'B9' and basis = 'submitted'"
        ).fetchall()
        (previous,) = connection.execute(
            "select previous_value from marts.fct_comparison where authority_code = 'dudley'"
            " and period_code = '2006-07' and indicator_code = 'B9' and comparator_set = 'region'"
        ).fetchone() or (None,)
    assert len(shown) == 14
    assert {authority for authority, is_missing in shown if not is_missing} == {"dudley"}
    assert previous is not None
    of_changes = {table: rows(warehouse, table) for table in FIGURES}
    build_marts(warehouse, full=True)
    assert {table: rows(warehouse, table) for table in FIGURES} == of_changes
