"""What the rules find in the real returns of all England: measured, and judged one by one.

None of them is rejected or held up: they are what 150 councils truly sent in eight years.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ingestion.check.run import check
from ingestion.collect.landing import collections
from ingestion.collect.run import collect_national
from ingestion.decide import decide
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse


@pytest.fixture(scope="module")
def england(prepared_home: Path, shared_data: Path) -> Iterator[psycopg.Connection]:
    settings = empty_warehouse(
        Settings(home=prepared_home, landing_zone=str(shared_data), warehouse_url=None, settle_seconds=0)
    )
    for place in collections(settings, find_return("pss_ex1")):
        collect_national(settings, "pss_ex1", place)
    for return_code in ("pss_ex1", "pss_ex1_totals"):
        assert check(settings, return_code).rules_in_error == ()
        decide(settings, return_code)
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        # Asked of several times over; the view adds up all England anew each time.
        connection.execute(
            "create temporary table control_totals as select * from checking.pss_ex1_totals_control_totals"
        )
        yield connection


def test_no_true_return_is_refused_or_held_up(england: psycopg.Connection):
    states = england.execute("select state, is_in_force, count(*) from ledger.submission group by 1, 2").fetchall()
    assert {state for state, *_ in states} == {"accepted", "accepted_with_warnings"}
    assert sum(count for _, in_force, count in states if in_force) == 1200 + 48


def test_how_often_each_rule_of_the_form_fires(england: psycopg.Connection):
    found = dict(
        england.execute(
            "select rule_code, count(*) from ledger.finding where rule_code like 'pss_ex1.%' group by 1"
        ).fetchall()
    )
    assert found == {
        "pss_ex1.blank_read_as_none": 850,
        "pss_ex1.hours_of_a_week": 9,
        "pss_ex1.item_total": 769,
        "pss_ex1.line_total": 2,
        "pss_ex1.not_a_number": 23,
        "pss_ex1.required_missing": 60,
        "pss_ex1.spending_all_zero": 1,  # the Isles of Scilly, 2000-01
        "pss_ex1.stray_number": 4,
        "pss_ex1.unit_cost_unlike_all_others": 39,
        "pss_ex1.year_on_year": 1040,
    }


def test_the_hours_of_a_year_that_are_a_weeks(england: psycopg.Connection):
    """Four councils gave the week's hours again; Wiltshire's contractors have two weeks' hours in the year."""
    found = england.execute(
        """
        select sender, period_code, count(*)
        from ledger.finding inner join ledger.submission using (submission_id)
        where rule_code = 'pss_ex1.hours_of_a_week' group by 1, 2 order by 1
        """
    ).fetchall()
    assert found == [
        ("bury", "2007-08", 2), ("north-lincolnshire", "2006-07", 2), ("staffordshire", "2007-08", 2),
        ("trafford", "2006-07", 2), ("wiltshire", "2003-04", 1),
    ]  # fmt: skip


def test_a_unit_cost_unlike_all_others_is_told_with_what_is_usual(england: psycopg.Connection):
    """Of 1,200 returns 37 have one, of which few had no other warning."""
    found = england.execute(
        """
        select sender, period_code, message
        from ledger.finding inner join ledger.submission using (submission_id)
        where rule_code = 'pss_ex1.unit_cost_unlike_all_others'
        """
    ).fetchall()
    assert len({(sender, period) for sender, period, _ in found}) == 37
    said = (
        "line 72: 'Weekly cost of residential care: adults with mental health needs' comes to 44942.31 (£ per"
        " week). Of the 142 councils of England that had one in 2007-08 half were below 603.2, and none was"
        " higher than 2008."
    )
    assert any(said in message for sender, _, message in found if sender == "harrow")


def test_an_empty_cell_that_is_read_as_none_says_why(england: psycopg.Connection):
    found = england.execute(
        """
        select distinct sender, period_code
        from ledger.finding inner join ledger.submission using (submission_id)
        where rule_code = 'pss_ex1.blank_read_as_none' and message like %s order by 1, 2
        """,
        ["%is empty while the other placements are filled in.%"],
    ).fetchall()
    assert found == [
        ("bexley", "2003-04"), ("bexley", "2004-05"), ("hillingdon", "2006-07"), ("lambeth", "2004-05"),
        ("windsor-and-maidenhead", "2005-06"),
    ]  # fmt: skip
    (nothing_spent,) = england.execute(
        "select count(*) from ledger.finding where message like %s", ["%is empty and nothing was spent on it.%"]
    ).fetchone() or (0,)
    assert nothing_spent > 50


def test_the_two_totals_that_do_not_add_up(england: psycopg.Connection):
    found = england.execute(
        """
        select
            sender, period_code, value::numeric,
            message like '%1.002 too large%' or message like '%3222 too small%'
        from ledger.finding inner join ledger.submission using (submission_id)
        where rule_code = 'pss_ex1.line_total' order by 1
        """
    ).fetchall()
    assert [(*place, float(value), says) for *place, value, says in found] == [
        ("gateshead", "2007-08", 18462, True),
        ("york", "2000-01", pytest.approx(28017.853), True),
    ]


def test_the_home_care_hours_of_england_that_differ_from_the_councils(england: psycopg.Connection):
    """One total is at fault; rounding to tens and a withheld figure account for the others."""
    found = england.execute(
        """
        select period_code, item_code, status, round(difference, 2)::float, reason
        from control_totals
        where
            group_code = 'england'
            and item_code in ('hh1_hours_la', 'hh1_hours_independent')
            and status <> 'equal'
        order by 1, 2
        """
    ).fetchall()
    assert [row[:4] for row in found] == [
        ("2000-01", "hh1_hours_independent", "not_comparable", 2.19),
        ("2000-01", "hh1_hours_la", "not_comparable", 2.39),
        ("2004-05", "hh1_hours_la", "differs", 287848.75),
        ("2007-08", "hh1_hours_la", "not_comparable", 4.0),
    ]
    assert ["nearest ten" in (row[4] or "") for row in found] == [True, True, False, False]
    assert "withheld by councils: 1 " in found[3][4]


def test_the_control_totals_by_status(england: psycopg.Connection):
    found = england.execute(
        """
        select table_name, period_code, count(*) filter (where status = 'differs')
        from control_totals group by 1, 2 having count(*) filter (where status = 'differs') > 0 order by 1, 2
        """
    ).fetchall()
    assert found == [
        ("activity", "2004-05", 14),
        ("activity", "2005-06", 16),
        ("activity", "2006-07", 247),
        ("activity", "2007-08", 14),
        ("spend", "2002-03", 2),
        ("spend", "2006-07", 1146),
    ]
    assert england.execute("select count(*) from control_totals where status = 'equal'").fetchone()[0] > 60_000


def test_every_control_total_that_differs_is_told_to_the_publisher_once(england: psycopg.Connection):
    counts = england.execute(
        """
        select
            (select count(*) from ledger.finding where rule_code = 'pss_ex1_totals.control_total'),
            (select count(*) from control_totals where status = 'differs')
        """
    ).fetchone()
    assert counts[0] == counts[1] > 0
