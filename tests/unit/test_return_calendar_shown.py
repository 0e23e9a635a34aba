"""What the calendar shows when only what is to be done is asked for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reporting.return_calendar.rows import Due, Owed, still_open

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
