"""Reminding and chasing: who lacks a return that is due, on which day, and who is written to about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import psycopg
from psycopg.rows import class_row

from ingestion.seeds import seed_rows
from ingestion.warehouse.mail_states import MailRole

# A chase day that was missed, as nothing ran, is made up for within a week; a return of years ago chases nobody.
MADE_UP_WITHIN = timedelta(days=7)

# The marts know the calendar and the members, as of a build; the ledger is asked what has come since.
_LACKING = """
select
    due.return_code, due.period_code, due.opens_on, due.due_on, due.provenance = 'assumed' as is_due_day_assumed,
    due.chase_days, members.authority_code,
    newest.version as newest_version, newest.state as newest_state
from marts.dim_return_due as due
cross join marts.dim_authority as members
left join lateral (
    select version, state
    from ledger.submission
    where (sender, return_code, period_code) = (members.authority_code, due.return_code, due.period_code)
    order by version desc
    limit 1
) as newest on true
where
    members.is_member
    and due.due_on between %(first)s and %(last)s
    -- What is being decided, or waits for somebody else, its sender need not send again.
    and coalesce(newest.state, '') not in ('received', 'awaiting_sign_off', 'quarantined')
    and not exists (
        select from ledger.submission
        where
            (sender, return_code, period_code) = (members.authority_code, due.return_code, due.period_code)
            and is_in_force
    )
order by due.due_on, due.return_code, due.period_code, members.authority_code
"""

# No chase day is further from the day that a return is due.
_FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Lacking:
    """A return that a member has to send: nothing came, or what came last was rejected and nothing is in force."""

    return_code: str
    period_code: str
    opens_on: date | None
    due_on: date
    is_due_day_assumed: bool
    chase_days: str
    authority_code: str
    newest_version: int | None
    newest_state: str | None


def who_lacks_what(connection: psycopg.Connection, today: date) -> list[Lacking]:
    """Read which member lacks which return, of those due within a year before or after today."""
    with connection.cursor(row_factory=class_row(Lacking)) as cursor:
        return cursor.execute(_LACKING, {"first": today - _FURTHEST, "last": today + _FURTHEST}).fetchall()


def chase_day(lacking: Lacking, today: date) -> int | None:
    """Return the chase day that today is or makes up for, in days from the day it is due; None for no chase day.

    A day that is only assumed reminds, and chases nobody. Before it opens, nobody is reminded.
    """
    if lacking.opens_on and today < lacking.opens_on:
        return None
    passed = [
        day
        for day in map(int, lacking.chase_days.split(";"))
        if timedelta() <= today - (lacking.due_on + timedelta(days=day)) < MADE_UP_WITHIN
    ]
    newest = max(passed, default=None)
    if newest is None:
        return None
    is_reminder = newest <= 0
    if is_reminder and today > lacking.due_on:
        return None
    return None if lacking.is_due_day_assumed and not is_reminder else newest


@cache
def _from_days() -> tuple[tuple[str, MailRole, int], ...]:
    rows = seed_rows("calendar/chase_recipients")
    return tuple((row["recipient"], MailRole(row["role"]), int(row["from_day"])) for row in rows)


def roles_on(day: int, recipient: str) -> Iterator[MailRole]:
    """Yield the roles that are written to on a chase day, at a `member` that lacks a return or at the `club`."""
    for whose, role, from_day in _from_days():
        if whose == recipient and from_day <= day:
            yield role
