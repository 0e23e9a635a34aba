"""Invented figures of the adult social care finance return as the publisher prints them: councils side by side."""

import random
from collections.abc import Iterator
from functools import cache

from ingestion.authorities import authorities
from ingestion.seeds import seed_rows
from samples.members import Member, members

RETURN, PERIOD = "asc_fr", "2014-15"
PLACES = (("West Midlands", 1.0), ("England", 7.2))
NOT_AVAILABLE, NOT_APPLICABLE = ":", "."
# Pounds a week and weeks per thousand inhabitants, by the word of the service in a row.
SERVICES = {"nursing": (610, 30), "residential": (640, 60), "to maximise independence": (430, 15)}
HOURLY_RATES = {"internal": 27.0, "external": 14.0}
WITHOUT_OWN_HOME_CARE = ("solihull", "warwickshire")
NOT_GIVEN = "walsall"  # its activity of one row
EXPENDITURE = (
    "Gross total cost: own provision",
    "Gross total cost: provision by others",
    "Gross total expenditure",
)

Rows = Iterator[list[str]]


def unit_cost_rows(seed: int) -> Rows:
    """Yield the sheet of unit costs: numerator, denominator and value in three rows, one column per council."""
    keys = ["Support type", "Age category", "Primary support reason", "Service delivery mechanism"]
    yield from _heading([*keys, "Unit cost category", "Unit cost provision"])
    for words in _costs():
        found = [_cost_and_weeks(seed, member, words) for member in members()]
        for _, times in PLACES:
            found.append((times * sum(c for c, _ in found[:14]), times * sum(w for _, w in found[:14])))
        start, provision = list(words[:4]), words[4]
        yield [*start, "Numerator", provision, *(f"{cost:.2f}" for cost, _ in found)]
        yield [*start, "Denominator", provision, *(f"{weeks:.2f}" for _, weeks in found)]
        yield [*start, "Unit costs", provision, *(_quotient(cost, weeks) for cost, weeks in found)]
    yield from _notes(len(keys) + 2, "Unit costs are presented in \u00a3's")


def activity_rows(seed: int) -> Rows:
    """Yield the sheet of activity: weeks of some services, and the hourly rates of home care."""
    yield from _heading(
        ["Support type", "Age category", "Primary support reason", "Service delivery mechanism", "Provision"]
    )
    for age in ("Age 18 to 64", "Age 65 and over"):
        for provision in ("In house provision", "External provision"):
            weeks = [_chance(seed, m, f"{age}/{provision}").uniform(5, 9) * m.size for m in members()]
            cells = [
                NOT_AVAILABLE if member.code == NOT_GIVEN else f"{amount:.2f}"
                for member, amount in zip(members(), weeks, strict=True)
            ]
            totals = [f"{times * sum(weeks):.2f}" for _, times in PLACES]
            yield ["Long term", age, "Physical support", "Residential", provision, *cells, *totals]
    for whose, pounds in HOURLY_RATES.items():
        start = ["", "Age 18 and over", "", f"{whose.title()} home care provision", "Hourly rate"]
        rates = [_rate(seed, member, whose, pounds) for member in members()]
        asked = [rate for rate in rates if rate]
        mean = f"{sum(asked) / len(asked):.2f}"
        yield [*start, *(f"{rate:.2f}" if rate else "0" for rate in rates), mean, mean]
    yield ["", "Age 18 and over", "", "Capital charges", "", *(["Yes", "No"] * 7), "", ""]
    yield from _notes(5, "Home Care data are presented in \u00a3s")


def expenditure_rows(seed: int) -> Rows:
    """Yield the sheet of expenditure: a few services by accounting category. It has no region and no England."""
    yield from _heading(
        ["Support type", "Age category", "Summary", "Delivery mechanism", "Accounting category"], places=()
    )
    for summary in ("Physical support", "Learning disability support"):
        parts = [
            [_chance(seed, member, f"{summary}/{part}").uniform(2, 9) * member.size for member in members()]
            for part in EXPENDITURE[:2]
        ]
        for category, amounts in zip(
            EXPENDITURE, [*parts, [sum(both) for both in zip(*parts, strict=True)]], strict=True
        ):
            start = ["Long term", "Age 65 and over", summary, "Residential", category]
            yield [*start, *(f"{amount:.2f}" for amount in amounts)]
    yield from _notes(5, "Data are presented in \u00a3000's", places=())


SHEETS = {"unit_costs": unit_cost_rows, "activity": activity_rows, "expenditure": expenditure_rows}


@cache
def _costs() -> list[tuple[str, ...]]:
    """List the unit costs of the crosswalk by their words: support, age, reason, service, provision."""
    rows = [
        row["title"].split(" | ")
        for row in seed_rows("published/published_sheet_figures")
        if row["return_code"] == RETURN and row["table_name"] == "unit_costs" and "numerator" in row["title"]
    ]
    return [_in_columns([word.capitalize() for word in words if word != "numerator"]) for words in rows]


def _in_columns(words: list[str]) -> tuple[str, ...]:
    """Leave the reason empty where all adults are meant."""
    return (*words[:2], "", *words[2:]) if len(words) == 4 else tuple(words)


def _cost_and_weeks(seed: int, member: Member, words: tuple[str, ...]) -> tuple[float, float]:
    name = "/".join(words)
    pounds, weeks = next(known for service, known in SERVICES.items() if service in words[3].lower())
    chance = _chance(seed, member, name)
    amount = round(weeks * member.size * chance.uniform(0.2, 1), 2)
    if words[4] == "Own provision" and member.code in WITHOUT_OWN_HOME_CARE:
        amount = 0
    return round(amount * pounds * chance.uniform(0.85, 1.2) / 1000, 2), amount


def _rate(seed: int, member: Member, whose: str, pounds: float) -> float:
    if whose == "internal" and member.code in WITHOUT_OWN_HOME_CARE:
        return 0
    return round(pounds * _chance(seed, member, whose).uniform(0.8, 1.25), 2)


def _quotient(cost: float, weeks: float) -> str:
    return f"{1000 * round(cost, 2) / round(weeks, 2):.2f}" if weeks else NOT_APPLICABLE


def _heading(keys: list[str], places: tuple[tuple[str, float], ...] = PLACES) -> Rows:
    yield [*[""] * len(keys), *(["WM"] * len(members())), *("" for _ in places)]
    councils = [f"{authorities()[member.code].cassr_code} - {member.name}" for member in members()]
    yield [*keys, *councils, *(name for name, _ in places)]


def _notes(keys: int, text: str, places: tuple[tuple[str, float], ...] = PLACES) -> Rows:
    width = keys + len(members()) + len(places)
    yield [""] * width
    yield [text, *[""] * (width - 1)]


def _chance(seed: int, member: Member, name: str) -> random.Random:
    return random.Random(f"{seed}/{member.code}/asc-fr/{name}")  # noqa: S311 -- invented figures, no secrets
