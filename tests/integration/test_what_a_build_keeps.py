"""What a build leaves as it is: the tables it writes into, views, seeds that are loaded, its connections."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.model.build import build_marts
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import run_road
from tests.integration.test_incremental import send_more_hours

# The two sets of schemas change places with every build, so names do not say which of them a table is in.
STANDING = """
    select relname, relkind, oid from pg_class
    where
        relkind in ('r', 'v') and relname not like '%__dbt_%'
        and relnamespace::regnamespace::text ~ '^(intermediate|marts|sharing)(_next)?$'
"""
# Those of returns without new decisions are in both sets, too.
VIEWS_OF_ONE_SET = """
    select regexp_replace(schemaname, '_next$', ''), viewname from pg_views
    where schemaname ~ '^(intermediate|marts|sharing)(_next)?$'
    group by 1, 2 having count(*) <> 2
"""
SEEDS = """
    select relname, oid from pg_class
    where relnamespace = 'staging'::regnamespace and relname in (select seed from staging.loaded_seeds)
"""


@pytest.fixture
def build_of_changes(sample_warehouse: Settings) -> Callable[[], None]:
    """Builds after a resubmission, each into the other set of schemas than the one before."""

    def build() -> None:
        send_more_hours(Path(sample_warehouse.landing), "dudley")
        run_road(sample_warehouse)
        build_marts(sample_warehouse)

    return build


def asked(settings: Settings, query: str) -> set[tuple]:
    with connect(settings, Role.ADMIN) as connection:
        return set(connection.execute(query).fetchall())


def sessions(settings: Settings) -> int:
    """How many connections to the warehouse there have been."""
    with connect(settings, Role.ADMIN) as connection:
        (count,) = connection.execute(
            "select sessions from pg_stat_database where datname = current_database()"
        ).fetchone() or (0,)
    return count


def test_a_build_of_changes_makes_no_table_and_no_view(
    sample_warehouse: Settings, build_of_changes: Callable[[], None]
) -> None:
    """Slow, as it builds four times: after two of them both sets of schemas have their views."""
    build_of_changes()
    build_of_changes()
    before = asked(sample_warehouse, STANDING)
    connections = sessions(sample_warehouse)
    build_of_changes()
    connections = sessions(sample_warehouse) - connections
    build_of_changes()
    assert asked(sample_warehouse, STANDING) == before
    assert asked(sample_warehouse, VIEWS_OF_ONE_SET) == set()
    # Of 170 models and tests each would have had one of its own.
    assert connections < 60


def test_a_seed_is_loaded_again_only_when_it_or_its_table_has_changed(
    sample_warehouse: Settings, tmp_path: Path
) -> None:
    """Slow, as it builds everything twice."""
    loaded = asked(sample_warehouse, SEEDS)
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    aliases = project / "seeds" / "reference" / "authority_aliases.csv"
    alias = aliases.read_text().splitlines()[-1].split(",")
    aliases.write_text(aliases.read_text() + ",".join(["Dudlei", *alias[1:]]) + "\n")
    with connect(sample_warehouse, Role.TRANSFORMER) as connection:
        connection.execute("drop table staging.value_kinds cascade")

    build_marts(sample_warehouse, full=True, project=project)

    again = asked(sample_warehouse, SEEDS)
    assert {name for name, _ in again - loaded} == {"authority_aliases", "value_kinds"}
    assert {name for name, _ in again} == {name for name, _ in loaded}
    taken_in = "select count(*) from staging.authority_aliases where alias = 'Dudlei'"
    assert asked(sample_warehouse, taken_in) == {(1,)}
    assert asked(sample_warehouse, "select count(*) > 0 from staging.value_kinds") == {(True,)}
