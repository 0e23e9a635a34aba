"""The days on which returns are due, for a calendar program."""

from datetime import datetime, timedelta

import psycopg
from icalendar import Alarm, Calendar, Event

from reporting.return_calendar.rows import Due, read_due

_BUILD = "select build_id, built_at from marts.build"


def calendar_file(connection: psycopg.Connection) -> bytes:
    """Write the days on which returns are due in iCalendar (RFC 5545), for a calendar program to follow.

    An entry keeps its UID; its SEQUENCE rises with every build, so that a day that has moved moves there too.
    """
    (build_id, built_at) = connection.execute(_BUILD).fetchone() or (0, datetime.min)
    calendar = Calendar()
    calendar.add("prodid", "-//Benchmarking club//Calendar of returns//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Returns of the benchmarking club")
    for each in read_due(connection):
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
