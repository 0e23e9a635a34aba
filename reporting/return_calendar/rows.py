"""What members owe and when returns are due, as the marts have it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import psycopg
from psycopg.rows import class_row

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
_KEPT = """
select authority_code, return_code, due, in_time, late, missing, most_days_late, sent_again
from marts.timeliness
order by return_code, authority_code
"""


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


@dataclass(frozen=True)
class Kept:
    """How a member has kept to the published and agreed days of a return, by how many were due."""

    authority_code: str
    return_code: str
    due: int
    in_time: int
    late: int
    missing: int
    most_days_late: int | None
    sent_again: int


def read_owed(connection: psycopg.Connection, authority: str | None = None) -> list[Owed]:
    """Read what every member owes, or one of them."""
    with connection.cursor(row_factory=class_row(Owed)) as cursor:
        return cursor.execute(_STATUS, {"authority": authority}).fetchall()


def read_due(connection: psycopg.Connection) -> list[Due]:
    """Read when each return is due."""
    with connection.cursor(row_factory=class_row(Due)) as cursor:
        return cursor.execute(_DUE).fetchall()


def read_kept(connection: psycopg.Connection) -> list[Kept]:
    """Read how each member has kept to the calendar."""
    with connection.cursor(row_factory=class_row(Kept)) as cursor:
        return cursor.execute(_KEPT).fetchall()


def standing_on(owed: Sequence[Owed], day: date) -> list[Owed]:
    """Say how what is owed stood on a day: of what has not been sent, whether it is due hangs on the day."""
    return [
        replace(each, status=_unsent_on(each, day)) if each.status in ("not_due", "due", "late") else each
        for each in owed
    ]


def of_interest(owed: Sequence[Owed], today: date) -> list[Owed]:
    """Leave out the returns and periods of old that nobody has sent."""
    return [
        each
        for of_place in _by_place(owed)
        if of_place[0].due_on > today - A_YEAR or any(one.versions for one in of_place)
        for each in of_place
    ]


def still_open(owed: Sequence[Owed], today: date) -> list[Owed]:
    """Leave out also those about which nothing is to be done: all have been accepted, or it is not open yet."""
    return [
        each
        for of_place in _by_place(of_interest(owed, today))
        if any(one.status not in ("accepted", "not_due") for one in of_place)
        for each in of_place
    ]


def _unsent_on(owed: Owed, day: date) -> str:
    if owed.opens_on and day < owed.opens_on:
        return "not_due"
    return "due" if day <= owed.due_on or owed.is_due_day_assumed else "late"


def _by_place(owed: Sequence[Owed]) -> list[list[Owed]]:
    """Group what is owed by return and period."""
    places: dict[tuple[str, str], list[Owed]] = {}
    for each in owed:
        places.setdefault((each.return_code, each.period_code), []).append(each)
    return list(places.values())
