"""The year of a return of child-level tables, inferred from its dates when the user does not give it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.collect.columns import KnownTable, find_headers, recognise_columns
from ingestion.readers.source import read_tables
from ingestion.readers.table import UnreadableFile
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import Settings

# Shares of all dates. The year of a return is full of reviews; the few dates after it are typing errors.
_MANY = 0.05
_SLIPS = 0.01

_DAY_FIRST = re.compile(r"\s*(?:0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])/(\d{4})\s*")
_YEAR_FIRST = re.compile(r"\s*(\d{4})-(0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ].*)?\s*")


@dataclass(frozen=True)
class ToldYear:
    """The inferred year, and the sentence that explains it."""

    period_code: str
    reason: str


def tell_year(layout: ReturnLayout, files: Iterable[Path], settings: Settings, today: date) -> ToldYear:
    """Infer the year in which the dates in these files end; if unclear, take the latest year that has begun.

    Files that cannot be read are skipped: the check itself reports them.
    """
    begun = [period for period in layout.periods if int(period[:4]) <= _first_year(today.year, today.month)]
    years: Counter[int] = Counter()
    for cell, count in _dates(layout, files, settings).items():
        if (year := _year_of(cell)) is not None:
            years[year] += count
    last = _last_year(years)
    told = next((period for period in begun if int(period[:4]) == last), None)
    dated = " and ".join(table.name for table in layout.tables if table.events)
    if told:
        return ToldYear(
            told,
            f"Checked as the return of {told}: that is where the dates of its {dated} end. "
            "If it is another year's, say so with --year.",
        )
    why = "they end in no year that there is a form of, or run out slowly" if years else "there are none"
    return ToldYear(
        begun[-1],
        f"Checked as the return of {begun[-1]}, the latest year that has begun: the dates of its {dated} "
        f"do not tell which year it is for ({why}). If it is another year's, say so with --year.",
    )


def _last_year(years: Counter[int]) -> int | None:
    """Return the last year with many dates and hardly any after it; None if there is no such year."""
    total, later = years.total(), 0
    for year in sorted(years, reverse=True):
        if years[year] >= _MANY * total:
            return year if later <= _SLIPS * total else None
        later += years[year]
    return None


def _dates(layout: ReturnLayout, files: Iterable[Path], settings: Settings) -> Counter[str]:
    found: Counter[str] = Counter()
    for path in files:
        try:
            for table in _tables(path, layout, settings):
                found.update(_cells(table))
        except UnreadableFile:
            continue
    return found


def _tables(path: Path, layout: ReturnLayout, settings: Settings) -> Iterator[KnownTable]:
    for headed in find_headers(read_tables(lambda: path.open("rb"), layout, settings)):
        try:
            known = recognise_columns(headed, layout)
        except UnreadableFile:
            continue
        if known.layout.events:
            yield known


def _cells(known: KnownTable) -> Iterator[str]:
    places = [known.positions[column] - 1 for column in known.layout.events]
    width = len(known.headed.headings)
    for _, cells in known.headed.rows:
        if len(cells) == width:
            for place in places:
                yield cells[place]


def _year_of(cell: str) -> int | None:
    """Return the first calendar year of the financial year of a date; None when the cell holds none."""
    if match := _DAY_FIRST.fullmatch(cell):
        return _first_year(int(match[2]), int(match[1]))
    if match := _YEAR_FIRST.fullmatch(cell):
        return _first_year(int(match[1]), int(match[2]))
    return None


def _first_year(year: int, month: int) -> int:
    return year if month >= 4 else year - 1
