"""Readers see one whole, tested build or the one before it, whatever becomes of a build and whoever reads.

The tests follow one another in one warehouse; the last ones compare with what a full build gives.
"""

import shutil
from pathlib import Path

import pytest

from ingestion.errors import ClubError
from ingestion.model.build import build_marts
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import run_road, what_others_read
from tests.integration.test_incremental import send_more_hours
from tests.support.disturbed_builds import AMID, UNCOMMITTED, build_at, reader_that_polls, state

KEYS = "select count(*) from pg_constraint where contype = 'f' and connamespace = 'marts'::regnamespace"


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Settings) -> Settings:
    return sample_warehouse


def send_again(settings: Settings, authority: str) -> None:
    send_more_hours(Path(settings.landing), authority)
    run_road(settings)


def test_a_reader_sees_the_build_before_or_the_one_after(warehouse: Settings) -> None:
    """Of the changes, and of everything. Slow, as it builds both."""
    for full in (False, True):
        before = state(warehouse)
        send_again(warehouse, "dudley")
        with reader_that_polls(warehouse) as seen:
            build_marts(warehouse, full=full)
        after = state(warehouse)
        assert before[0] != after[0] and before[2] != after[2]
        assert before in seen() and seen() <= {before, after}
    with connect(warehouse, Role.ANALYST) as connection:
        assert connection.execute(
            "select is_full, tests > 200, last_decision_id = (select max(decision_id) from ledger.decision)"
            " from marts.build"
        ).fetchall() == [(True, True, True)]


def test_a_build_that_fails_changes_nothing_that_is_read(warehouse: Settings, tmp_path: Path) -> None:
    """By a test that looks at what leaves the club, after all has been written."""
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project)
    # Tests are no definitions: this is a build of the changes.
    (project / "tests" / "figures" / "nothing_is_right.sql").write_text("select * from {{ ref('indicator') }}")
    before = what_others_read(warehouse)
    send_again(warehouse, "walsall")
    with pytest.raises(ClubError, match="nothing_is_right"):
        build_marts(warehouse, project=project)
    assert what_others_read(warehouse) == before
    build_marts(warehouse)
    assert what_others_read(warehouse) != before


# A tenth of what such a build writes; and twice in the transaction in which schemas change places.
MOMENTS = (5, AMID, UNCOMMITTED)


def test_a_build_that_is_killed_changes_nothing_that_is_read(warehouse: Settings) -> None:
    """Three are killed, one after the other; the next gives what they would have given, and all keys stand.

    Slow, as it builds four. More moments, each with a build of its own after it: `make bench-faults`.
    """
    before = state(warehouse)
    send_again(warehouse, "sandwell")
    with connect(warehouse, Role.ADMIN, autocommit=True) as admin:
        (keys,) = admin.execute(KEYS).fetchone() or (0,)
        with reader_that_polls(warehouse) as seen:
            for moment in MOMENTS:
                with build_at(warehouse, moment) as build:
                    build.kill()
            assert state(warehouse) == before
            build_marts(warehouse)
        after = state(warehouse)
        assert before[2] != after[2]
        assert seen() <= {before, after}
        assert admin.execute(KEYS).fetchone() == (keys,)


def test_an_idle_reader_holds_up_no_build_and_keeps_what_it_reads(warehouse: Settings) -> None:
    """Through three builds, of which the second needs the schemas that it is still in. Slow: it builds four."""
    with connect(warehouse, Role.ANALYST) as idle, connect(warehouse, Role.ADMIN, autocommit=True) as admin:
        (rows,) = idle.execute("select count(*) from marts.fct_measure").fetchone() or (0,)
        for authority in ("dudley", "walsall", "sandwell"):
            before = state(warehouse)
            send_again(warehouse, authority)
            build_marts(warehouse)
            assert state(warehouse)[0] != before[0]
        left = "select count(*) from pg_namespace where nspname ~ '^marts_left_'"
        assert admin.execute(left).fetchone() == (1,)
        assert idle.execute("select count(*) > 0 from marts.fct_measure").fetchone() == (rows > 0,)
        idle.rollback()
        of_changes = what_others_read(warehouse)
        build_marts(warehouse, full=True)
        assert admin.execute(left).fetchone() == (0,)
    assert what_others_read(warehouse) == of_changes


def test_what_belongs_to_a_table_is_the_same_in_both_sets_of_schemas(warehouse: Settings) -> None:
    """Copied after a full build, they have columns, indexes, comments and rights like those that dbt made."""
    facts = """
        select tables.relname, 'column', format('%%s %%s %%s', attname, atttypid::regtype, attnotnull)
        from pg_class as tables
        inner join pg_attribute on attrelid = tables.oid and attnum > 0
        where tables.relkind = 'r' and relnamespace = %(schema)s::regnamespace
        union all
        select tables.relname, 'constraint', pg_get_constraintdef(pg_constraint.oid)
        from pg_class as tables
        inner join pg_constraint on conrelid = tables.oid and contype <> 'f'
        where relnamespace = %(schema)s::regnamespace
        union all
        select tables.relname, 'index', regexp_replace(pg_get_indexdef(indexrelid), '^.* USING', '')
        from pg_class as tables
        inner join pg_index on indrelid = tables.oid
        where relnamespace = %(schema)s::regnamespace
        union all
        select tables.relname, 'comment', format('%%s %%s', objsubid, description)
        from pg_class as tables
        inner join pg_description on objoid = tables.oid
        where tables.relkind = 'r' and relnamespace = %(schema)s::regnamespace
        union all
        select tables.relname, 'policy', pg_get_expr(polqual, polrelid)
        from pg_class as tables
        inner join pg_policy on polrelid = tables.oid
        where relnamespace = %(schema)s::regnamespace
        union all
        select tables.relname, 'rights', right_of::text
        from pg_class as tables
        cross join lateral unnest(tables.relacl) as right_of
        where tables.relkind = 'r' and relnamespace = %(schema)s::regnamespace
        union all
        select tables.relname, 'rows', pg_get_userbyid(relowner) || reltuples::text
        from pg_class as tables
        where tables.relkind = 'r' and relnamespace = %(schema)s::regnamespace and relname <> 'build'
        order by 1, 2, 3
    """
    with connect(warehouse, Role.ADMIN) as connection:
        for room in ("intermediate", "marts", "sharing"):
            made = connection.execute(facts, {"schema": room}).fetchall()
            copied = connection.execute(facts, {"schema": f"{room}_next"}).fetchall()
            assert copied == made
            assert made


def test_nobody_reads_the_schemas_of_the_next_build(warehouse: Settings) -> None:
    for role in (Role.ANALYST, Role.BI, Role.LOADER, Role.OUTSIDE):
        with connect(warehouse, role) as connection:
            for room in ("intermediate_next", "marts_next", "sharing_next"):
                assert connection.execute(
                    "select has_schema_privilege(current_user, %s, 'usage')", [room]
                ).fetchone() == (False,)
