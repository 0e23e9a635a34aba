"""A control total is held against its councils' returns in force; what they explain is no fault of its own."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingestion.authorities import authority_types
from ingestion.check.run import check
from ingestion.collect.landing import collections
from ingestion.collect.run import collect_national
from ingestion.decide import decide
from ingestion.model.build import build_marts
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples import write_national_samples
from samples.form import form_of
from tests.conftest import empty_warehouse
from tests.support.returns import as_csv

PERIOD = "2007-08"  # its totals stand one column further to the right, and its small figures are withheld
INNER_LONDON = sorted(code for code, kind in authority_types(PERIOD).items() if kind == "inner london")
TOTAL = "TOTAL Inner London"


def label_of(item_code: str) -> str:
    return next(item.label for item in form_of(PERIOD).items if item.item_code == item_code)


def change(sheet: Path, first_cell: str, column: int, text: str) -> str:
    """Overwrite one cell of the line that begins so; what stood there. An empty first column is passed over."""
    rows = list(csv.reader(sheet.read_text().splitlines()))
    shift = 1 if rows[0][0] == "" and sheet.parent.name == "activity" else 0
    row = next(row for row in rows if row[shift].lower() == first_cell.lower())
    before, row[shift + column - 1] = row[shift + column - 1], text
    sheet.write_bytes(as_csv(rows))
    return before


def take(settings: Settings) -> None:
    layout = find_return("pss_ex1")
    for place in collections(settings, layout):
        collect_national(settings, "pss_ex1", place)
    for return_code in ("pss_ex1", "pss_ex1_totals"):
        check(settings, return_code)
        decide(settings, return_code)


@pytest.fixture(scope="module")
def taken(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Inner London is whole, of England there is one council more; five totals do not add up.

    Slow, as everything is built.
    """

    landing = tmp_path_factory.mktemp("landing")
    settings = empty_warehouse(
        Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    )
    write_national_samples(landing, periods=(PERIOD,), councils=(*INNER_LONDON, "kent"))
    folder = landing / "england" / "pss_ex1" / PERIOD
    activity, spend = folder / "activity", folder / "spend"
    (camden,) = activity.glob("*-Camden.csv")
    # Withheld by the council, and counted by the publisher as what it is: 4.
    figure = int(change(camden, label_of("meals_per_week_own"), 2, "-"))
    moved(activity / f"{TOTAL}.csv", label_of("meals_per_week_own"), 4 - figure)
    # Unknown, while the total still holds something for it.
    change(camden, label_of("children_reviews"), 2, "..")
    # Unknown, and yet the total is too small for the others.
    figure = int(change(camden, label_of("rap_contacts_passed_on"), 2, ".."))
    moved(activity / f"{TOTAL}.csv", label_of("rap_contacts_passed_on"), -figure - 1)
    moved(activity / f"{TOTAL}.csv", label_of("hh1_hours_la"), 500)
    sheet = spend / f"{TOTAL}.csv"
    change(sheet, "B6", 3, str(int(change(sheet, "B6", 3, "0")) - 7))
    take(settings)
    build_marts(settings)
    return settings


def moved(sheet: Path, label: str, amount: int) -> None:
    change(sheet, label, 2, str(int(change(sheet, label, 2, "0")) + amount))


@pytest.fixture
def warehouse(taken: Settings) -> Iterator[psycopg.Connection]:
    with connect(taken, Role.TRANSFORMER, autocommit=True) as connection:
        yield connection


def test_what_does_not_add_up_is_found_and_nothing_else(warehouse: psycopg.Connection):
    found = warehouse.execute(
        """
        select item_code, amount_code, difference::float
        from intermediate.int_pss_ex1__control_totals
        where group_code = 'inner-london' and status = 'differs' order by 1
        """
    ).fetchall()
    service = next(line.service_code for line in form_of(PERIOD).lines if line.code == "B6")
    assert sorted(found, key=str) == sorted(
        [("hh1_hours_la", None, 500), ("rap_contacts_passed_on", None, -1), (service, "own_provision", -7)],
        key=str,
    )


def test_what_the_returns_explain_is_not_comparable_and_says_why(warehouse: psycopg.Connection):
    found = dict(
        warehouse.execute(
            """
            select item_code, reason from intermediate.int_pss_ex1__control_totals
            where group_code = 'inner-london' and status = 'not_comparable'
            """
        ).fetchall()
    )
    assert found.keys() == {"meals_per_week_own", "children_reviews"}
    assert "withheld" in found["meals_per_week_own"]
    assert "Councils without a figure: 1;" in found["children_reviews"]


def test_a_group_that_is_not_whole_is_compared_with_nothing(warehouse: psycopg.Connection):
    statuses = warehouse.execute(
        "select distinct status, reason from intermediate.int_pss_ex1__control_totals where group_code = 'england'"
    ).fetchall()
    assert statuses == [("not_comparable", "Councils of the group without a return in force: 136")]


def test_every_item_of_the_sheet_is_compared(warehouse: psycopg.Connection):
    items = warehouse.execute(
        """
        select count(*) from intermediate.int_pss_ex1__control_totals
        where group_code = 'inner-london' and table_name = 'activity'
        """
    ).fetchone()
    assert items == (len(form_of(PERIOD).items),)


def test_a_difference_is_a_warning_to_the_publisher_and_an_explained_one_is_told(warehouse: psycopg.Connection):
    found = warehouse.execute(
        """
        select sender, rule_code, severity, message
        from ledger.finding inner join ledger.submission using (submission_id)
        where return_code = 'pss_ex1_totals'
        """
    ).fetchall()
    assert Counter((sender, rule, severity) for sender, rule, severity, _ in found) == {
        ("inner-london", "pss_ex1_totals.control_total", "warning"): 3,
        ("inner-london", "pss_ex1_totals.control_total_explained", "info"): 2,
    }
    (hours,) = [message for *_, message in found if "(total hours, la)" in message]
    assert "the total of Inner London" in hours and "500 too large" in hours
    assert re.search(r"line \d+, column C: ", hours), "the totals of this year begin in column B"


def test_the_mart_holds_every_total_with_its_status(warehouse: psycopg.Connection):
    marts = warehouse.execute(
        "select group_code, status, count(*) from marts.control_total group by 1, 2"
    ).fetchall()
    staged = warehouse.execute(
        "select group_code, status, count(*) from intermediate.int_pss_ex1__control_totals group by 1, 2"
    ).fetchall()
    assert sorted(marts) == sorted(staged)
