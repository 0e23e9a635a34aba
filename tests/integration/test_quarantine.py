"""An accepted return that breaks a build is taken out of it, and stops nobody else's figures.

The tests follow one another in one warehouse. Each adds a test of figures to a copy of the dbt project, which some
returns break; a test is no definition, so these are builds of the changes.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.decide import decided_by_warehouse
from ingestion.errors import ClubError
from ingestion.feedback.report import write_feedback
from ingestion.model.build import build_marts
from ingestion.model.dbt_outcome import MachineError
from ingestion.operation.overview import list_submissions
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import rows_of, run_road, what_others_read
from tests.integration.test_incremental import MORE, hours_of, send_more_hours

Broken = Callable[[str], Path]


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Settings) -> Settings:
    return sample_warehouse


@pytest.fixture
def project_with_test(tmp_path: Path) -> Broken:
    """A copy of the dbt project that holds one more test of figures."""

    def make(test: str) -> Path:
        project = tmp_path / "dbt_project"
        shutil.copytree(DBT_PROJECT, project)
        (project / "tests" / "figures" / "hours_are_as_before.sql").write_text(test)
        return project

    return make


def send_again(settings: Settings, *authorities: str) -> None:
    for authority in authorities:
        send_more_hours(Path(settings.landing), authority)
    run_road(settings)


def newest(settings: Settings, authority: str) -> tuple[str, bool]:
    """State of the newest version of the return of 2006-07, and whether it is in force."""
    with connect(settings, Role.LOADER) as connection:
        row = connection.execute(
            "select state, is_in_force from ledger.submission"
            " where sender = %s and return_code = 'pss_ex1' and period_code = '2006-07'"
            " order by version desc limit 1",
            [authority],
        ).fetchone()
    assert row is not None
    return row


def of_others(settings: Settings, *authorities: str) -> list[str]:
    names = ", ".join(f"'{authority}'" for authority in authorities)
    with connect(settings, Role.ANALYST) as connection:
        return rows_of(connection, "marts.fct_indicator", f"authority_code not in ({names})")


def test_a_return_that_a_test_names_is_set_aside_and_the_others_count(
    warehouse: Settings, project_with_test: Broken
) -> None:
    """Slow, as it builds three times: it fails, passes without the return, and is built as decided."""
    before, others = hours_of(warehouse), of_others(warehouse, "dudley", "walsall")
    send_again(warehouse, "dudley", "walsall")
    assert newest(warehouse, "dudley") == ("accepted", True)
    build_marts(
        warehouse,
        project=project_with_test(
            "select submission_id from {{ ref('fct_measure') }} where authority_code = 'dudley'"
            f" and measure_code = 'hh1_hours_la' and period_code = '2006-07' and value <> {before['dudley']}"
        ),
    )
    assert hours_of(warehouse) == before | {"walsall": before["walsall"] + MORE}
    assert of_others(warehouse, "dudley", "walsall") == others
    assert newest(warehouse, "dudley") == ("quarantined", False)
    with connect(warehouse, Role.ANALYST) as connection:
        assert connection.execute(
            "select version, state, is_in_force, in_force_to is null from marts.dim_submission"
            " where sender = 'dudley' and return_code = 'pss_ex1' and period_code = '2006-07' order by version"
        ).fetchall() == [(1, "accepted", True, True), (2, "quarantined", False, True)]
    (line,) = list_submissions(warehouse, state="quarantined")
    assert line.first_message == "a fault of the warehouse: with it the test hours_are_as_before failed"
    write_feedback(warehouse, decided_by_warehouse(warehouse))
    (page,) = (warehouse.outbox / "dudley" / "pss_ex1" / "2006-07" / "v2").glob("*.html")
    told = page.read_text(encoding="utf-8")
    assert "Set aside for a fault of the warehouse: the figures of version 1 stay in force" in told
    assert "nothing needs to be sent again" in told
    assert "hours_are_as_before" not in told


def test_a_return_set_aside_is_tried_again_when_everything_is_built(warehouse: Settings) -> None:
    before = hours_of(warehouse)
    build_marts(warehouse, full=True)
    assert newest(warehouse, "dudley") == ("accepted", True)
    assert hours_of(warehouse) == before | {"dudley": before["dudley"] + MORE}


def test_a_return_that_nobody_names_is_found_by_building_without_each_half(
    warehouse: Settings, project_with_test: Broken
) -> None:
    """Where an error of SQL says only that there is one. Slow, as it builds six times."""
    before = hours_of(warehouse)
    send_again(warehouse, "dudley", "sandwell")
    build_marts(
        warehouse,
        project=project_with_test(
            "select 1 as nothing from {{ ref('fct_measure') }} where authority_code = 'sandwell'"
            " and measure_code = 'hh1_hours_la' and period_code = '2006-07'"
            f" and 1 / case when value <> {before['sandwell']} then 0 else 1 end > 1"
        ),
    )
    assert hours_of(warehouse) == before | {"dudley": before["dudley"] + MORE}
    assert newest(warehouse, "sandwell") == ("quarantined", False)
    assert newest(warehouse, "dudley") == ("accepted", True)


def test_a_return_that_breaks_a_promise_of_columns_is_set_aside_and_what_is_held_is_not_asked_again(
    warehouse: Settings, tmp_path: Path
) -> None:
    """The promise is broken by the return sent again, and by one of Birmingham's that this build writes not."""
    before = hours_of(warehouse)
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project)
    generic = project / "tests" / "generic" / "columns_are_valid.sql"
    broken = (
        "recorded_to is null and measure_code = 'hh1_hours_la' and period_code = '2006-07'"
        f" and (authority_code = 'walsall' and value <> {before['walsall']} or authority_code = 'birmingham')"
    )
    asked = "{{ broken_promises(model, promises) }}"
    planted = (
        "{%- if model.identifier == 'int_stated_measures' -%}"
        f"{{%- do promises.append({{'column': 'value', 'says': 'is as before', 'breaks': \"{broken}\"}}) -%}}"
        "{%- endif -%}"
    )
    text = generic.read_text()
    assert asked in text
    generic.write_text(text.replace(asked, planted + asked))

    send_again(warehouse, "walsall")
    build_marts(warehouse, project=project)

    assert newest(warehouse, "walsall") == ("quarantined", False)
    assert hours_of(warehouse) == before
    (reason,) = (line.first_message for line in list_submissions(warehouse, state="quarantined", sender="walsall"))
    assert "columns_are_valid_int_stated_measures" in str(reason)


def test_a_full_disk_is_no_returns_fault(warehouse: Settings, project_with_test: Broken) -> None:
    """Though there is room without one. Slow, as it builds three times."""
    before = hours_of(warehouse)
    send_again(warehouse, "solihull")
    with pytest.raises(MachineError):
        build_marts(
            warehouse,
            project=project_with_test(
                "select 1 as nothing from {{ ref('fct_measure') }} where case"
                " when authority_code = 'solihull' and measure_code = 'hh1_hours_la' and period_code = '2006-07'"
                f" and value <> {before['solihull']}"
                " then ('could not extend file: No space left on device' || value)::int else 0 end > 1"
            ),
        )
    assert newest(warehouse, "solihull") == ("accepted", True)
    build_marts(warehouse)
    assert hours_of(warehouse) == before | {"solihull": before["solihull"] + MORE}


def test_definitions_that_many_returns_break_stop_the_build(
    warehouse: Settings, project_with_test: Broken
) -> None:
    before = what_others_read(warehouse)
    send_again(warehouse, "solihull", "shropshire")
    strict = warehouse.model_copy(update={"quarantine_share": 0.01})
    with pytest.raises(ClubError, match="2 submissions break the build, more than 1"):
        build_marts(
            strict,
            project=project_with_test(
                "select submission_id from {{ ref('fct_measure') }}"
                " where authority_code in ('solihull', 'shropshire') and basis = 'submitted'"
            ),
        )
    assert what_others_read(warehouse) == before
    assert newest(warehouse, "solihull") == newest(warehouse, "shropshire") == ("accepted", True)


def test_a_build_that_fails_whatever_is_left_out_blames_nobody(
    warehouse: Settings, project_with_test: Broken
) -> None:
    before = what_others_read(warehouse)
    with pytest.raises(ClubError, match="hours_are_as_before"):
        build_marts(
            warehouse, project=project_with_test("select 1 as wrong from {{ ref('fct_measure') }} limit 1")
        )
    assert what_others_read(warehouse) == before
    assert newest(warehouse, "solihull") == newest(warehouse, "shropshire") == ("accepted", True)
    build_marts(warehouse)
    assert what_others_read(warehouse) != before
