"""A warehouse of an older version is brought to this one in place, and its figures stay.

One build of its own. The fixture is made by `tests/support/older_warehouse.py`; all in it is invented.
"""

import lzma
from collections.abc import Iterator

import pytest
from psycopg.rows import tuple_row

from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.settings import Settings
from ingestion.warehouse.clients import run_client
from ingestion.warehouse.connection import Role, connect, conninfo
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.revisions import known_revisions, revision_of
from ingestion.warehouse.roles import create_roles
from ingestion.warehouse.throwaway import ThrowawayServer
from tests.support.older_warehouse import FIXTURE
from tests.support.warehouses import settings_in, walkable

Key = tuple[str, ...]
Figure = tuple[object, ...]

_FIGURES = """
select
    authority_code, period_code, indicator_code, definition_version::text, basis,
    round(numerator::numeric, 6), round(denominator::numeric, 6), round(value::numeric, 6)
from marts.fct_indicator
where value is not null
"""


def figures(settings: Settings) -> dict[Key, Figure]:
    with connect(settings, Role.ADMIN) as connection:
        rows = connection.cursor(row_factory=tuple_row).execute(_FIGURES).fetchall()
    return {row[:5]: row[5:] for row in rows}


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Provide the warehouse as the older version left it."""
    folder = walkable(tmp_path_factory.mktemp("older"))
    settings = settings_in(folder / "home")
    dump = folder / "older.sql"
    dump.write_bytes(lzma.decompress(FIXTURE.read_bytes()))
    with ThrowawayServer(settings):
        with connect(settings, Role.ADMIN) as connection:
            create_roles(connection, settings)
        run_client(
            "psql", conninfo(settings, Role.ADMIN), "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1",
            "--file", str(dump),
        )  # fmt: skip
        yield settings


@pytest.fixture(scope="module")
def before_and_after(older: Settings) -> tuple[dict[Key, Figure], dict[Key, Figure], str | None, str | None]:
    """Upgrade as `club up` and `club load` do; return the figures and revisions of both versions."""
    with connect(older, Role.ADMIN) as connection:
        was = revision_of(connection)
    before = figures(older)
    migrate(older)
    prepare_crosswalk(older)
    build_marts(older)
    with connect(older, Role.ADMIN) as connection:
        now = revision_of(connection)
    return before, figures(older), was, now


def test_the_schema_is_brought_up_from_an_older_revision(before_and_after):
    *_, was, now = before_and_after
    assert was == "0008"
    assert now == known_revisions()[0]


def test_the_figures_of_the_older_version_stay(before_and_after):
    before, after, *_ = before_and_after
    shared = before.keys() & after.keys()
    assert len(shared) > 1000
    assert {key: (before[key], after[key]) for key in shared if before[key] != after[key]} == {}
    assert before.keys() - after.keys() == set()


def test_nothing_that_was_decided_is_decided_anew(older: Settings, before_and_after):
    with connect(older, Role.LOADER) as connection:
        decided = connection.execute(
            "select decided_by, count(*) from ledger.decision group by decided_by order by 1"
        ).fetchall()
        states = dict(
            connection.execute("select state, count(*) from ledger.submission group by state").fetchall()
        )
    assert decided == [("rules", 26)]
    assert states == {"accepted": 25, "accepted_with_warnings": 1}
