"""How good each figure is: what was assumed, what the checks warn of, what came late and what came again."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from ingestion.model.build import build_marts
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import build_everything, rows_of, run_road
from tests.support.children import episode, send
from tests.support.returns import sample_return
from tests.support.warehouses import settings_in

SENDERS = ("birmingham", "solihull", "staffordshire")
Rating = dict[str, Any]


@pytest.fixture(scope="module")
def warehouse(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three authorities over two years, built; then of 2007-08 Solihull sends gaps and Staffordshire a jump.

    Slow, as it takes returns in and builds, twice.
    """
    landing = tmp_path_factory.mktemp("quality") / "landing"
    settings = settings_in(prepared_home, landing)
    for sender in SENDERS:
        for period in ("2006-07", "2007-08"):
            sample_return(sender, period).deliver(settings)
    send(settings, "solihull", "2018-19", {"episodes": [episode("ann", "2018-09-01", "S", "U6")]})
    run_road(settings)
    build_marts(settings)

    gaps = sample_return("solihull", "2007-08")
    for item in ("days_short_term_foster_others", "days_adoption_others"):
        gaps = gaps.with_cell("activity.csv", gaps.activity_cell(item), "NA")
    gaps.deliver(settings)
    jump = sample_return("staffordshire", "2007-08")
    hours = jump.activity_cell("hh1_hours_la")
    jump.with_amount_added("activity.csv", hours, 2 * int(jump.value("activity.csv", hours))).deliver(settings)
    run_road(settings)
    build_marts(settings)
    return settings


@pytest.fixture(scope="module")
def marts(warehouse: Settings) -> Iterator[psycopg.Connection[Rating]]:
    with connect(warehouse, Role.ANALYST, autocommit=True) as connection:
        connection.row_factory = dict_row
        yield connection


def quality(marts: psycopg.Connection[Rating], authority: str, period: str, indicator: str) -> Rating:
    found = marts.execute(
        "select fct_quality.*, fct_indicator.note, fct_indicator.quality_rating as rating_of_figure"
        " from marts.fct_quality"
        " inner join marts.fct_indicator using (authority_code, period_code, indicator_code, basis)"
        " where authority_code = %s and period_code = %s and indicator_code = %s and basis = 'submitted'",
        [authority, period, indicator],
    ).fetchone()
    assert found is not None
    return found


def test_a_figure_as_sent_in_the_first_version_is_a(marts: psycopg.Connection[Rating]) -> None:
    found = quality(marts, "birmingham", "2007-08", "U1.5")
    assert (found["quality_rating"], found["rating_of_figure"], found["reasons"]) == ("A", "A", None)
    assert (found["parts"], found["parts_assumed"], found["cells_warned"], found["times_restated"]) == (4, 0, 0, 0)
    assert found["warned_rules"] == []


def test_a_figure_half_of_which_is_read_as_none_is_c(marts: psycopg.Connection[Rating]) -> None:
    """Two of the four parts of U1.5 are missing; of the eight of B10 it is the same two."""
    half = quality(marts, "solihull", "2007-08", "U1.5")
    assert (half["quality_rating"], half["rating_of_figure"]) == ("C", "C")
    assert (half["completeness_rating"], half["parts"], half["parts_assumed"]) == ("C", 4, 2)
    assert half["share_assumed"] == 0.5
    assert "Half or more of its parts" in half["reasons"]
    assert "Read as none" in half["note"]
    quarter = quality(marts, "solihull", "2007-08", "B10")
    assert (quarter["quality_rating"], quarter["parts"], quarter["parts_assumed"]) == ("B", 8, 2)


def test_a_warning_is_laid_to_the_figures_that_its_cell_is_in(marts: psycopg.Connection[Rating]) -> None:
    jumped = quality(marts, "staffordshire", "2007-08", "B17")
    assert (jumped["validity_rating"], jumped["cells_warned"]) == ("B", 1)
    assert jumped["warned_rules"] == ["pss_ex1.year_on_year"]
    # An unusual figure may be right: it is asked about and not left out.
    assert (jumped["cells_contradicted"], jumped["quality_rating"]) == (0, "B")
    assert quality(marts, "staffordshire", "2007-08", "B10")["cells_warned"] == 0


def test_what_was_sent_again_says_so(marts: psycopg.Connection[Rating]) -> None:
    again = quality(marts, "staffordshire", "2007-08", "B10")
    assert (again["quality_rating"], again["restatement_rating"], again["times_restated"]) == ("B", "B", 1)
    assert again["reasons"] == "Its return was accepted before in another version."
    year_before = quality(marts, "staffordshire", "2006-07", "B10")
    assert (year_before["quality_rating"], year_before["times_restated"]) == ("A", 0)


def test_nobody_is_late_for_a_day_that_is_not_known(marts: psycopg.Connection[Rating]) -> None:
    found = quality(marts, "birmingham", "2007-08", "B10")
    assert (found["days_late"], found["timeliness_rating"]) == (None, None)


def test_what_comes_years_after_its_day_fills_in_history(marts: psycopg.Connection[Rating]) -> None:
    """The return about children of 2018-19 was due on 31 May 2019."""
    found = quality(marts, "solihull", "2018-19", "A1")
    received = marts.execute(
        "select received_at from marts.dim_submission where return_code = 'ssda903'"
    ).fetchone()
    assert received is not None
    assert abs(found["days_late"] - (received["received_at"].date() - date(2019, 5, 31)).days) <= 1
    assert found["timeliness_rating"] == "A"
    assert found["share_of_rows_warned"] is None


def test_a_rating_does_not_hang_on_what_was_built_when(warehouse: Settings) -> None:
    """Slow, as everything is built."""

    def rows() -> list[str]:
        with connect(warehouse, Role.ANALYST) as connection:
            return rows_of(connection, "marts.fct_quality")

    of_changes = rows()
    build_everything(warehouse)
    assert rows() == of_changes
