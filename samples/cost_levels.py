"""The cost of every service: a price for what is counted, a budget per thousand inhabitants for the rest."""

from dataclasses import dataclass
from typing import NamedTuple

from samples.activity_levels import GROUPS
from samples.levels import Between

A_WEEK_OF_DAYS = 1 / 7
WEEKS_A_YEAR = 52


@dataclass(frozen=True)
class Price:
    """£ per unit in 2006-07, the quantities it is paid for, and the units per year that one of them means."""

    pounds: Between
    own: tuple[str, ...]
    others: tuple[str, ...]
    times: float
    own_to_others: float = 1.0  # an own unit's price as a multiple of a bought one's
    share: float = 1.0  # the part of the quantities that this line pays for


def _by_group(pattern: str, *prices: Price) -> dict[str, Price]:
    return {pattern.format(group): price for group, price in zip(GROUPS, prices, strict=True)}


def _nursing(group: str, low: float, high: float) -> Price:
    payers = ("full_cost_nursing_homes", "section_28a_nursing_homes")
    weeks = (f"weeks_nursing_{group}", *(f"weeks_{payer}_{group}" for payer in payers))
    return Price(Between(low, high), (), weeks, 1)


def _residential(group: str, low: float, high: float) -> Price:
    own, others = (
        (
            f"weeks_residential_{provider}_{group}",
            f"weeks_full_cost_{homes}_{group}",
            f"weeks_section_28a_{homes}_{group}",
        )
        for provider, homes in (("own", "la_homes"), ("others", "others_homes"))
    )
    return Price(Between(low, high), own, others, 1, own_to_others=1.4)


def _home_care(share: float) -> Price:
    hours = ("hh1_hours_la",), ("hh1_hours_independent",)
    return Price(Between(11.2, 14.8), *hours, WEEKS_A_YEAR, own_to_others=1.5, share=share)


def _day_care(group: str, low: float, high: float) -> Price:
    sessions = (f"day_care_sessions_{group}_own",), (f"day_care_sessions_{group}_others",)
    return Price(Between(low, high), *sessions, WEEKS_A_YEAR, own_to_others=1.2)


def _meals(share: float) -> Price:
    meals = ("meals_per_week_own",), ("meals_per_week_independent",)
    return Price(Between(3.0, 4.2), *meals, WEEKS_A_YEAR, share=share)


def _direct_payments(group: str, low: float, high: float) -> Price:
    return Price(Between(low, high), (), (f"clients_direct_payments_{group}",), WEEKS_A_YEAR)


PRICES: dict[str, Price] = {
    "childrens_homes": Price(
        Between(2150, 2800),
        ("days_homes_own", "days_schools_own", "days_short_term_homes_own"),
        ("days_homes_others", "days_schools_others", "days_short_term_homes_others"),
        A_WEEK_OF_DAYS,
        own_to_others=0.9,
    ),
    "fostering": Price(
        Between(320, 450),
        ("days_foster_own", "days_adoption_own", "days_short_term_foster_own"),
        ("days_foster_others", "days_adoption_others", "days_short_term_foster_others"),
        A_WEEK_OF_DAYS,
        own_to_others=0.5,
    ),
    "secure_accommodation_welfare": Price(Between(4200, 5000), (), ("days_secure",), A_WEEK_OF_DAYS),
    "childrens_direct_payments": Price(Between(40, 70), (), ("childrens_direct_payments",), WEEKS_A_YEAR),
    **_by_group(
        "nursing_care_{}",
        _nursing("older_people", 430, 520),
        _nursing("physical_disability", 600, 800),
        _nursing("learning_disability", 800, 1100),
        _nursing("mental_health", 500, 650),
    ),
    **_by_group(
        "residential_care_{}",
        _residential("older_people", 370, 450),
        _residential("physical_disability", 700, 900),
        _residential("learning_disability", 900, 1150),
        _residential("mental_health", 500, 650),
    ),
    **_by_group("home_care_{}", _home_care(0.72), _home_care(0.14), _home_care(0.10), _home_care(0.04)),
    **_by_group(
        "day_care_{}",
        _day_care("older_people", 20, 28),
        _day_care("physical_disability", 30, 42),
        _day_care("learning_disability", 35, 45),
        _day_care("mental_health", 25, 35),
    ),
    **_by_group("meals_{}", _meals(0.95), _meals(0.03), _meals(0.01), _meals(0.01)),
    **_by_group(
        "direct_payments_{}",
        _direct_payments("older_people", 90, 140),
        _direct_payments("physical_disability", 120, 180),
        _direct_payments("learning_disability", 150, 220),
        _direct_payments("mental_health", 60, 100),
    ),
}


def _budgets(pattern: str, *ranges: tuple[float, float]) -> dict[str, Between]:
    return {pattern.format(group): Between(*pair) for group, pair in zip(GROUPS, ranges, strict=True)}


# £ thousands per thousand inhabitants.
BUDGETS: dict[str, Between] = {
    "strategic_management": Between(0.4, 0.9),
    "registration_and_inspection": Between(0.8, 1.5),
    "complaints_procedures": Between(0.15, 0.35),
    "childrens_commissioning_social_work": Between(22, 30),
    "galro": Between(0.5, 0.9),
    "other_children_looked_after": Between(1, 3),
    "family_centres": Between(1.5, 3),
    "services_for_under_8s": Between(0.8, 2),
    "childrens_home_care": Between(0.2, 0.6),
    "childrens_equipment": Between(0.05, 0.2),
    "other_family_support": Between(6, 10),
    "secure_accommodation_justice": Between(0.2, 0.5),
    "youth_offender_teams": Between(5, 8),
    "other_youth_justice": Between(0.3, 0.8),
    "adoption": Between(3, 5),
    "leaving_care": Between(3, 5),
    "other_other_childrens_families": Between(1.5, 3),
    **_budgets("assessment_{}", (14, 20), (4, 6), (3, 5), (5, 8)),
    **_budgets("supported_accommodation_{}", (0.8, 2), (0.5, 1), (6, 10), (1, 2)),
    **_budgets("equipment_{}", (1.2, 2.5), (1, 2), (0.1, 0.3), (0.05, 0.15)),
    **_budgets("other_services_{}", (1.5, 3), (1, 2), (2, 4), (1, 2)),
    **_budgets("supporting_people_{}", (3, 5), (0.3, 0.8), (5, 8), (1.5, 3)),
    "supporting_people_childrens": Between(0.5, 1),
    "supporting_people_other_adults": Between(1, 2.5),
    "asylum_seekers_assessment": Between(0.1, 0.3),
    "asylum_seekers_unaccompanied_children": Between(1, 2),
    "asylum_seekers_families": Between(0.3, 0.8),
    "asylum_seekers_lone_adults": Between(0.2, 0.6),
    "assessment_other_adults": Between(0.5, 1),
    "hiv_aids": Between(0.3, 0.6),
    "substance_abuse": Between(0.8, 1.6),
    "other_other_adult_services": Between(0.3, 0.8),
    "supported_employment": Between(0.5, 1.2),
    "other_non_pss": Between(0.2, 0.8),
    "specific_government_grants": Between(20, 30),
}

# Lines that were one until 2006-07 and are two since.
SPLITS: dict[str, tuple[str, float]] = {
    f"{service}_{side}": (service, part if side == "adults" else 1 - part)
    for service, part in {
        "strategic_management": 0.55,
        "complaints_procedures": 0.5,
        "asylum_seekers_assessment": 0.4,
        "specific_government_grants": 0.75,
    }.items()
    for side in ("adults", "childrens")
}

# These lines have one figure, in the net total column.
NET_ONLY = ("supported_employment", "other_non_pss", "specific_government_grants", "actual_total_net_cost")

# Services of the voluntary sector that a council supports with grants, a column of its own in 2007-08.
GRANT_AIDED = (
    "day_care_",
    "other_services_",
    "family_centres",
    "services_for_under_8s",
    "other_family_support",
)

# Services that need a building, and so carry capital charges.
IN_BUILDINGS = (
    "childrens_homes",
    "residential_care_",
    "day_care_",
    "family_centres",
    "supported_accommodation_",
)


class IncomeShares(NamedTuple):
    """Income as parts of gross cost."""

    client_contributions: Between = Between(0, 0.004)
    joint_arrangements: Between = Between(0, 0.008)
    nhs_income: Between = Between(0, 0.006)
    other_income: Between = Between(0.002, 0.012)


LITTLE_INCOME = IncomeShares()
INCOME: dict[str, IncomeShares] = {
    "nursing_care_": IncomeShares(client_contributions=Between(0.24, 0.3)),
    "residential_care_older_people": IncomeShares(client_contributions=Between(0.26, 0.32)),
    "residential_care_": IncomeShares(client_contributions=Between(0.08, 0.14), nhs_income=Between(0.03, 0.08)),
    "home_care_": IncomeShares(client_contributions=Between(0.1, 0.16)),
    "meals_": IncomeShares(client_contributions=Between(0.35, 0.45)),
    "youth_offender_teams": IncomeShares(joint_arrangements=Between(0.2, 0.35)),
    "asylum_seekers_": IncomeShares(other_income=Between(0.5, 0.8)),
}
