"""Invented national numbers in DfE's layouts: children, children looked after, new placements, neighbours."""

import random
from collections.abc import Iterator

from samples.members import Member, members
from samples.published import COUNTRY, PUBLISHED_NAMES, REGION

PLACE_HEADER = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code",
    "region_name", "old_la_code", "la_name", "new_la_code",
)  # fmt: skip
NUMBERS_HEADER = (*PLACE_HEADER, "population_type", "population_estimate", "children_count", "rate_per_10000")
# The publisher's own order: here the code comes before the name.
POPULATION_HEADER = (*PLACE_HEADER[:8], "new_la_code", "la_name", "age_group", "population_estimate")
PLACEMENTS_HEADER = (*PLACE_HEADER, "characteristic", "breakdown", "children_count", "children_percent")

# One authority outside England: the club knows neither it nor its region.
OUTSIDE = ("Local authority", *COUNTRY, "W92000004", "Wales", "681", "Cardiff", "W06000015")

GROUPS = {
    "Children ceasing to be looked after each year": 0.36,
    "Children looked after on 31 March each year": 1.0,
    "Children starting to be looked after each year": 0.38,
}
AT_31_MARCH = "Children looked after on 31 March each year"
# England's figure at 31 March 2024 was published as 83,630 and a year later as 83,530.
ENGLAND_AT_31_MARCH = {("2024", 2024): 83630, ("2025", 2024): 83530}
WITHHELD = ("solihull", 2022, "Children ceasing to be looked after each year")

LOCATIONS: dict[str, float] = {
    "Distance not known or not recorded": 12, "Placed inside LA boundary less than 20 miles from home": 46,
    "Placed inside LA boundary more than 20 miles from home": 5,
    "Placed outside LA boundary less than 20 miles from home": 20,
    "Placed outside LA boundary more than 20 miles from home": 17,
}  # fmt: skip
REASONS: dict[str, float] = {
    "Allegation (s47)": 0.4, "Approval removed": 1,
    "Carer requests placement end other than due to child's behaviour": 12,
    "Carer requests placement ends due to child's behaviour": 11,
    "Change in the status of a placement only": 10, "Change to/implementation of care plan": 32,
    "Child requests placement to end": 5, "Custody arrangement": 1, "Other": 18,
    "Resignation or closure of provision": 2, "Responsible/area authority requests placement ends": 6,
    "Standards of care concern": 1,
}  # fmt: skip
TABLES: dict[str, tuple[str, dict[str, float], float]] = {
    "Location of new placements during the year": ("Total new placements", LOCATIONS, 0.95),
    "Reason for placement change during the year": ("Total placements changing", REASONS, 0.6),
}
PLACEMENT_YEARS = (2025, 2024)
POPULATION_YEARS = range(2024, 2019, -1)

CLOSENESS = ("Very close", "Close ", "Somewhat close")  # the publisher's trailing blank is kept


def population_rows(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield the children aged 0 to 17 in the middle of each year."""
    yield POPULATION_HEADER
    for year in POPULATION_YEARS:
        for place, children, _ in _places(seed, year):
            *start, name, gss_code = place
            row = (str(year), "Reporting year", *start, gss_code, name)
            yield (*row, "Children aged 0 to 17 years", str(children))


def number_rows(seed: int, release: str) -> Iterator[tuple[str, ...]]:
    """Yield children looked after, starting and ceasing; a later release restates England."""
    yield NUMBERS_HEADER
    for year in range(int(release), 2020, -1):
        for place, children, code in _places(seed, year - 1):  # divided by the children of the summer before
            level = _chance(seed, code, f"looked after/{year}").uniform(60, 100)
            for group, share in GROUPS.items():
                count = round(children * level * share / 10000)
                if place[0] == "National" and group == AT_31_MARCH:
                    count = ENGLAND_AT_31_MARCH.get((release, year), count)
                figures = (str(children), str(count), str(round(10000 * count / children)))
                if (code, year, group) == WITHHELD:
                    figures = (str(children), "c", "c")
                yield (str(year), "Reporting year", *place, group, *figures)


def placement_rows(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield new placements by location, and placements that changed by reason."""
    yield PLACEMENTS_HEADER
    for year in PLACEMENT_YEARS:
        for place, children, code in _places(seed, year - 1):
            for table, (total_name, parts, share) in TABLES.items():
                chance = _chance(seed, code, f"{table}/{year}")
                counts = {
                    name: round(children * 0.006 * share * part / 100 * chance.uniform(0.8, 1.2))
                    for name, part in parts.items()
                }
                total = sum(counts.values())
                for name, count in counts.items():
                    row = (str(year), "Reporting year", *place, table, name)
                    yield (*row, str(count), _share(count, total))
                yield (str(year), "Reporting year", *place, table, total_name, str(total), "100")


def neighbour_rows(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield ten neighbours for every member, nearest in size first."""
    pairs = [f"SN_{rank}{mark}" for rank in range(1, 11) for mark in ("", "P")]
    yield ("old_la_code", "la_name", "region_ind", "region_name", *pairs)
    for member in members():
        others = sorted(
            (other for other in members() if other is not member), key=lambda other: abs(other.size - member.size)
        )
        cells = [cell for rank, other in enumerate(others[:10]) for cell in _neighbour(rank, other)]
        yield (member.dfe_la_number, member.name, "8", REGION[1], *cells)


def _neighbour(rank: int, other: Member) -> tuple[str, str]:
    return other.dfe_la_number, CLOSENESS[rank // 4]


def _places(seed: int, year: int) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """Yield every place of a year with its children: England, the region, the members, and one outside England."""
    children = {member: _children(seed, member, year) for member in members()}
    region = sum(children.values())
    yield ("National", *COUNTRY, "", "", "", "", ""), round(region * 9.1), ""
    yield ("Regional", *COUNTRY, *REGION, "", "", ""), region, ""
    for member, count in children.items():
        name = PUBLISHED_NAMES.get(member.code, member.name)
        place = ("Local authority", *COUNTRY, *REGION, member.dfe_la_number, name, member.gss_code)
        yield place, count, member.code
    yield OUTSIDE, 7800 + year % 100, "cardiff"


def _children(seed: int, member: Member, year: int) -> int:
    level = _chance(seed, member.code, "children aged 0 to 17").uniform(200, 250)
    return round(member.size * level * (1 + 0.002 * (year - 2020)))


def _share(part: int, whole: int) -> str:
    """Return a share in whole per cent; `k` for one above zero that would be shown as zero."""
    percent = round(100 * part / whole)
    return "k" if part and not percent else str(percent)


def _chance(seed: int, code: str, name: str) -> random.Random:
    return random.Random(f"{seed}/{code}/{name}")  # noqa: S311 -- invented figures, no secrets
