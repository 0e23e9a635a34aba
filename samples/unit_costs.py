"""Invented unit costs as the publisher prints them, computed from the sample returns of 2007-08 with own formulas.

Nothing of the register is used: the formulas are repeated here, so that the reconciliation has something
to compare the computed values with.
"""

from collections.abc import Iterator
from functools import cache

from ingestion.authorities import authorities
from ingestion.seeds import seed_rows
from samples.figures import Figures
from samples.form import form_of
from samples.members import members
from samples.spend import amounts_by_line

PERIOD = "2007-08"
NOT_AVAILABLE, NO_DENOMINATOR = "..", "."
GROUPS = ("older_people", "physical_disability", "learning_disability", "mental_health")
NEED = (
    "family_centres", "services_for_under_8s", "childrens_direct_payments", "childrens_home_care",
    "childrens_equipment", "other_family_support", "youth_offender_teams", "other_youth_justice", "adoption",
    "other_other_childrens_families",
)  # fmt: skip
LOOKED_AFTER = (
    "childrens_homes", "secure_accommodation_welfare", "fostering", "other_children_looked_after",
    "secure_accommodation_justice",
)  # fmt: skip
OWN, OTHERS = "own_provision", "provision_by_others"
BOTH = (OWN, OTHERS)

Fraction = tuple[float, float, float]  # numerator, denominator, multiplier


def unit_cost_rows(seed: int) -> Iterator[list[str]]:
    """Yield the publisher's sheet: headings, then one row per council with three columns per unit cost."""
    columns = _columns()
    width = max(columns.values()) + 2
    heading = ["Unit Cost Figures"] + [""] * (width - 1)
    for ref, first in columns.items():
        heading[first - 1 : first + 2] = [f"{ref}  num", f"{ref}  denom", ref]
    yield heading
    for member in members():
        row = [""] * width
        row[1:3] = [authorities()[member.code].cassr_code, member.name]
        worked_out = _worked_out(Figures(seed, member, int(PERIOD[:4])))
        for ref, first in columns.items():
            row[first - 1 : first + 2] = _printed(worked_out.get(ref))
        yield row


def _worked_out(figures: Figures) -> dict[str, Fraction]:
    form = form_of(PERIOD)
    amounts = amounts_by_line(form, figures)
    spent = {line.service_code: amounts[line.code] for line in form.lines}

    def cost(services: tuple[str, ...], parts: tuple[str, ...] = BOTH) -> float:
        return sum(spent[service].get(part, 0) for service in services for part in parts)

    def count(*items: str) -> float:
        return sum(figures.quantity(item) for item in items)

    def days(kinds: tuple[str, ...], providers: tuple[str, ...] = ("own", "others")) -> float:
        return count(*(f"days_{kind}_{provider}" for kind in kinds for provider in providers))

    homes, fostering = ("homes", "schools", "short_term_homes"), ("foster", "short_term_foster", "adoption")
    home_care = tuple(f"home_care_{group}" for group in GROUPS)
    need = cost(NEED) + cost(("leaving_care",)) / 2
    told_apart = cost((*NEED, "leaving_care", *LOOKED_AFTER))
    sharing = need + cost(("childrens_commissioning_social_work",)) * need / told_apart
    old = ("nursing_care_older_people",)
    return {
        "1.1": (cost(("childrens_homes", "fostering")), days(homes + fostering), 7000),
        "1.2": (cost(("childrens_homes",)), days(homes), 7000),
        "1.2A": (cost(("childrens_homes",), (OWN,)), days(homes, ("own",)), 7000),
        "1.2B": (cost(("childrens_homes",), (OTHERS,)), days(homes, ("others",)), 7000),
        "1.3": (cost(("fostering",)), days(fostering), 7000),
        "1.7": (sharing, cost(("total_childrens_social_services",)), 100),
        "2.3": (
            cost(old),
            count(
                "weeks_nursing_older_people", "weeks_full_cost_nursing_homes_older_people",
                "weeks_section_28a_nursing_homes_older_people",
            ),
            1000,
        ),
        "2.22": (cost(home_care), count("hh1_hours_la", "hh1_hours_independent"), 1000 / 52),
        "2.23": (cost(home_care, (OWN,)), count("hh1_hours_la"), 1000 / 52),
        "2.24": (cost(home_care, (OTHERS,)), count("hh1_hours_independent"), 1000 / 52),
        "2.26": (cost(("home_care_older_people",)), count("clients_home_care_older_people"), 1000 / 52),
    }  # fmt: skip


def _printed(fraction: Fraction | None) -> list[str]:
    if fraction is None:
        return [NOT_AVAILABLE] * 3
    numerator, denominator, multiplier = fraction
    value = repr(multiplier * numerator / denominator) if denominator else NO_DENOMINATOR
    return [repr(numerator), repr(denominator), value]


@cache
def _columns() -> dict[str, int]:
    return {
        row["unit_cost_ref"]: int(row["numerator_column"])
        for row in seed_rows("published/pss_unit_cost_columns")
        if row["release"] == PERIOD
    }
