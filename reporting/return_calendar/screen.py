"""What members owe, as a table on the screen."""

from collections.abc import Sequence

import psycopg
from rich.table import Table

from reporting.members import read_members
from reporting.return_calendar.rows import Owed
from reporting.return_calendar.statuses import STATUSES

_COLOURS = {"done": "green", "pending": "yellow", "wanted": "red"}


def status_table(connection: psycopg.Connection, owed: Sequence[Owed]) -> Table:
    """Set what members owe as a table: a row for each return and period, a column for each member."""
    names = read_members(connection).names
    members = [code for code in names if any(each.authority_code == code for each in owed)]
    table = Table("return", "period", "due", *(names[code] for code in members), title="What is owed, as of today")
    by_place = {(each.return_code, each.period_code, each.authority_code): each.status for each in owed}
    for each in {(one.return_code, one.period_code): one for one in owed}.values():
        statuses = (by_place[each.return_code, each.period_code, code] for code in members)
        due = f"{each.due_on:%Y-%m-%d}{' ?' if each.is_due_day_assumed else ''}"
        table.add_row(each.return_code, each.period_code, due, *map(_shown, statuses))
    table.caption = "✓ accepted   · not open yet   ? the day is assumed, and makes nobody late"
    return table


def _shown(status: str) -> str:
    said = STATUSES[status]
    return f"[{_COLOURS[said.mood]}]{said.word}[/{_COLOURS[said.mood]}]"
