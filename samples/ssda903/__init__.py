"""Sample returns of children looked after (SSDA903): invented children whose years continue each other.

Every child is made up, with every fact about it: nothing is drawn from a real return. The same seed gives the same
bytes on every machine, and the same children in a period whatever other periods are written with it. An
authority looks after as many children as the days of its PSS EX1 sample imply, half of that in modern years.

A return of 2017-18 or later breaks no rule of the DfE's rule book that can be tested without reference tables of
post codes and providers: post codes and URNs are invented and in no such table. Returns of 2005-06 to 2007-08
have the layout of the club's own extract. `defects` makes chosen faults in copies of a return.
"""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from ingestion.errors import ClubError
from samples.members import Member, members
from samples.ssda903.csv_files import CsvReturn
from samples.ssda903.days import KNOWN_YEARS, Year
from samples.ssda903.habits import WESTERN, Form, Habit, habit_of
from samples.ssda903.lives import life_of
from samples.ssda903.market import market_of
from samples.ssda903.population import children_of
from samples.ssda903.returns import rows_of
from samples.ssda903.workbook_file import WorkbookReturn
from samples.ssda903.xml_file import XmlReturn

__all__ = ["PERIODS", "write_authority", "write_child_samples"]

PERIODS = ("2005-06", "2006-07", "2007-08", "2023-24", "2024-25", "2025-26")
WRITERS: dict[Form, type[CsvReturn | XmlReturn | WorkbookReturn]] = {
    Form.CSV: CsvReturn,
    Form.XML: XmlReturn,
    Form.WORKBOOK: WorkbookReturn,
}


def write_child_samples(
    folder: Path,
    *,
    seed: int = 1999,
    periods: Sequence[str] = PERIODS,
    children: int | None = None,
    authorities: Collection[str] | None = None,
) -> list[Path]:
    """Write returns of invented children into a landing zone; return the files written, in order.

    `children` is roughly the number that each authority looks after on 31 March.

    Raises:
        ClubError: there are such returns already, a period has no layout, or there are no children to look after.
    """
    years = [_year(period) for period in sorted(periods)]
    if children is not None and children < 1:
        raise ClubError(f"An authority looks after at least one child; found {children}.")
    written: list[Path] = []
    for member in members():
        if authorities is None or member.code in authorities:
            target = folder / member.code / "ssda903"
            _refuse_filled(target)
            for run in _runs(years):
                written += write_authority(target, member, run, seed=seed, children=children)
    return sorted(written)


def write_authority(
    folder: Path,
    member: Member,
    years: Sequence[Year],
    *,
    seed: int = 1999,
    children: int | None = None,
    habit: Habit | None = None,
) -> list[Path]:
    """Write one authority's returns into `folder/<period>`, in the authority's own habit or in another."""
    habit = habit or habit_of(member.code)
    market, team = market_of(seed, member.code), _team(member, children, habit)
    sinks = [(year, WRITERS[habit.form](folder / year.period, habit, year)) for year in years]
    for child in children_of(seed, member, children, years):
        life = life_of(child, market)
        for year, sink in sinks:
            rows = rows_of(life, year, member.dfe_la_number, team)
            if rows is not None:
                sink.add(rows)
    return [path for _, sink in sinks for path in sink.close()]


@cache
def _team(member: Member, children: int | None, habit: Habit) -> tuple[str, ...]:
    """Return the ids of the social workers; where files are not UTF-8, some have a letter that reveals it."""
    count = 20 + (children or member.size * 2) // 12
    letter = "É" if habit.encoding == WESTERN else "E"
    first = int(member.dfe_la_number) * 1000
    return tuple(f"SW{letter if number % 20 == 0 else ''}{first + number}" for number in range(count))


def _year(period: str) -> Year:
    for first in KNOWN_YEARS:
        if Year(first).period == period:
            return Year(first)
    known = ", ".join(Year(first).period for first in KNOWN_YEARS)
    raise ClubError(f"There are no returns of children looked after for '{period}'; known are {known}.")


def _runs(years: Sequence[Year]) -> list[list[Year]]:
    """Group consecutive years, so that a child's life is generated once for all of them."""
    runs: list[list[Year]] = []
    for year in years:
        if runs and runs[-1][-1].first + 1 == year.first:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs


def _refuse_filled(folder: Path) -> None:
    if folder.exists() and any(path.is_file() for path in folder.rglob("*")):
        raise ClubError(
            f"{folder} already holds files. Samples are never written among returns; give another folder."
        )
