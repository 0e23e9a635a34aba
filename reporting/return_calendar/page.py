"""What every member owes as one page, and the days beside it for a calendar program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

import psycopg
from jinja2 import Environment

from ingestion.outbox import stream_if_changed, write_if_changed
from ingestion.outbox.pages import page_templates
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.members import Members, read_members
from reporting.one_build import read_one_build
from reporting.return_calendar.calendar_file import calendar_file
from reporting.return_calendar.rows import Kept, Owed, of_interest, read_kept, read_owed
from reporting.return_calendar.statuses import STATUSES

FOLDER = Path(__file__).parent
PAGE, CALENDAR = "returns.html", "returns.ics"


@dataclass(frozen=True)
class Rows:
    """What the page is made of, all of one build."""

    members: Members
    owed: Sequence[Owed]
    kept: Sequence[Kept]
    days: bytes


@dataclass(frozen=True)
class Matrix:
    """A return: its years or rounds by the day on which they are due, and how each member stands in each."""

    return_code: str
    title: str
    periods: tuple[Owed, ...]
    statuses: dict[tuple[str, str], str]

    def status(self, authority_code: str, period_code: str) -> str:
        """How a member stands."""
        return self.statuses[authority_code, period_code]


def write_returns_page(settings: Settings, today: date) -> Path:
    """Write what is owed as of a day into the club's outbox, and the days beside it; return the page.

    Raises:
        ClubError: the marts were built anew again and again meanwhile.
    """
    rows = read_one_build(settings, Role.ANALYST, _read)
    page = settings.club_outbox / PAGE
    write_if_changed(page, render_page(rows, today))
    stream_if_changed(page.with_name(CALENDAR), lambda file: file.write(rows.days))
    return page


def render_page(rows: Rows, today: date) -> str:
    """Render the page; the same rows on the same day give the same text."""
    owed = of_interest(rows.owed, today)
    return (
        _environment()
        .get_template("returns.html.j2")
        .render(
            members=rows.members,
            matrices=_matrices(owed),
            kept=[each for each in rows.kept if each.due],
            titles={code: each.title for code, each in catalogue().items()},
            wanted=[each for each in owed if STATUSES[each.status].mood == "wanted"],
            said=STATUSES,
            calendar=CALENDAR,
            today=today,
        )
    )


def _read(connection: psycopg.Connection) -> Rows:
    return Rows(read_members(connection), read_owed(connection), read_kept(connection), calendar_file(connection))


def _matrices(owed: Sequence[Owed]) -> list[Matrix]:
    """Set what is owed as a matrix for each return, in the order in which the club lists its returns."""
    order = list(catalogue())
    by_return = groupby(
        sorted(owed, key=lambda each: order.index(each.return_code)), lambda each: each.return_code
    )
    return [_matrix(code, list(found)) for code, found in by_return]


def _matrix(return_code: str, owed: Sequence[Owed]) -> Matrix:
    periods = {each.period_code: each for each in sorted(owed, key=lambda each: each.due_on)}
    statuses = {(each.authority_code, each.period_code): each.status for each in owed}
    return Matrix(return_code, catalogue()[return_code].title, tuple(periods.values()), statuses)


@cache
def _environment() -> Environment:
    return page_templates(FOLDER)
