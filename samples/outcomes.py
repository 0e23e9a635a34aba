"""Invented outcomes of adult social care (ASCOF), in the publisher's layout: figures without counts."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from ingestion.returns.catalogue import find_return
from samples.members import Member, members

RELEASE = "2023-24"
HEADER = (
    "Year", "Geographical Description", "ONS Code", "Measure Group", "Measure Group Description", "Measure_Value",
    "Geographical Level", "Disaggregation Level", "Measure Type",
)  # fmt: skip
DIRECTION_HEADER = ("Measure Group Description", "Direction")
FIRST_YEARS = range(2017, 2024)
# The year in which the codes were given anew; what had a name then has it still, and may have another code.
NEW_EDITION = 2023
SURVEYS_OF_CARERS = (2018, 2021, 2023)
WITHOUT_SURVEY = 2020


class Outcome(NamedTuple):
    """An outcome: its codes before and since the new edition, and what it is about.

    Levels lie between `low` and `high`, given to as many decimals. A survey of carers comes in some years only;
    what has no new code ended with the old edition, or with the year that begins in `until`.
    """

    measure: str
    old_code: str
    new_code: str
    low: float
    high: float
    decimals: int = 1
    is_high_better: bool = True
    of_carers: bool = False
    is_survey: bool = False
    until: int = FIRST_YEARS[-1]


OUTCOMES = (
    Outcome("quality_of_life", "1A", "1A", 18.2, 19.8, is_survey=True),
    Outcome("control_over_daily_life", "1B", "3A", 72, 82, is_survey=True),
    Outcome("self_directed_support", "1C1A", "3D1A", 75, 100),
    Outcome("self_directed_support_carers", "1C1B", "3D1B", 60, 100),
    Outcome("direct_payments", "1C2A", "3D2A", 18, 38),
    Outcome("direct_payments_carers", "1C2B", "3D2B", 50, 100),
    Outcome("quality_of_life_carers", "1D", "1C", 6.8, 8.1, of_carers=True),
    Outcome("employment_learning_disability", "1E", "", 1.5, 8),
    Outcome("employment_mental_health", "1F", "", 3, 14, decimals=0),
    Outcome("own_home_learning_disability", "1G", "2E", 66, 86),
    Outcome("independent_mental_health", "1H", "", 20, 70, decimals=0),
    Outcome("social_contact", "1I1", "5A1", 38, 52, is_survey=True),
    Outcome("social_contact_carers", "1I2", "5A2", 24, 40, of_carers=True),
    Outcome("adjusted_quality_of_life", "1J", "1B", 0.36, 0.46, decimals=3, is_survey=True),
    Outcome("admissions_18_to_64", "2A1", "2B", 8, 21, is_high_better=False),
    Outcome("admissions_65_and_over", "2A2", "2C", 430, 720, is_high_better=False),
    Outcome("at_home_after_reablement", "2B1", "2D1", 74, 90),
    Outcome("offered_reablement", "2B2", "2D2", 1.8, 5.2),
    Outcome("delayed_transfers", "2C1", "", 6, 19, until=2019),
    Outcome("delayed_transfers_social_care", "2C2", "", 1, 7, until=2019),
    Outcome("delayed_transfers_joint", "2C3", "", 0.2, 2, until=2019),
    Outcome("short_term_sequel", "2D", "2A", 62, 88),
    Outcome("satisfaction", "3A", "1D", 58, 70, is_survey=True),
    Outcome("satisfaction_carers", "3B", "1E", 30, 46, of_carers=True),
    Outcome("carers_consulted", "3C", "3B", 58, 76, of_carers=True),
    Outcome("information", "3D1", "3C1", 60, 76, is_survey=True),
    Outcome("information_carers", "3D2", "3C2", 50, 68, of_carers=True),
    Outcome("feel_safe", "4A", "4A", 64, 76, is_survey=True),
    Outcome("services_make_safe", "4B", "", 82, 93, is_survey=True),
)


def outcome_rows(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield the outcomes, oldest year first: the members, their kinds, the region and England."""
    yield HEADER
    for first in FIRST_YEARS:
        for outcome in OUTCOMES:
            code = outcome.new_code if first >= NEW_EDITION else outcome.old_code
            if code and _is_published(outcome, first):
                yield from _block(seed, outcome, code, first)


def direction_rows() -> Iterator[tuple[str, ...]]:
    """Yield which end of each outcome of the new edition is better."""
    yield DIRECTION_HEADER
    for outcome in OUTCOMES:
        if outcome.new_code:
            direction = "Higher is better" if outcome.is_high_better else "Lower is better"
            yield (_described(outcome), direction)


def _block(seed: int, outcome: Outcome, code: str, first: int) -> Iterator[tuple[str, ...]]:
    year = f"{first}-{(first + 1) % 100:02}"
    # The new edition says no more what kind of row it is.
    kind = ("", "") if first >= NEW_EDITION else ("Total", "Outcome")
    values = {member: _value(seed, outcome, member, first) for member in members()}
    mean = sum(values.values()) / len(values)
    places = [
        *((member.name, member.gss_code, value, "Council") for member, value in values.items()),
        ("Metropolitan Districts", "", mean * 0.99, "Council Type"),
        ("West Midlands", "E12000005", mean, "Region"),
        ("England", "E92000001", mean * 1.01, "England"),
    ]
    for name, gss_code, value, level in places:
        written = f"{value:.{outcome.decimals}f}"
        yield (year, name, gss_code, code, _described(outcome), written, level, *kind)


def _value(seed: int, outcome: Outcome, member: Member, first: int) -> float:
    """Draw a figure: a member's level stays from year to year, and moves by a few per cent."""
    level = random.Random(f"{seed}/{member.code}/{outcome.measure}")  # noqa: S311 -- invented figures, no secrets
    moved = random.Random(f"{seed}/{member.code}/{outcome.measure}/{first}")  # noqa: S311
    share = level.random() + moved.uniform(-0.15, 0.15)
    return outcome.low + (outcome.high - outcome.low) * min(max(share, 0), 1)


def _is_published(outcome: Outcome, first: int) -> bool:
    if first > outcome.until:
        return False
    if outcome.of_carers:
        return first in SURVEYS_OF_CARERS
    return not (outcome.is_survey and first == WITHOUT_SURVEY)


def _described(outcome: Outcome) -> str:
    """Return the publisher's words for an outcome, the newest that the layout knows."""
    for table in find_return("ascof").tables:
        for series in table.figures.series if table.figures else ():
            if series.measures["Measure_Value"] == f"ascof_{outcome.measure}":
                return series.where["Measure Group Description"][-1]
    raise ValueError(f"the layout of ASCOF has no '{outcome.measure}'")
