"""The real sheets of adults' unit costs: every figure is in the mart, and what is wrong in them is reported."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.integration.test_publishers_sheets import ACROSS, RETURN, SHEET, built, figures_of, findings, table

YEARS = ("2008-09", "2009-10", "2010-11", "2012-13", "2013-14")
FIRST_ASC_FR = "2014-15"


@pytest.fixture(scope="module")
def warehouse(shared_data: Path, prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    landing = tmp_path_factory.mktemp("adults") / "landing"
    for year in YEARS:
        folder = landing / "_published" / "nhs_ic" / RETURN / year
        folder.mkdir(parents=True)
        for sheet in (SHEET, "activity.csv"):
            shutil.copy(shared_data / "published" / RETURN / year / sheet, folder)
    source = shared_data / "published" / RETURN / FIRST_ASC_FR
    shutil.copytree(source, landing / "_published" / "hscic" / ACROSS / FIRST_ASC_FR)
    return built(prepared_home, landing)


@pytest.fixture(scope="module")
def reader(warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(warehouse, Role.TRANSFORMER, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("year", YEARS)
def test_every_figure_of_a_sheet_is_in_the_mart(year: str, reader: psycopg.Connection, shared_data: Path) -> None:
    rows = table(shared_data / "published" / RETURN / year / SHEET)
    councils = [row for row in rows if row and row[0][:3].isdigit()]
    found = {key: figure for key, figure in figures_of(reader, year).items() if "_activity_" not in key[1]}
    assert len({place for place, _ in found}) == len(councils) + 1
    printed = Counter(cell for row in councils for cell in row[1:] if cell)
    assert Counter(text for (place, _), (text, *_) in found.items() if place != "england") == printed


@pytest.mark.parametrize("year", YEARS)
def test_all_activity_can_be_looked_up(year: str, reader: psycopg.Connection, shared_data: Path) -> None:
    rows = table(shared_data / "published" / RETURN / year / "activity.csv")
    start = 2 if year == "2008-09" else 1
    printed = [cell for row in rows if row[0][:3].isdigit() for cell in row[start:] if cell]
    found = figures_of(reader, year)
    texts = [
        text for (place, measure), (text, *_) in found.items() if "_activity_" in measure and place != "england"
    ]
    assert Counter(texts) == Counter(printed)


def test_what_is_wrong_in_the_sheets_is_reported(reader: psycopg.Connection) -> None:
    found = Counter((year, rule) for year in YEARS for rule, _, _ in findings(reader, year))
    # Every stated unit cost is what its numerator and denominator give; no council is missing in any year.
    assert found == {
        ("2009-10", "unreadable_value"): 9,
        ("2008-09", "stated_out_of_line"): 10, ("2009-10", "stated_out_of_line"): 9,
        ("2010-11", "stated_out_of_line"): 7, ("2012-13", "stated_out_of_line"): 15,
        ("2013-14", "stated_out_of_line"): 4,
        ("2009-10", "figure_repeated"): 2, ("2010-11", "figure_repeated"): 4, ("2013-14", "figure_repeated"): 7,
        ("2013-14", "sum_of_councils"): 1,
    }  # fmt: skip


def test_every_stated_unit_cost_was_held_against_its_parts(reader: psycopg.Connection) -> None:
    """At least 99 in a hundred agree within rounding: all do, and the rule has seen them all."""
    found = reader.execute(
        "select period_code, count(*) from marts.fct_published_figure where return_code = 'adult_unit_costs'"
        " and measure_code like '%_unit_cost' and geography = 'local_authority' and value is not null"
        " group by period_code order by period_code"
    ).fetchall()
    assert found == [
        ("2008-09", 8586), ("2009-10", 5598), ("2010-11", 8246), ("2012-13", 8083), ("2013-14", 8011),
    ]  # fmt: skip


def test_every_unit_cost_of_the_first_asc_fr_was_held_against_its_parts(reader: psycopg.Connection) -> None:
    """None is off.

    Reported are costs far from the others', sums that the publisher estimates, and spending of "$0.00".
    """
    (stated,) = reader.execute(
        "select count(*) from marts.fct_published_figure as figures inner join staging.published_ratios as ratios"
        " on figures.measure_code = ratios.value_measure"
        " where return_code = 'asc_fr' and geography = 'local_authority' and value is not null"
    ).fetchone() or (0,)
    assert stated == 8497
    found = Counter(rule for rule, _, _ in findings(reader, FIRST_ASC_FR, ACROSS))
    assert found == {"stated_out_of_line": 6, "sum_of_councils": 9, "unreadable_value": 1}


def test_own_and_bought_in_hours_add_up_to_all_hours(reader: psycopg.Connection) -> None:
    """In 2008-09 the numbers 2.22, 2.22A and 2.23, 2.23A are printed the wrong way round; the sums tell it."""
    sums = reader.execute(
        """
        select count(*), count(*) filter (where abs(a.value - own.value - others.value) <= 2)
        from marts.fct_published_figure as a
        inner join marts.fct_published_figure as own using (release, place_code)
        inner join marts.fct_published_figure as others using (release, place_code)
        where a.release = '2008-09' and a.geography = 'local_authority'
            and (a.measure_code, own.measure_code, others.measure_code) in (
                ('adult_2_22_units', 'adult_2_23_units', 'adult_2_24_units'),
                ('adult_2_22a_units', 'adult_2_23a_units', 'adult_2_24a_units')
            )
            and a.value + own.value + others.value is not null
        """
    ).fetchone()
    assert sums == (267, 267)
