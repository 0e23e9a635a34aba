"""The calendar of returns: what each member owes, on the screen, and the days for a calendar program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg
from icalendar import Alarm, Calendar, Event
from psycopg.rows import class_row
from rich.table import Table

from reporting.members import read_members

# What stands in the matrix for each status of a return.
SHOWN = {
    "accepted": "[green]✓[/green]",
    "waiting": "[yellow]waiting[/yellow]",
    "rejected": "[red]rejected[/red]",
    "quarantined": "[yellow]quarantined[/yellow]",
    "received": "received",
    "late": "[red]late[/red]",
    "due": "due",
    "not_due": "·",
}

A_YEAR = timedelta(days=366)

_STATUS = """
select return_code, period_code, authority_code, opens_on, due_on, is_due_day_assumed, status, days_left, versions
from marts.return_status
where %(authority)s::text is null or authority_code = %(authority)s
order by due_on, return_code, period_code, authority_code
"""
_DUE = """
select return_code, period_code, opens_on, due_on, chase_days, provenance
from marts.dim_return_due
order by due_on, return_code, period_code
"""
_BUILD = "select build_id, built_at from marts.build"


@dataclass(frozen=True)
class Owed:
    """A return that a member owes for a year or round, and how it stands."""

    return_code: str
    period_code: str
    authority_code: str
    opens_on: date | None
    due_on: date
    is_due_day_assumed: bool
    status: str
    days_left: int | None
    versions: int


@dataclass(frozen=True)
class Due:
    """When a return opens and is due for a year or round, and on which days before it reminds."""

    return_code: str
    period_code: str
    opens_on: date | None
    due_on: date
    chase_days: str
    provenance: str

    @property
    def days_before(self) -> list[int]:
        """The days before the due day on which whoever lacks it is reminded."""
        return [-int(days) for days in self.chase_days.split(";") if int(days) < 0]


def read_owed(connection: psycopg.Connection, authority: str | None = None) -> list[Owed]:
    """Read what every member owes, or one of them."""
    with connection.cursor(row_factory=class_row(Owed)) as cursor:
        return cursor.execute(_STATUS, {"authority": authority}).fetchall()


def still_open(owed: Sequence[Owed], today: date) -> list[Owed]:
    """Leave out the returns and periods about which nothing is to be done, and those of old that nobody has sent.

    Nothing is to be done where all have been accepted, or where it is not open yet.
    """
    places: dict[tuple[str, str], list[Owed]] = {}
    for each in owed:
        places.setdefault((each.return_code, each.period_code), []).append(each)
    return [
        each
        for of_place in places.values()
        if any(one.status not in ("accepted", "not_due") for one in of_place)
        and (of_place[0].due_on > today - A_YEAR or any(one.versions for one in of_place))
        for each in of_place
    ]


def status_table(connection: psycopg.Connection, owed: Sequence[Owed]) -> Table:
    """Set what members owe as a table: a row for each return and period, a column for each member."""
    names = read_members(connection).names
    members = [code for code in names if any(each.authority_code == code for each in owed)]
    table = Table("return", "period", "due", *(names[code] for code in members), title="What is owed, as of today")
    by_place = {(each.return_code, each.period_code, each.authority_code): each.status for each in owed}
    for each in {(one.return_code, one.period_code): one for one in owed}.values():
        statuses = (by_place[each.return_code, each.period_code, code] for code in members)
        due = f"{each.due_on:%Y-%m-%d}{' ?' if each.is_due_day_assumed else ''}"
        table.add_row(each.return_code, each.period_code, due, *(SHOWN[status] for status in statuses))
    table.caption = "✓ accepted   · not open yet   ? the day is assumed, and makes nobody late"
    return table


def calendar_file(connection: psycopg.Connection) -> bytes:
    """Write the days on which returns are due in iCalendar (RFC 5545), for a calendar program to follow.

    An entry keeps its UID; its SEQUENCE rises with every build, so that a day that has moved moves there too.
    """
    (build_id, built_at) = connection.execute(_BUILD).fetchone() or (0, datetime.min)
    with connection.cursor(row_factory=class_row(Due)) as cursor:
        due = cursor.execute(_DUE).fetchall()
    calendar = Calendar()
    calendar.add("prodid", "-//Benchmarking club//Calendar of returns//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Returns of the benchmarking club")
    for each in due:
        calendar.add_component(_event(each, build_id, built_at))
    return bytes(calendar.to_ical())


def _event(due: Due, build_id: int, built_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{due.return_code}-{due.period_code}@benchmarking-club")
    event.add("sequence", build_id)
    event.add("dtstamp", built_at)
    event.add("summary", f"{due.return_code} {due.period_code} is due")
    event.add("dtstart", due.due_on)
    event.add("dtend", due.due_on + timedelta(days=1))
    opens = f"It opens on {due.opens_on:%Y-%m-%d}. " if due.opens_on else ""
    day = "assumed" if due.provenance == "assumed" else "agreed" if due.provenance == "club" else "published"
    event.add("description", f"{opens}The day is {day}.")
    event.add("transp", "TRANSPARENT")
    for days in due.days_before:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{due.return_code} {due.period_code} is due in {days} days")
        alarm.add("trigger", timedelta(days=-days))
        event.add_component(alarm)
    return event
