"""What each member owes and has sent: from the calendar and the ledger, as of today."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.return_calendar.calendar_file import calendar_file
from reporting.return_calendar.rows import read_owed, standing_on

TODAY = datetime.now(UTC).date()


@pytest.fixture
def owner(sample_warehouse: Settings) -> Iterator[psycopg.Connection]:
    """The owner of the marts, whose changes are taken back."""
    with connect(sample_warehouse, Role.TRANSFORMER) as connection:
        yield connection
        connection.rollback()


def status(connection: psycopg.Connection, authority: str, period: str, return_code: str = "pss_ex1") -> tuple:
    row = connection.execute(
        "select status, days_left, days_late, newest_state from marts.return_status"
        " where (authority_code, return_code, period_code) = (%s, %s, %s)",
        [authority, return_code, period],
    ).fetchone()
    assert row is not None
    return row


def due(connection: psycopg.Connection, period: str, days: int, provenance: str = "club") -> None:
    """Let PSS EX1 of a year be due so many days from today, and open a month before."""
    connection.execute(
        "update marts.dim_return_due set due_on = %s, opens_on = %s, provenance = %s"
        " where (return_code, period_code) = ('pss_ex1', %s)",
        [TODAY + timedelta(days=days), TODAY + timedelta(days=days - 30), provenance, period],
    )


def test_there_is_a_row_for_each_member_return_and_period(owner: psycopg.Connection):
    (rows, members, periods) = owner.execute(
        "select (select count(*) from marts.return_status),"
        " (select count(*) from marts.dim_authority where is_member), (select count(*) from marts.dim_return_due)"
    ).fetchone() or (0, 0, 0)
    assert rows == members * periods > 0
    assert members == 14


@pytest.mark.parametrize(("days", "expected"), [(31, "not_due"), (30, "due"), (0, "due"), (-1, "late")])
def test_what_has_not_come_is_owed_by_its_day(owner: psycopg.Connection, days: int, expected: str):
    due(owner, "2005-06", days)
    assert status(owner, "dudley", "2005-06") == (expected, days, None, None)


def test_what_came_has_the_state_of_its_newest_version(owner: psycopg.Connection):
    """Telford and Wrekin has sent no spend file for 2007-08."""
    due(owner, "2007-08", -5)
    assert status(owner, "dudley", "2007-08")[:2] == ("accepted", None)
    assert status(owner, "telford-and-wrekin", "2007-08")[::3] == ("rejected", "rejected")
    assert status(owner, "telford-and-wrekin", "2007-08")[1] == -5


@pytest.mark.parametrize(("days", "late"), [(-3, 3), (0, 0), (2, 0)])
def test_a_return_is_late_by_the_day_that_its_first_version_came(owner: psycopg.Connection, days: int, late: int):
    due(owner, "2007-08", days)
    owner.execute("update marts.dim_submission set received_at = now() where period_code = '2007-08'")
    assert status(owner, "dudley", "2007-08")[2] == late


def test_a_day_that_is_assumed_judges_nobody(owner: psycopg.Connection):
    due(owner, "2007-08", -3, "assumed")
    due(owner, "2005-06", -3, "assumed")
    assert status(owner, "dudley", "2005-06")[:2] == ("due", -3)
    assert status(owner, "dudley", "2007-08")[2] is None
    assert owner.execute("select count(*) from marts.timeliness where return_code = 'pss_ex1'").fetchone() == (0,)


def test_timeliness_counts_what_was_due(owner: psycopg.Connection):
    due(owner, "2007-08", -3)
    due(owner, "2005-06", -10)
    due(owner, "2004-05", 10)
    owner.execute("update marts.dim_submission set received_at = now() where period_code = '2007-08'")
    found = owner.execute(
        "select due, in_time, late, missing, most_days_late from marts.timeliness"
        " where (authority_code, return_code) = ('dudley', 'pss_ex1')"
    ).fetchone()
    assert found == (2, 0, 1, 1, 3)


def test_how_it_stands_today_is_worked_out_as_the_mart_does(owner: psycopg.Connection):
    for period, days in (("2003-04", -1), ("2004-05", 0), ("2005-06", 40)):
        due(owner, period, days)
    owed = read_owed(owner)
    assert {each.status for each in owed} >= {"not_due", "due", "late", "accepted"}
    assert standing_on(owed, TODAY) == owed


def test_a_calendar_program_is_told_each_day_with_its_reminders(sample_warehouse: Settings):
    with connect(sample_warehouse, Role.ANALYST) as connection:
        calendar = Calendar.from_ical(calendar_file(connection))
        again = Calendar.from_ical(calendar_file(connection))
        known = connection.execute(
            "select format('%s-%s@benchmarking-club', return_code, period_code), due_on from marts.dim_return_due"
        ).fetchall()
    events = calendar.walk("VEVENT")
    assert {str(event["UID"]): event["DTSTART"].dt for event in events} == dict(known)
    assert calendar.to_ical() == again.to_ical()
    assert all(event["SEQUENCE"] >= 0 and len(event.walk("VALARM")) == 1 for event in events)


def test_the_command_shows_who_owes_what(
    sample_warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CLUB_HOME", str(sample_warehouse.home))
    monkeypatch.setenv("COLUMNS", "300")
    days = tmp_path / "returns.ics"
    result = CliRunner().invoke(app, ["calendar", "--authority", "telford-and-wrekin", "--ics", str(days)])
    assert result.exit_code == 0, result.output
    assert any(
        "pss_ex1" in line and "2007-08" in line and "rejected" in line for line in result.output.splitlines()
    )
    assert days.read_bytes().startswith(b"BEGIN:VCALENDAR")
