"""Invented national statistics in the layouts of the publishers: placement stability and LAIT."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from samples.members import Member, members

COUNTRY = ("E92000001", "England")
REGION = ("E12000005", "West Midlands")
TOTAL_TO_REGION, COUNTED_TO_REGION = 7.1, 7.3  # England as a multiple of the region

STABILITY_HEADER = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code",
    "region_name", "old_la_code", "la_name", "new_la_code", "cla_group", "placement_stability",
    "children_count", "children_percent",
)  # fmt: skip
STABILITY_YEARS = range(2025, 2020, -1)
PUBLISHED_NAMES = {"herefordshire": "Herefordshire, County of"}  # where the publisher's name differs

LAIT_HEADER = ("Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number", "Region")
LAIT_YEARS = range(2016, 2025)
REGION_NUMBER, COUNTRY_NUMBER = "984.0", "970.0"
# Series of other kinds of year, with every mark that follows a year.
OTHER_SERIES = {
    "SampleAttainment": ("2022", "2023 (Rev)", "2024 (Final)", "2025 (prov)"),
    "SampleAbsence": ("2021/22", "2022/23"),
    "SampleRoadSafety": ("2019-21", "2020-22"),
    "SampleWorkforce": ("2023", "2024"),
}
DICTIONARY_HEADER = (
    "Measure_code", "Topic", "Measure", "Measure_short", "Polarity", "y_axis_name", "Description", "Year_Type",
)  # fmt: skip
DICTIONARY = (
    ("294", "Children's Service Finance", "Weekly unit cost: looked after", "LACFinance", "-", "Unit Cost",
     "Invented for the samples.", "Financial Year"),
    ("296", "Children's Service Finance", "Weekly unit cost: fostering", "FosteringFinance", "-", "Unit Cost",
     "Invented for the samples.", "Financial Year"),
    ("297", "Children's Service Finance", "Weekly unit cost: residential care", "RescareFinance", "-",
     "Unit Cost", "Invented for the samples.", "Financial Year"),
    ("901", "Samples", "Average score", "SampleAttainment", "High", "Average Score",
     "Invented for the samples:\ntwo lines of text.", "Academic Year"),
    ("902", "Samples", "Days missed", "SampleAbsence", "Low", "% half days missed", "NA", "Academic Year"),
    ("903", "Samples", "Children hurt on roads", "SampleRoadSafety", "Low", "Rate per 100,000",
     "Invented for the samples.", "Calendar Year"),
    ("904", "Samples", "Social workers", "SampleWorkforce", "NA", "Number", "Invented for the samples.",
     "Annual (end of Sept)"),
)  # fmt: skip

TOTAL = "Total children"


@dataclass(frozen=True)
class ChildrenGroup:
    """One group of children, its share of all looked after, and the share of it that is counted."""

    name: str
    of_all: tuple[float, float]
    counted: str
    of_group: tuple[float, float]


GROUPS = (
    ChildrenGroup(
        "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years",
        (0.38, 0.44), "Living with the same carer for at least 2 years", (0.62, 0.76),
    ),
    ChildrenGroup(
        "CLA 2 years on 31 March",
        (0.72, 0.8), "With 3 or more placements during the previous 2 years", (0.16, 0.26),
    ),
    ChildrenGroup("CLA on 31 March", (1, 1), "With 3 or more placements during the year", (0.06, 0.13)),
)  # fmt: skip

# Cells that the publisher withholds: authority, year, index in GROUPS, symbol, whether the total is withheld too.
WITHHELD = (
    ("telford-and-wrekin", 2021, 2, "c", False),
    ("herefordshire", 2022, 1, "c", False),
    ("solihull", 2021, 0, "x", True),
    ("walsall", 2023, 1, "z", False),
)

# What moved long-term stability for good, by authority and index in GROUPS: from which year on, and by how much.
# Two entries of good practice tell of it: Staffordshire's support line is followed by better figures than were
# to be expected, Dudley's matching panel by worse ones.
MOVED_FOR_GOOD = {("staffordshire", 0): (2023, 1.15), ("dudley", 0): (2024, 0.78)}

# Costs that were not published: short description, authority, first calendar year of the financial year.
NOT_PUBLISHED = (("RescareFinance", "telford-and-wrekin", 2016), ("LACFinance", "herefordshire", 2019))


@dataclass(frozen=True)
class Counts:
    """Children of one group, and how many of them are counted."""

    total: int
    counted: int


def stability_rows(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield placement stability, newest year first: England, the region, the members."""
    yield STABILITY_HEADER
    for year in STABILITY_YEARS:
        of_members = {member: _counts(seed, member, year) for member in members()}
        region = [_region_counts(group) for group in zip(*of_members.values(), strict=True)]
        country = [_country_counts(counts) for counts in region]
        yield from _stability_block(("National", *COUNTRY, "", "", "", "", ""), year, country)
        yield from _stability_block(("Regional", *COUNTRY, *REGION, "", "", ""), year, region)
        for member, counts in of_members.items():
            name = PUBLISHED_NAMES.get(member.code, member.name)
            place = ("Local authority", *COUNTRY, *REGION, member.dfe_la_number, name, member.gss_code)
            yield from _stability_block(place, year, counts, member.code)


def _stability_block(
    place: tuple[str, ...], year: int, counts: list[Counts], code: str = ""
) -> Iterator[tuple[str, ...]]:
    for number, (group, found) in enumerate(zip(GROUPS, counts, strict=True)):
        start = (str(year), "Reporting year", *place, group.name)
        symbol, total_too = _withheld(code, year, number)
        counted = (symbol, symbol) if symbol else (str(found.counted), _percent(found.counted, found.total))
        total = (symbol, symbol) if total_too else (str(found.total), "100")
        yield (*start, group.counted, *counted)
        yield (*start, TOTAL, *total)


def _counts(seed: int, member: Member, year: int) -> list[Counts]:
    """Return one member's children by group; levels stay from year to year, figures move by a few per cent."""
    level, moved = _chance(seed, member.code, "children"), _chance(seed, member.code, f"children/{year}")
    looked_after = round(member.size * level.uniform(1.5, 2.7) * moved.uniform(0.96, 1.04))
    counts = []
    for number, group in enumerate(GROUPS):
        first, effect = MOVED_FOR_GOOD.get((member.code, number), (year + 1, 1.0))
        total = round(looked_after * level.uniform(*group.of_all))
        share = level.uniform(*group.of_group) * moved.uniform(0.93, 1.07) * (effect if year >= first else 1)
        counted = round(total * share)
        counts.append(Counts(total, min(counted, total)))
    return counts


def _region_counts(counts: tuple[Counts, ...]) -> Counts:
    return Counts(_up_to_ten(sum(c.total for c in counts)), _up_to_ten(sum(c.counted for c in counts)))


def _country_counts(region: Counts) -> Counts:
    total, counted = round(region.total * TOTAL_TO_REGION), round(region.counted * COUNTED_TO_REGION)
    return Counts(_up_to_ten(total), _up_to_ten(counted))


def _up_to_ten(count: int) -> int:
    """Round up to ten, so that a region is never less than its authorities; the publisher rounds half up."""
    return -(-count // 10) * 10


def _percent(part: int, whole: int) -> str:
    return str((200 * part + whole) // (2 * whole)) if whole else "z"


def _withheld(code: str, year: int, group_number: int) -> tuple[str, bool]:
    for authority, withheld_year, number, symbol, total_too in WITHHELD:
        if (authority, withheld_year, number) == (code, year, group_number):
            return symbol, total_too
    return "", False


def lait_rows(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield the Local Authority Interactive Tool: three weekly costs, £, rounded to 5, and a few other series."""
    yield LAIT_HEADER
    costs = {member: _weekly_costs(seed, member) for member in members()}
    titles = {
        "LACFinance": "Looked after Children Finance",
        "FosteringFinance": "Fostering Finance",
        "RescareFinance": "Residential Care Finance",
    }
    for short, title in titles.items():
        for year in LAIT_YEARS:
            start = (short, title if year == LAIT_YEARS[0] else "", f"{year}-{(year + 1) % 100:02} (OT)")
            for member, of_member in costs.items():
                hidden = (short, member.code, year) in NOT_PUBLISHED
                value = "-" if hidden else _to_five(of_member[short, year])
                yield (*start, member.name, value, f"{member.dfe_la_number}.0", REGION[1])
            average = _average([(member.size, found[short, year]) for member, found in costs.items()])
            yield (*start, COUNTRY[1], _to_five(average * 1.04), COUNTRY_NUMBER, "NA")
            yield (*start, REGION[1], _to_five(average), REGION_NUMBER, "NA")
    for series, labels in OTHER_SERIES.items():
        for label in labels:
            yield from _other_figures(seed, series, label)


def dictionary_rows(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield the series with title, unit, polarity and kind of year."""
    yield DICTIONARY_HEADER
    yield from DICTIONARY


def _other_figures(seed: int, series: str, label: str) -> Iterator[tuple[str, ...]]:
    start = (series, "", label)
    for member in members():
        value = f"{_chance(seed, member.code, f'{series}/{label}').uniform(5, 60):.1f}"
        yield (*start, member.name, value, f"{member.dfe_la_number}.0", REGION[1])
    yield (*start, COUNTRY[1], "31.5", COUNTRY_NUMBER, "NA")
    yield (*start, REGION[1], "30.5", REGION_NUMBER, "NA")


def _weekly_costs(seed: int, member: Member) -> dict[tuple[str, int], float]:
    """Return weekly costs: fostering and residential care grow on their own, all looked after is their mix."""
    chance = _chance(seed, member.code, "weekly costs")
    fostering, residential = chance.uniform(450, 600), chance.uniform(3100, 3800)
    in_homes = chance.uniform(0.11, 0.18)
    costs = {}
    for year in LAIT_YEARS:
        costs["FosteringFinance", year] = fostering
        costs["RescareFinance", year] = residential
        costs["LACFinance", year] = in_homes * residential + (1 - in_homes) * fostering
        fostering *= chance.uniform(1.02, 1.06)
        residential *= chance.uniform(1.05, 1.11)
    return costs


def _average(weighted: list[tuple[int, float]]) -> float:
    total = 0.0
    for weight, value in weighted:
        total += weight * value
    return total / sum(weight for weight, _ in weighted)


def _to_five(value: float) -> str:
    return str(5 * round(value / 5))


def _chance(seed: int, code: str, name: str) -> random.Random:
    return random.Random(f"{seed}/{code}/{name}")  # noqa: S311 -- invented figures, no secrets
