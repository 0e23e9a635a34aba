"""The models on the sample returns: contracts, keys, comments, rebuilds, reasons, and the queries for analysts."""

import csv
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from benchmarks.scale import guide_queries
from ingestion.model.dbt import run_dbt, write_docs
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.connection import Role, connect
from reporting.sharing import TABLES, write_release
from tests.conftest import rows_of

ANALYSES = sorted(path.stem for path in (DBT_PROJECT / "analyses").glob("*.sql"))
# What each query must find in the samples.
FOUND = {
    "trace_a_figure_to_its_source_rows": "days_homes",
    "why_is_a_figure_missing": "Telford and Wrekin",
    "placement_stability_beside_the_region": "Walsall",
    "figures_that_rest_on_an_assumption": None,
    "what_was_restated": "England",
    "a_figure_through_time": "Walsall",
    "figures_that_are_not_rated_a": None,
    "an_authority_beside_its_comparators": "Statistical neighbours of Dudley (model of 2025)",
    "where_to_look_first": "A1",
    "what_a_cost_rose_by_beyond_prices": None,
    "does_more_money_buy_more": None,
    "what_makes_the_difference": None,
    "who_has_not_sent_what": "definition_quiz",
    "how_fresh_is_what_is_read": "pss_ex1",
    "where_the_time_of_a_build_goes": "model.club.fct_comparison",
    "which_rules_find_the_most": "warning",
    "how_complete_are_the_members": "Dudley",
    "whose_rank_is_certain": "Walsall",
    "what_another_reading_would_make": None,
    "counted_here_beside_published": None,
    "where_a_series_breaks": None,
    "who_moved_more_than_chance": None,
    "what_others_have_tried": None,
    "answers_beside_a_figure": "Walsall",
    "types_of_authority_pooled": None,
    "which_figures_rest_on_a_measure": "denominator",
    "what_stays_in_the_club": "confidential",
}


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Settings) -> Settings:
    return sample_warehouse


@pytest.fixture(scope="module")
def analyst(warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(warehouse, Role.ANALYST, autocommit=True) as connection:
        yield connection


def marts_of(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("select tablename from pg_tables where schemaname = 'marts' order by tablename")
    return [name for (name,) in rows.fetchall()]


def test_the_unit_tests_of_the_models_pass(warehouse: Settings) -> None:
    """Slow, as dbt asks the database for each of its unit tests."""
    printed = run_dbt(warehouse, "test", "--select", "test_type:unit").printed
    assert "ERROR=0" in printed
    assert "PASS=0 " not in printed


# What the database itself knows


def test_every_mart_of_the_project_is_a_table(analyst: psycopg.Connection) -> None:
    """All but what is worked out where it is asked for.

    The readings are filled between two builds and have a table of their own; money in real terms is a division;
    tidy rows are joins of what stands in tables; a return becomes late without anything being built, and how the
    warehouse is has to be told also while no build succeeds.
    """
    models = [path for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql") if path.parent.name != "steps"]
    shown = sorted(
        path.stem
        for path in models
        if path.parent.name in ("readings", "tidy", "operations")
        or path.stem.endswith("_in_real_terms")
        or path.stem in ("return_status", "timeliness")
    )
    views = analyst.execute(
        "select viewname from pg_views where schemaname = 'marts' order by viewname"
    ).fetchall()
    assert [name for (name,) in views] == shown
    assert marts_of(analyst) == sorted({path.stem for path in models} - set(shown))


def test_the_marts_are_a_star_that_a_tool_can_read(analyst: psycopg.Connection) -> None:
    """Every relationship that the models state is a foreign key, also after a dimension was rebuilt."""
    keys = {
        (table, column, other)
        for table, column, other in analyst.execute(
            """
            select 'marts.' || pointing.relname, columns.attname, 'marts.' || of.relname
            from pg_constraint as keys
            inner join pg_class as pointing on keys.conrelid = pointing.oid
            inner join pg_class as of on keys.confrelid = of.oid
            inner join pg_attribute as columns
                on keys.conrelid = columns.attrelid and columns.attnum = any(keys.conkey)
            where keys.contype = 'f' and keys.connamespace = 'marts'::regnamespace
            """
        )
    }
    for fact in ("fct_measure", "fct_indicator", "fct_comparison"):
        assert (f"marts.{fact}", "authority_code", "marts.dim_authority") in keys
        assert (f"marts.{fact}", "period_code", "marts.dim_period") in keys
    for fact in ("fct_indicator", "fct_comparison", "bridge_indicator_measure"):
        assert (f"marts.{fact}", "definition_version", "marts.dim_indicator") in keys
    assert ("marts.bridge_measure_source", "submission_id", "marts.dim_submission") in keys
    assert ("marts.fct_driver", "authority_code", "marts.dim_authority") in keys
    assert ("marts.fct_measure", "measure_code", "marts.dim_measure") in keys
    for fact in ("fct_indicator", "fct_comparison"):
        assert (f"marts.{fact}", "indicator_key", "marts.dim_indicator") in keys
    # Only some of its values are comparator sets.
    assert ("marts.fct_driver", "compared_with", "marts.dim_comparator_set") not in keys


def test_a_bi_tool_sees_every_key_and_can_still_write_nothing(warehouse: Settings) -> None:
    """Where tools look: PostgreSQL shows the keys there to nobody who has SELECT alone."""
    shown = "select count(*) from information_schema.{} where constraint_schema = 'marts'"
    with connect(warehouse, Role.BI, autocommit=True) as bi:
        (there,) = bi.execute(
            "select count(*) from pg_constraint where contype = 'f' and connamespace = 'marts'::regnamespace"
        ).fetchone() or (0,)
        assert there > 80
        assert bi.execute(shown.format("referential_constraints").encode()).fetchone() == (there,)
        assert bi.execute(
            shown.format("table_constraints").encode() + b" and constraint_type = 'FOREIGN KEY'"
        ).fetchone() == (there,)
        assert bi.execute("select count(*) > 0 from fct_indicator inner join dim_indicator using (indicator_key)")
        # What the key would let a login do, if it could create a table.
        bi.execute("set default_transaction_read_only = off")
        for statement in (
            "create table marts.mine (p text references marts.dim_period)",
            "create temporary table mine (p text references marts.dim_period)",
            "update marts.dim_period set title = ''",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                bi.execute(statement.encode())


def test_periods_sort_by_a_number(analyst: psycopg.Connection) -> None:
    rows = analyst.execute("select period_code from marts.dim_period order by sort_order").fetchall()
    assert rows == sorted(rows) and len(rows) > 5


def test_the_descriptions_of_all_marts_are_one_page(warehouse: Settings) -> None:
    page = write_docs(warehouse)
    assert page == warehouse.outbox / "_club" / "warehouse.html"
    text = page.read_text(encoding="utf-8")
    assert "model.club.fct_indicator" in text and "source.club.ledger.submission" in text


def test_every_mart_has_a_primary_key(analyst: psycopg.Connection) -> None:
    keyed = analyst.execute(
        "select conrelid::regclass::text from pg_constraint"
        " where contype = 'p' and connamespace = 'marts'::regnamespace"
    ).fetchall()
    assert {name.removeprefix("marts.") for (name,) in keyed} == set(marts_of(analyst))


@pytest.mark.parametrize("schema", ["marts", "sharing", "intermediate", "staging"])
def test_every_table_and_column_says_what_it_is(schema: str, warehouse: Settings) -> None:
    with connect(warehouse, Role.TRANSFORMER) as connection:
        silent = connection.execute(
            """
            select relname, attname
            from pg_class
            inner join pg_attribute on attrelid = pg_class.oid and attnum >= 0 and not attisdropped
            where
                relnamespace = %s::regnamespace
                and relkind in ('r', 'v')
                and col_description(pg_class.oid, attnum) is null
            union all
            select relname, null
            from pg_class
            where
                relnamespace = %s::regnamespace
                and relkind in ('r', 'v')
                and obj_description(pg_class.oid, 'pg_class') is null
            """,
            [schema, schema],
        ).fetchall()
    assert silent == []


def test_an_analyst_reads_marts_and_changes_nothing(analyst: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        analyst.execute("create table marts.mine (n integer)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        analyst.execute("select * from raw.pss_ex1_cells limit 1")


# What the figures say


def test_marts_rebuilt_with_nothing_new_are_equal_row_for_row(
    warehouse: Settings, analyst: psycopg.Connection
) -> None:
    """Slow, as all models are run."""

    def rows() -> dict[str, list[str]]:
        return {mart: rows_of(analyst, f"marts.{mart}") for mart in marts_of(analyst)}

    before = rows()
    run_dbt(warehouse, "run", "--quiet")
    # Control totals come with a national collection, and children's returns are not among the samples.
    without_workshops = {mart for mart in before if mart.startswith("workshop_")}
    assert {mart for mart, found in before.items() if not found} == {
        "control_total", "reconciliation_of_days", *without_workshops
    }  # fmt: skip
    assert rows() == before


def test_a_rejected_return_shows_as_missing_with_its_reason(analyst: psycopg.Connection) -> None:
    """Telford and Wrekin sent no spend file for 2007-08; its first year stays as it is."""
    (submission, state, in_force) = analyst.execute(
        "select submission_id, state, is_in_force from marts.dim_submission"
        " where sender = 'telford-and-wrekin' and return_code = 'pss_ex1' and period_code = '2007-08'"
    ).fetchone() or (None, None, None)
    rows = analyst.execute(
        "select period_code, indicator_code, value, missing_reason, submission_ids from marts.fct_indicator"
        " where authority_code = 'telford-and-wrekin' and basis = 'submitted' order by indicator_code"
    ).fetchall()
    rejected = [row for row in rows if row[0] == "2007-08"]
    assert (state, in_force) == ("rejected", False)
    assert {row[1] for row in rejected} >= {"B8", "B9", "B10", "B17", "E44", "U2.56"}
    for _, _, value, reason, submission_ids in rejected:
        assert value is None
        assert submission_ids is None
        assert reason.startswith("The form of ") or reason == (
            f"The pss_ex1 return for 2007-08 (submission {submission}) is rejected; see its feedback report"
        )
    assert all(
        value is not None or reason.startswith("The form of ")
        for period, _, value, reason, _ in rows
        if period == "2006-07"
    )


def test_published_unit_costs_are_equal_or_say_why_not(analyst: psycopg.Connection) -> None:
    """The samples' own unit costs are worked out a second time, without the register."""
    rows = analyst.execute(
        "select authority_code, unit_cost_ref, status, reason from marts.reconciliation"
        " where published is not null"
    ).fetchall()
    assert {ref for _, ref, _, _ in rows} >= {"1.1", "1.2A", "1.7", "2.3", "2.22", "2.26"}
    unequal = {(authority, status) for authority, _, status, _ in rows if status != "equal"}
    # Neither sent a return for 2007-08 that could be accepted.
    assert unequal == {("sandwell", "not_computed"), ("telford-and-wrekin", "not_computed")}
    reasons = {reason for _, _, status, reason in rows if status != "equal"}
    assert sorted("is rejected" in reason or "('n/k' in activity.csv" in reason for reason in reasons) == [
        True,
        True,
    ]
    # Their columns go by their position: none of them is one that nobody reads.
    found = "select count(*) from ledger.finding inner join ledger.submission using (submission_id)"
    assert analyst.execute(f"{found} where return_code = 'pss_unit_costs'").fetchone() == (0,)


def test_an_uncounted_week_is_missing_and_not_zero(analyst: psycopg.Connection) -> None:
    row = analyst.execute(
        "select value, denominator, missing_reason from marts.fct_indicator"
        " where authority_code = 'coventry' and period_code = '2006-07' and indicator_code = 'B17'"
    ).fetchone()
    assert row is not None
    assert row[:2] == (None, None)
    assert "hh1_hours_la has no figure ('..' in activity.csv, line " in row[2]
    assert "hh1_hours_independent has no figure ('..' in activity.csv, line " in row[2]


def test_a_missing_figure_is_in_no_comparison(analyst: psycopg.Connection) -> None:
    rows = analyst.execute(
        "select authority_code, n from marts.fct_comparison"
        " where indicator_code = 'B17' and period_code = '2006-07' and comparator_set = 'region'"
    ).fetchall()
    assert "coventry" not in {authority for authority, _ in rows}
    assert {n for _, n in rows} == {len(rows)}


def test_shropshire_is_a_shire_then_and_a_unitary_today(analyst: psycopg.Connection) -> None:
    periods = dict(
        analyst.execute(
            "select period_code, authority_type from marts.placement_stability"
            " where authority_code = 'shropshire' order by period_code"
        ).fetchall()
    )
    today = analyst.execute(
        "select authority_type from marts.dim_authority where authority_code = 'shropshire'"
    ).fetchone()
    sets = analyst.execute(
        "select distinct comparator_title from marts.fct_comparison where authority_code = 'shropshire'"
        " and period_code = '2006-07' and comparator_set = 'own_type'"
    ).fetchall()
    assert {periods["2006-07"], periods["2007-08"]} == {"shire county"}
    assert {kind for period, kind in periods.items() if period >= "2009-10"} == {"unitary authority"}
    assert today == ("unitary authority",)
    assert sets == [("Councils of the same type: shire county",)]


# What leaves the club


@pytest.fixture(scope="module")
def outside(warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(warehouse, Role.OUTSIDE, autocommit=True) as connection:
        yield connection


def test_every_table_that_may_leave_has_a_primary_key(outside: psycopg.Connection) -> None:
    tables = outside.execute("select tablename from pg_tables where schemaname = 'sharing'").fetchall()
    keyed = outside.execute(
        "select relname from pg_constraint inner join pg_class on pg_class.oid = conrelid"
        " where contype = 'p' and connamespace = 'sharing'::regnamespace"
    ).fetchall()
    assert {name for (name,) in tables} == {name for (name,) in keyed} == set(TABLES)


def test_a_small_count_leaves_neither_by_itself_nor_in_what_is_made_of_it(
    analyst: psycopg.Connection, outside: psycopg.Connection
) -> None:
    """Of an authority with few people in a service: its unit cost is divided by them."""
    (authority, period, measure) = analyst.execute(
        "select place_code, period_code, measure_code from marts.fct_disclosure"
        " inner join marts.bridge_indicator_measure using (measure_code)"
        " where geography = 'local_authority' and reason = 'small' order by 1, 2, 3 limit 1"
    ).fetchone() or (None, None, None)
    true = analyst.execute(
        "select value from marts.fct_measure"
        " where (authority_code, period_code, measure_code, basis) = (%s, %s, %s, 'submitted')",
        [authority, period, measure],
    ).fetchone()
    assert true is not None and 1 <= true[0] <= 5
    assert outside.execute(
        "select value, not_shown from sharing.measure"
        " where (place_code, period_code, measure_code, basis) = (%s, %s, %s, 'submitted')",
        [authority, period, measure],
    ).fetchone() == (None, "confidential")
    made_of_it = [
        code
        for (code,) in analyst.execute(
            "select indicator_code from marts.bridge_indicator_measure inner join marts.fct_indicator"
            " using (indicator_code, definition_version)"
            " where measure_code = %s and authority_code = %s and period_code = %s and value is not null",
            [measure, authority, period],
        )
    ]
    assert made_of_it
    shown = outside.execute(
        "select value, not_shown from sharing.indicator"
        " where authority_code = %s and period_code = %s and basis = 'submitted' and indicator_code = any(%s)",
        [authority, period, made_of_it],
    ).fetchall()
    assert set(shown) == {(None, "confidential")}


def test_the_release_holds_what_may_leave_and_says_what_does_not(
    warehouse: Settings, outside: psycopg.Connection, tmp_path: Path
) -> None:
    written = write_release(warehouse, tmp_path)
    assert [path.name for path in written] == ["README.md", *(f"{name}.csv" for name in TABLES)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in written)
    with (tmp_path / "measure.csv").open(encoding="utf-8", newline="") as file:
        measures = list(csv.DictReader(file))
    (rows, confidential) = outside.execute(
        "select count(*), count(*) filter (where not_shown = 'confidential') from sharing.measure"
    ).fetchone() or (0, 0)
    assert len(measures) == rows
    hidden = [row for row in measures if row["not_shown"] == "confidential"]
    assert len(hidden) == confidential > 0
    assert {row["value"] for row in hidden} == {""}
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert f"of which {confidential:,} are confidential" in readme
    assert all(f"| `{column}` |" in readme for column in measures[0])
    before = {path: path.read_bytes() for path in written}
    write_release(warehouse, tmp_path)
    assert {path: path.read_bytes() for path in written} == before


# Queries for analysts


@pytest.fixture(scope="module")
def compiled(warehouse: Settings) -> Path:
    run_dbt(warehouse, "compile", "--quiet", "--select", "path:analyses")
    return warehouse.state_folder / "dbt" / "target" / "compiled" / "club" / "analyses"


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_runs_with_the_analysts_login(name: str, compiled: Path, analyst: psycopg.Connection) -> None:
    rows = analyst.execute((compiled / f"{name}.sql").read_bytes()).fetchall()
    if FOUND[name] is not None:
        assert any(FOUND[name] in row for row in rows)


@pytest.mark.parametrize("heading", guide_queries())
def test_a_query_of_the_guide_runs_with_the_analysts_login(heading: str, analyst: psycopg.Connection) -> None:
    assert analyst.execute(guide_queries()[heading].encode()).description


# Side by side


def test_views_are_dropped_one_at_a_time(warehouse: Settings) -> None:
    """Two threads that drop views with common dependents would break each other off as a deadlock.

    Slow, as dbt starts and waits.
    """
    with (
        ThreadPoolExecutor(1) as pool,
        connect(warehouse, Role.TRANSFORMER, autocommit=True) as other,
        connect(warehouse, Role.TRANSFORMER) as holder,
    ):
        holder.execute("select from ledger.step where step = 'drop a relation' for update")
        run = pool.submit(run_dbt, warehouse, "run", "--quiet", "--select", "int_authority_periods")
        while not other.execute("select 1 from pg_locks where not granted").fetchone():
            assert not run.done(), run.result()
            time.sleep(0.05)
        holder.rollback()
        run.result()
