"""Invented unit costs of adults as the publisher prints them after 2007-08: sheets made for readers.

A sheet of 2008-09 and of 2013-14 has the form's numbers above its columns, one of 2009-10 titles alone. What is
printed for the year and what for a week changes with them, as it did.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ingestion.authorities import authorities
from ingestion.seeds import seed_rows
from samples.members import Member, members

# 2008-09 begins with a mark of UTF-8, the others are written on Windows, with its pound sign.
ENCODINGS = {"2008-09": "utf-8-sig", "2009-10": "windows-1252", "2013-14": "windows-1252"}
WITHOUT_NUMBERS = {"2009-10"}
RETURN, TABLE, FIRST_YEAR = "adult_unit_costs", "unit_costs", 2008
NOT_AVAILABLE, NOT_APPLICABLE = "..", "."
TO_COUNTRY = 7.2  # England as a multiple of the members
GROWTH = 1.031
ACTIVITY = {
    "A1.1": "Overall total of existing clients with completed reviews",
    "A2.1": "Number of completed reviews of clients aged 65 and over",
    "A3.3": "Learning disability, 18-64, completed assessments",
}
HIDDEN, LEAST_SHOWN = "-", 300
# Not available: authority, year, number on the form.
MISSING = {("walsall", "2009-10", "2.39"), ("coventry", "2013-14", "2.54")}
# Nobody is served by the council itself: none over none.
NOBODY = {("solihull", "2.20"), ("herefordshire", "2.53")}


@dataclass(frozen=True)
class Kind:
    """Unit costs of one kind: pounds for one unit in 2008-09, and units in a week per thousand inhabitants."""

    pounds: float
    a_week: float
    is_people: bool


WEEKS, HOURS = Kind(520, 9.0, False), Kind(14.8, 240, False)
PEOPLE, CLIENTS, MEALS = Kind(118, 6, True), Kind(46, 9, True), Kind(4.2, 30, False)


@dataclass(frozen=True)
class Ratio:
    """A unit cost of one year: its measures, and what its quotient is multiplied by."""

    value: str
    numerator: str
    denominator: str
    multiplier: float


def sheet_rows(seed: int, period: str) -> Iterator[list[str]]:
    """Yield the sheet of a year: titles and headings, a row per council, England, and notes."""
    columns = columns_of(period)
    width = 1 + len(columns)
    yield _row([f"Adults' unit costs by council, {period} (invented)"], width)
    yield _row([], width)
    yield ["", *(_title(row, period) for row in columns)]
    if period not in WITHOUT_NUMBERS:
        yield ["", *(row["reference"].partition(" ")[0] for row in columns)]
        yield ["", *(row["reference"].partition(" ")[2].title() for row in columns)]
    found = [(member, _figures(seed, member, period)) for member in members()]
    for member, figures in found:
        number = authorities()[member.code].cassr_code
        yield [f"{number} - {member.name}", *_printed(member.code, figures, columns, period)]
    total = {ratio: _added([figures[ratio] for _, figures in found]) for ratio in ratios_of(period)}
    yield ["TOTAL England", *_printed("england", total, columns, period)]
    yield _row([], width)
    yield [".. means data not available"]
    yield _row([". means not applicable"], width)


def activity_rows(seed: int, period: str) -> Iterator[list[str]]:
    """Yield a sheet of activity; in 2008-09 the number and the name of a council have a column each."""
    is_apart = period == "2008-09"
    start = [""] * (2 if is_apart else 1)
    yield [*start[1:], "Personal social services (invented)", *[""] * len(ACTIVITY)]
    yield [*start, "Assessments, reviews and services", *[""] * (len(ACTIVITY) - 1)]
    yield [*start, *ACTIVITY.values()]
    yield [*start, *ACTIVITY]
    for member in members():
        number = authorities()[member.code].cassr_code
        label = [str(number), member.name] if is_apart else [f"{number} - {member.name}"]
        chances = [_chance(seed, member.code, f"{reference}/{period}") for reference in ACTIVITY]
        counts = [5 * round(member.size * chance.uniform(0.2, 8)) for chance in chances]
        yield [*label, *(HIDDEN if count < LEAST_SHOWN else f"{count:,}" for count in counts)]
    yield [*start, *[""] * len(ACTIVITY)]
    yield [*start[1:], "All data are rounded to the nearest 5", *[""] * len(ACTIVITY)]


@cache
def columns_of(period: str) -> list[dict[str, str]]:
    """List the columns of a year in the order of the crosswalk."""
    return [
        row
        for row in seed_rows("published/published_sheet_figures")
        if row["return_code"] == RETURN and row["table_name"] == TABLE and row["reference"]
        and _holds(row, period)
        # The publisher leaves out what is counted on 31 March for one year.
        and not (period in WITHOUT_NUMBERS and _kind(row["measure_code"]) is PEOPLE)
    ]  # fmt: skip


@cache
def ratios_of(period: str) -> list[Ratio]:
    """List the unit costs of a year."""
    return [
        Ratio(row["value_measure"], row["numerator_measure"], row["denominator_measure"], float(row["multiplier"]))
        for row in seed_rows("published/published_ratios")
        if row["value_measure"].startswith("adult_") and _holds(row, period)
    ]


def _holds(row: dict[str, str], period: str) -> bool:
    return row["from_release"] <= period <= (row["to_release"] or period)


def _title(row: dict[str, str], period: str) -> str:
    """Print a title; the year stands in it where no number tells the column."""
    title = _titles()[row["reference"]].capitalize()
    return title.replace("31 march", f"31 March {int(period[:4]) + 1}") if period in WITHOUT_NUMBERS else title


@cache
def _titles() -> dict[str, str]:
    """Map each number and part to its title; 2.22 is called what 2.22A is called, and 2.1A what 2.1 is."""
    rows = [row for row in seed_rows("published/published_sheet_figures") if row["reference"]]
    titles = {row["reference"]: row["title"] for row in rows if row["title"]}
    for row in rows:
        number, _, part = row["reference"].partition(" ")
        other = number.removesuffix("A") if number.endswith("A") else f"{number}A"
        titles.setdefault(row["reference"], titles.get(f"{other} {part}", ""))
    return titles


def _kind(measure_code: str) -> Kind:
    number = measure_code.split("_")[2]
    turn = int(number.rstrip("a"))
    if turn <= 21:
        return WEEKS
    if turn <= 24:
        return HOURS
    if number == "34a" or 35 <= turn <= 42:
        return CLIENTS
    return MEALS if 52 <= turn <= 54 else PEOPLE


def _figures(seed: int, member: Member, period: str) -> dict[Ratio, tuple[float, float]]:
    """Invent numerator and denominator of each unit cost; levels stay from year to year, prices grow."""
    years = int(period[:4]) - FIRST_YEAR
    found: dict[Ratio, tuple[float, float]] = {}
    for ratio in ratios_of(period):
        name = ratio.value.removesuffix("_unit_cost")
        kind = _kind(ratio.value)
        level, moved = _chance(seed, member.code, name), _chance(seed, member.code, f"{name}/{period}")
        a_week = member.size * kind.a_week * level.uniform(0.3, 1) * moved.uniform(0.97, 1.03)
        pounds = kind.pounds * level.uniform(0.85, 1.2) * GROWTH**years * moved.uniform(0.98, 1.02)
        if (member.code, name.removeprefix("adult_").replace("_", ".")) in NOBODY:
            a_week = 0
        if kind.is_people:
            a_week = 5 * round(a_week / 5)
        spent = pounds * a_week * 52 / 1000
        # What the quotient is multiplied by tells what is printed: 1000 goes with the units of a year.
        denominator = a_week * 52 * ratio.multiplier / 1000
        found[ratio] = (round(spent), round(denominator))
    return found


def _added(figures: list[tuple[float, float]]) -> tuple[float, float]:
    return (
        round(TO_COUNTRY * sum(numerator for numerator, _ in figures)),
        round(TO_COUNTRY * sum(denominator for _, denominator in figures)),
    )


def _printed(
    code: str, figures: dict[Ratio, tuple[float, float]], columns: list[dict[str, str]], period: str
) -> list[str]:
    cells: dict[str, str] = {}
    for ratio, (numerator, denominator) in figures.items():
        number = ratio.value.removesuffix("_unit_cost").removeprefix("adult_").replace("_", ".")
        value = f"{ratio.multiplier * numerator / denominator:,.1f}" if denominator else NOT_APPLICABLE
        printed = [f"{numerator:,}", f"{denominator:,}", value]
        if (code, period, number) in MISSING:
            printed = [NOT_AVAILABLE] * 3
        cells |= dict(zip((ratio.numerator, ratio.denominator, ratio.value), printed, strict=True))
    return [cells[row["measure_code"]] for row in columns]


def _row(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _chance(seed: int, code: str, name: str) -> random.Random:
    return random.Random(f"{seed}/{code}/{name}")  # noqa: S311 -- invented figures, no secrets
