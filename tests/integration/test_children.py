"""Children's returns through the models: what is counted, who sees a child, and what a change renews."""

from pathlib import Path
from shutil import rmtree

import psycopg
import pytest

from ingestion.model.build import build_marts
from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, authority_url, connect
from ingestion.warehouse.roles import READER_ROLES
from samples import write_samples
from tests.conftest import build_everything, rows_of, run_road, what_others_read
from tests.support.children import Row, episode, send
from tests.support.warehouses import settings_in

CHILD_TABLES = (
    "staging.stg_ssda903__episodes", "staging.stg_ssda903__header", "staging.stg_ssda903__missing",
    "intermediate.int_cla__episodes", "intermediate.int_cla__steps", "intermediate.int_cla__placements",
    "intermediate.int_cla__periods_of_care", "intermediate.int_cla__children",
)  # fmt: skip


def of_2005_06() -> list[Row]:
    """Four children of Dudley: Ann and Bob stay, Cas leaves, Dee is adopted."""
    return [
        episode("ann", "2003-09-01", "S", "U6", "2006-01-10", age_at_end=8),
        episode("ann", "2006-01-10", "P", "U6", placement_address_id="second", age_at_end=8),
        episode("bob", "2003-06-01", "S", "K2", age_at_end=12, place_provider="PR4", urn="SC1", cin="N5"),
        episode("cas", "2005-05-01", "S", "U6", "2005-08-01", rec="E4A", age_at_end=3),
        episode("dee", "2004-04-01", "S", "A6", "2005-12-01", rec="E11", age_at_end=2),
    ]


def of_2006_07() -> list[Row]:
    """A return holds what was open in its year: how long Ann and Bob are looked after stands in the one before."""
    return [
        episode("ann", "2006-01-10", "P", "U6", "2006-07-01", placement_address_id="second", age_at_end=9),
        episode("ann", "2006-07-01", "P", "T1", "2006-07-20", placement_address_id="hospital", age_at_end=9),
        episode("ann", "2006-07-20", "P", "U6", "2006-09-01", placement_address_id="second", age_at_end=9),
        episode("ann", "2006-09-01", "P", "U6", placement_address_id="third", age_at_end=9),
        episode("bob", "2003-06-01", "S", "K2", "2007-02-01", place_provider="PR4", urn="SC1", age_at_end=13),
        episode("bob", "2007-02-01", "L", "K2", place_provider="PR4", urn="SC1", cin="N5", age_at_end=13),
    ]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PSS EX1 of Dudley and Walsall for 2006-07."""
    folder = tmp_path_factory.mktemp("children") / "landing"
    write_samples(folder, periods=("2006-07",))
    for sender in folder.iterdir():
        if sender.name not in ("dudley", "walsall"):
            rmtree(sender)
    return folder


@pytest.fixture(scope="module")
def warehouse(prepared_home: Path, landing: Path) -> Settings:
    """Dudley has sent the children of two years, Walsall only PSS EX1."""
    settings = settings_in(prepared_home, landing)
    run_road(settings)
    missing = {"child_id": "bob", "missing": "M", "mis_start": "2006-01-01", "mis_end": "2006-01-03"}
    send(settings, "dudley", "2005-06", {"header": [], "episodes": of_2005_06(), "missing": [missing]})
    send(settings, "dudley", "2006-07", {"episodes": of_2006_07()})
    build_marts(settings)
    return settings


def measures(settings: Settings, period: str, authority: str = "dudley") -> dict[str, float | None]:
    with connect(settings, Role.ANALYST) as connection:
        return dict(
            connection.execute(
                "select measure_code, value from marts.fct_measure"
                " where authority_code = %s and period_code = %s and basis = 'submitted'",
                [authority, period],
            ).fetchall()
        )


def indicator(settings: Settings, code: str, period: str, authority: str) -> tuple[object, ...]:
    with connect(settings, Role.ANALYST) as connection:
        return connection.execute(
            "select numerator, denominator, value, missing_reason from marts.fct_indicator"
            " where indicator_code = %s and period_code = %s and authority_code = %s and basis = 'submitted'",
            [code, period, authority],
        ).fetchone() or ("no row",)


def everything(settings: Settings) -> dict[str, list[str]]:
    """All that others read, and all that is said of children."""
    with connect(settings, Role.ADMIN) as connection:
        return what_others_read(settings) | {
            table: rows_of(connection, table) for table in (*CHILD_TABLES, "intermediate.int_cla__counts")
        }


# What is counted


def test_the_children_of_a_year_are_counted(warehouse: Settings) -> None:
    found = measures(warehouse, "2005-06")
    expected = {
        "cla_at_31_march": 2, "cla_placements_in_year": 3, "cla_three_or_more_placements": 0,
        "cla_long_term_under_16": 2, "cla_long_term_same_placement": 1,
        "cla_started_in_year": 1, "cla_ceased_in_year": 2, "cla_adopted": 1, "cla_half_a_year": 2,
        "cla_aged_5_to_9": 1, "cla_aged_10_to_15": 1, "cla_aged_16_and_over": 0, "cla_age_unknown": 0,
        "cla_need_abuse_or_neglect": 1, "cla_need_family_dysfunction": 1, "cla_need_absent_parenting": 0,
        "cla_in_foster_care": 1, "cla_in_homes": 1, "cla_placed_for_adoption": 0,
        "cla_days_foster": 365 + 92, "cla_days_foster_own": 365 + 92, "cla_days_foster_others": 0,
        "cla_days_homes": 365, "cla_days_homes_own": 0, "cla_days_homes_others": 365,
        "cla_days_adoption": 244, "cla_days_secure": 0,
    }  # fmt: skip
    assert {code: found[code] for code in expected} == expected


def test_a_year_rests_on_what_the_years_before_have_told(warehouse: Settings) -> None:
    """The return of 2006-07 does not say since when Ann is looked after; her hospital stay is no placement."""
    found = measures(warehouse, "2006-07")
    assert found["cla_long_term_under_16"] == 2
    assert found["cla_long_term_same_placement"] == 1
    assert found["cla_placements_in_year"] == 2 + 1
    assert found["cla_days_temporary"] == 19


def test_the_indicators_stand_on_the_counts(warehouse: Settings) -> None:
    assert indicator(warehouse, "A1", "2006-07", "dudley") == (0, 2, 0, None)
    assert indicator(warehouse, "D35", "2006-07", "dudley") == (1, 2, 50, None)
    assert indicator(warehouse, "C23", "2005-06", "dudley") == (1, 2, 50, None)


def test_a_distance_that_nobody_worked_out_is_missing_and_not_zero(warehouse: Settings) -> None:
    with connect(warehouse, Role.ANALYST) as connection:
        rows = connection.execute(
            "select value, missing_reason from marts.fct_measure where authority_code = 'dudley'"
            " and period_code = '2006-07' and measure_code = 'cla_over_20_miles'"
        ).fetchall()
    assert rows == [(None, "cla_over_20_miles is not known of 2 of 2: no distance was worked out")]


def test_an_authority_without_a_childrens_return_is_missing_with_the_reason(warehouse: Settings) -> None:
    row = indicator(warehouse, "A1", "2006-07", "walsall")
    assert row == (None, None, None, "No ssda903 return for 2006-07 has been received")


def test_a_count_is_traced_to_the_file_of_the_episodes(warehouse: Settings) -> None:
    with connect(warehouse, Role.ANALYST) as connection:
        rows = connection.execute(
            "select item_code, file_name, line_number, value from marts.bridge_measure_source"
            " where authority_code = 'dudley' and period_code = '2006-07' and measure_code = 'cla_at_31_march'"
        ).fetchall()
    assert rows == [("at_31_march: all", "episodes.csv", None, 2)]


def test_the_days_of_both_returns_stand_side_by_side(warehouse: Settings) -> None:
    with connect(warehouse, Role.ANALYST) as connection:
        rows = {
            (authority, code): rest
            for authority, code, *rest in connection.execute(
                "select authority_code, measure_code, status, counted_days,"
                " difference = counted_days - stated_days from marts.reconciliation_of_days"
                " where period_code = '2006-07'"
            )
        }
        (periods,) = connection.execute(
            "select array_agg(distinct period_code order by period_code) from marts.reconciliation_of_days"
        ).fetchone() or ([],)
    assert rows["dudley", "days_foster"] == ["differs", 365 - 19, True]
    assert rows["dudley", "days_homes"] == ["differs", 365, True]
    assert rows["walsall", "days_foster"] == ["only_stated", None, None]
    # Nobody has sent PSS EX1 for 2005-06.
    assert periods == ["2006-07"]


# Who sees a child


def rows_seen(settings: Settings, authority: str, table: str) -> set[str]:
    url = authority_url(settings, authority, driver="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        return {code for (code,) in connection.execute(f"select authority_code from {table}")}


@pytest.mark.parametrize("table", CHILD_TABLES)
def test_an_authority_sees_its_own_children_alone(warehouse: Settings, table: str) -> None:
    with connect(warehouse, Role.TRANSFORMER) as connection:
        held = {code for (code,) in connection.execute(f"select authority_code from {table}")}
    assert held <= {"dudley"}
    assert rows_seen(warehouse, "dudley", table) == held
    assert rows_seen(warehouse, "walsall", table) == set()


@pytest.mark.parametrize("role", [Role.LOADER, *READER_ROLES])
@pytest.mark.parametrize("table", CHILD_TABLES)
def test_nobody_else_reads_a_table_of_children(warehouse: Settings, role: Role, table: str) -> None:
    with connect(warehouse, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"select 1 from {table} limit 1")


def test_every_table_of_children_is_closed(warehouse: Settings) -> None:
    """Also those that a later model adds: whatever names a child has row-level security."""
    with connect(warehouse, Role.ADMIN) as connection:
        rows = connection.execute(
            """
            select format('%I.%I', tables.relnamespace::regnamespace, tables.relname), tables.relrowsecurity
            from pg_class as tables
            inner join pg_attribute as columns on tables.oid = columns.attrelid
            where
                tables.relnamespace::regnamespace::text in ('staging', 'intermediate', 'marts', 'sharing')
                and columns.attname in ('child_id', 'social_worker_id', 'placement_address_id')
                and tables.relkind in ('r', 'v', 'm')
            """
        ).fetchall()
    assert {table for table, is_secured in rows if is_secured} >= set(CHILD_TABLES)
    assert [table for table, is_secured in rows if not is_secured] == []
    assert not [table for table, _ in rows if table.startswith(("marts.", "sharing."))]


def test_a_finding_about_a_child_is_shown_without_its_value(warehouse: Settings) -> None:
    with connect(warehouse, Role.LOADER) as connection:
        connection.execute(
            "insert into ledger.finding"
            " (submission_id, rule_code, severity, dimension, table_name, line_number, value, message)"
            " select submission_id, '101', 'warning', 'validity', 'header', 2, 'X', 'The sex is not 1 or 2.'"
            " from ledger.submission where return_code = 'ssda903' and period_code = '2006-07'"
        )
    # Nothing was decided that a build of the changes would take in.
    run_dbt(warehouse, "run", "--quiet", "--full-refresh", "--select", "fct_finding")
    with connect(warehouse, Role.ANALYST) as connection:
        rows = connection.execute(
            "select table_name, line_number, value, message from marts.fct_finding where rule_code = '101'"
        ).fetchall()
    assert rows == [("header", 2, None, "The sex is not 1 or 2.")]


# What a change renews


def test_a_resubmission_renews_the_years_after_it_and_leaves_nothing_behind(warehouse: Settings) -> None:
    """Ann is looked after since 2005 only, and the times in which Bob was missing are sent no more.

    Slow, as it builds twice: the changes, and then everything.
    """
    before = everything(warehouse)
    changed = [row | ({"decom": "2005-09-01"} if row["decom"] == "2003-09-01" else {}) for row in of_2005_06()]
    send(warehouse, "dudley", "2005-06", {"episodes": changed})
    build_marts(warehouse)
    assert measures(warehouse, "2005-06")["cla_long_term_under_16"] == 1
    assert measures(warehouse, "2006-07")["cla_long_term_under_16"] == 1
    of_changes = everything(warehouse)
    assert before["staging.stg_ssda903__missing"]
    assert of_changes["staging.stg_ssda903__missing"] == []
    build_everything(warehouse)
    assert everything(warehouse) == of_changes


@pytest.fixture(scope="module")
def before_walsall(warehouse: Settings) -> tuple[object, ...]:
    """How A1 of 2007-08 stood for Solihull before anybody sent children of that year; then Walsall sends three."""
    row = indicator(warehouse, "A1", "2007-08", "solihull")
    known = [episode("eva", "2007-05-01", "S", "U6")]
    untold = [episode("fay", "2007-06-01", "P", "U6"), episode("gus", "2007-06-01", "L", "U6", age_at_end=None)]
    send(warehouse, "walsall", "2007-08", {"episodes": known + untold})
    build_marts(warehouse)
    return row


def test_the_first_childrens_return_of_a_year_opens_it_for_every_member(
    warehouse: Settings, before_walsall: tuple[object, ...]
) -> None:
    """Whatever other returns of that year are held: the silent ones show as missing without a full build.

    Slow, as it builds twice: the changes, and then everything.
    """
    assert before_walsall == ("no row",)
    assert indicator(warehouse, "A1", "2007-08", "walsall") == (0, 3, 0, None)
    assert indicator(warehouse, "A1", "2007-08", "solihull") == (
        None, None, None, "No ssda903 return for 2007-08 has been received",
    )  # fmt: skip
    of_changes = everything(warehouse)
    build_everything(warehouse)
    assert everything(warehouse) == of_changes


@pytest.mark.usefixtures("before_walsall")
def test_what_cannot_be_told_of_too_many_children_is_missing(warehouse: Settings) -> None:
    """Two of Walsall's three children were looked after before the first return that is held."""
    _, _, value, reason = indicator(warehouse, "D35", "2007-08", "walsall")
    assert value is None
    assert "cla_long_term_under_16 is not known of 2 of 3: " in str(reason)
    assert measures(warehouse, "2007-08", "walsall")["cla_started_in_year"] == 1
