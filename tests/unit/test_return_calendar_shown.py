"""What the calendar shows when only what is to be done is asked for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reporting.return_calendar.rows import Due, Owed, standing_on, still_open

TODAY = date(2026, 12, 1)
OWED = Owed("pss_ex1", "2025-26", "dudley", None, TODAY, False, "accepted", None, 1)


@pytest.mark.parametrize(
    ("status", "days", "versions", "is_shown"),
    [
        ("accepted", 0, 1, False),
        ("not_due", 40, 0, False),
        ("due", 10, 0, True),
        ("late", -10, 0, True),
        ("late", -500, 0, False),
        ("rejected", -500, 1, True),
    ],
)
def test_only_what_is_to_be_done_is_shown(status: str, days: int, versions: int, is_shown: bool):
    one = replace(OWED, status=status, due_on=TODAY + timedelta(days=days), versions=versions)
    assert still_open([one], TODAY) == ([one] if is_shown else [])


def test_where_one_has_to_do_something_all_are_shown():
    other = replace(OWED, authority_code="walsall", status="rejected")
    assert still_open([OWED, other], TODAY) == [OWED, other]


def test_reminders_are_the_days_before_it_is_due():
    assert Due("pss_ex1", "2025-26", None, TODAY, "-14;-1;8", "club").days_before == [14, 1]


@pytest.mark.parametrize(
    ("status", "day", "is_assumed", "then"),
    [
        ("late", TODAY, False, "due"),
        ("late", TODAY - timedelta(days=40), False, "not_due"),
        ("due", TODAY + timedelta(days=1), False, "late"),
        ("due", TODAY + timedelta(days=1), True, "due"),
        ("accepted", TODAY - timedelta(days=40), False, "accepted"),
        ("rejected", TODAY + timedelta(days=1), False, "rejected"),
    ],
)
def test_how_it_stood_on_a_day_hangs_on_that_day_and_not_on_when_it_was_read(
    status: str, day: date, is_assumed: bool, then: str
):
    one = replace(OWED, status=status, opens_on=TODAY - timedelta(days=30), is_due_day_assumed=is_assumed)
    assert [each.status for each in standing_on([one], day)] == [then]
