"""Figures that moved, for readers of pages and spreadsheets: `restatements.html`, all rows in `restatements.csv`.

The page has a section for each return that was sent again and each release that replaced another, and in it
the figures of the members, the region and England. A publisher restates thousands of others; they are in the file.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox import write_if_changed
from ingestion.outbox.pages import page_templates
from ingestion.outbox.spreadsheets import csv_text
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.members import Members, read_members
from reporting.one_build import read_one_build
from reporting.restatements.rows import Restatement, read_restatements, shown_percent, shown_value

FOLDER = Path(__file__).parent

# On the page; a section with more rows says how many are in the file alone.
MOST_ROWS = 60


@dataclass(frozen=True)
class Section:
    """One source that replaced another, and the figures that moved because of it."""

    heading: str
    of_release: bool  # else of one return, and the heading names the authority and the year
    day: date
    old_source: str
    new_source: str
    shown: tuple[Restatement, ...]
    left_out: int


def write_restatement_report(
    settings: Settings, folder: Path, since: date | None = None, authority: str | None = None
) -> Path:
    """Write the page and the file into a folder; return the path of the page."""
    found, members = read_one_build(
        settings,
        Role.ANALYST,
        lambda connection: (read_restatements(connection, since, authority), read_members(connection)),
    )
    page = folder / "restatements.html"
    write_if_changed(page, render_page(found, members, since))
    write_if_changed(folder / "restatements.csv", as_csv(found))
    return page


def as_csv(found: Iterable[Restatement]) -> str:
    """Write every row as CSV, with the columns of the mart."""
    rows = (asdict(one) | {"restated_at": one.restated_at.isoformat(timespec="seconds")} for one in found)
    return csv_text((column.name for column in fields(Restatement)), (row.values() for row in rows))


def render_page(found: list[Restatement], members: Members, since: date | None = None) -> str:
    """Render the page; the same rows give the same text."""
    return (
        _environment()
        .get_template("restatements.html.j2")
        .render(region=members.region, since=since, found=found, sections=sections(found, members))
    )


def sections(found: list[Restatement], members: Members) -> list[Section]:
    """Group the rows by source, the latest first; on one day, returns sent again before releases."""
    near = [one for one in found if one.geography != "local_authority" or one.authority_code in members.names]
    made = []
    for _, group in groupby(sorted(near, key=_latest_first), key=_source):
        rows = tuple(group)
        first = rows[0]
        of_release = first.basis != "submitted"
        made.append(
            Section(
                heading=first.new_source if of_release else f"{first.place_name}, {first.period_code}",
                of_release=of_release,
                day=first.restated_at.date(),
                old_source=first.old_source,
                new_source=first.new_source,
                shown=rows[:MOST_ROWS],
                left_out=max(len(rows) - MOST_ROWS, 0),
            )
        )
    return made


def _source(one: Restatement) -> tuple[object, ...]:
    """Return the key of a section: one return of one authority, or one release that replaced another."""
    of_return = (one.place_name, one.period_code) if one.basis == "submitted" else ()
    return (-one.restated_at.timestamp(), one.basis != "submitted", of_return, one.new_source, one.old_source)


def _latest_first(one: Restatement) -> tuple[object, ...]:
    return (
        *_source(one), one.figure_kind, one.geography != "national", one.geography != "regional",
        one.figure_code, one.place_name, one.period_code,
    )  # fmt: skip


@cache
def _environment() -> Environment:
    return page_templates(FOLDER, value=shown_value, percent=shown_percent)
