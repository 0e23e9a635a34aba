"""The quantity of every activity item per thousand inhabitants in 2006-07, and the dependencies between items."""

from samples.levels import Between

GROUPS = ("older_people", "physical_disability", "learning_disability", "mental_health")
UNDER_65 = GROUPS[1:]


def _by_group(pattern: str, *ranges: tuple[float, float]) -> dict[str, Between]:
    return {pattern.format(group): Between(*pair) for group, pair in zip(GROUPS, ranges, strict=True)}


# Weeks of residents who are not supported: few of them for every payer and kind of home.
_OTHER_WEEKS = {
    f"weeks_{payer}_{home}_{group}": Between(*((1.0, 3.0) if group == "older_people" else (0.1, 0.4)))
    for payer in (
        "full_cost",
        "section_28a",
        "preserved_rights",
        "full_cost_or_section_28a_or_preserved_rights",
    )
    for home in ("la_homes", "others_homes", "nursing_homes")
    for group in GROUPS
}

RATES: dict[str, Between] = {
    "days_foster_own": Between(220, 340),
    "days_foster_others": Between(30, 90),
    "days_adoption_own": Between(5, 15),
    "days_adoption_others": Between(5, 15),
    "days_homes_own": Between(22, 42),
    "days_homes_others": Between(14, 30),
    "days_schools_own": Between(0.2, 1.0),
    "days_schools_others": Between(4, 9),
    "days_short_term_foster_own": Between(6, 14),
    "days_short_term_foster_others": Between(2, 6),
    "days_short_term_homes_own": Between(3, 8),
    "days_short_term_homes_others": Between(1, 4),
    "days_secure": Between(0.7, 2.0),
    "children_referrals": Between(9, 13),
    "children_reviews": Between(5, 8),
    "hh1_hours_la": Between(18, 35),
    "hh1_hours_independent": Between(25, 48),
    "meals_per_week_own": Between(5, 11),
    "meals_per_week_independent": Between(2, 6),
    "clients_meals_under_65": Between(0.05, 0.15),
    "clients_substance_misuse_all_ages": Between(0.3, 0.5),
    "clients_asylum_seekers_all_ages": Between(0.2, 0.4),
    "clients_direct_payments_65_to_74": Between(0.06, 0.09),
    "clients_direct_payments_75_to_84": Between(0.05, 0.09),
    "clients_direct_payments_85_and_over": Between(0.03, 0.06),
    "clients_direct_payments_physical_disability": Between(0.2, 0.35),
    "clients_direct_payments_learning_disability": Between(0.12, 0.25),
    # Few enough that small authorities have five or fewer, which must not leave the club.
    "clients_direct_payments_mental_health": Between(0.01, 0.04),
    "direct_payments_disabled_children_16_17": Between(0.02, 0.04),
    "direct_payments_carers_of_disabled_children": Between(0.08, 0.15),
    "direct_payments_young_carers_16_17": Between(0.006, 0.02),
    "direct_payments_carers": Between(0.05, 0.15),
    "assessed_substance_misuse": Between(0.05, 0.2),
    "assessed_substance_misuse_and_other_vulnerable": Between(0.1, 0.4),
    **_by_group("weeks_nursing_{}", (25, 45), (2, 4), (1, 2), (2, 4)),
    **_by_group("weeks_residential_own_{}", (20, 45), (0.6, 2), (3, 8), (0.6, 2)),
    **_by_group("weeks_residential_others_{}", (90, 140), (4, 8), (25, 40), (5, 9)),
    **_by_group("assessed_{}", (9, 13), (2, 3), (0.2, 0.5), (0.6, 1.2)),
    **_by_group("clients_home_care_{}", (5, 7), (0.5, 0.8), (0.2, 0.35), (0.1, 0.25)),
    **_by_group("clients_day_care_{}", (1.2, 2), (0.2, 0.4), (1.2, 1.7), (0.1, 0.3)),
    **_by_group("clients_equipment_{}", (6, 9), (1.5, 2.5), (0.1, 0.2), (0.05, 0.1)),
    **_by_group("day_care_sessions_{}_own", (5, 10), (1, 2), (6, 11), (1, 2.5)),
    **_by_group("day_care_sessions_{}_others", (4, 9), (0.5, 1), (1, 4), (0.5, 1)),
    **_by_group("referrals_{}", (12, 18), (2.5, 4), (0.3, 0.6), (1, 2)),
    **_by_group("reviews_{}", (15, 22), (3, 4.5), (1.2, 1.8), (1, 1.6)),
    **_OTHER_WEEKS,
}


def _all_groups(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.format(group) for group in GROUPS)


# Exact sums; some are no items of the form and only the base of a share below.
SUMS: dict[str, tuple[str, ...]] = {
    **{
        f"days_{kind}": (f"days_{kind}_own", f"days_{kind}_others")
        for kind in ("foster", "adoption", "homes", "schools", "short_term_foster", "short_term_homes")
    },
    **{
        f"weeks_supported_{group}": tuple(
            f"weeks_{kind}_{group}" for kind in ("nursing", "residential_own", "residential_others")
        )
        for group in GROUPS
    },
    "clients_direct_payments_older_people": tuple(
        f"clients_direct_payments_{ages}" for ages in ("65_to_74", "75_to_84", "85_and_over")
    ),
    "clients_direct_payments_18_to_64": tuple(f"clients_direct_payments_{group}" for group in UNDER_65),
    "clients_direct_payments_all_ages": _all_groups("clients_direct_payments_{}"),
    "clients_home_care_all_ages": _all_groups("clients_home_care_{}"),
    "clients_day_care_all_ages": _all_groups("clients_day_care_{}"),
    "clients_equipment_all_ages": _all_groups("clients_equipment_{}"),
    "clients_meals_all_ages": ("clients_meals_older_people", "clients_meals_under_65"),
    "childrens_direct_payments": (
        "direct_payments_disabled_children_16_17",
        "direct_payments_carers_of_disabled_children",
        "direct_payments_young_carers_16_17",
    ),
    "hh1_hours": ("hh1_hours_la", "hh1_hours_independent"),
    "meals_per_week": ("meals_per_week_own", "meals_per_week_independent"),
    "referrals": _all_groups("referrals_{}"),
    "reviews": _all_groups("reviews_{}"),
}

# A share, or a multiple, of another figure. An intensive household has more than 10 hours: 0.04 is 25 hours.
SHARES: dict[str, tuple[str, Between]] = {
    "hh1_intensive_households": ("hh1_hours", Between(0.025, 0.04)),
    "home_care_hours_year_own": ("hh1_hours_la", Between(49, 53)),
    "home_care_hours_year_independent": ("hh1_hours_independent", Between(49, 53)),
    "clients_meals_older_people": ("meals_per_week", Between(0.18, 0.22)),
    "children_assessments": ("children_referrals", Between(0.5, 0.65)),
    "children_initial_assessments": ("children_referrals", Between(0.5, 0.65)),
    "rap_contacts_passed_on": ("referrals", Between(0.95, 1.1)),
    "rap_clients_with_scheduled_reviews": ("reviews", Between(0.85, 0.95)),
    "rap_existing_clients_with_reviews": ("reviews", Between(0.85, 0.95)),
    **{
        f"weeks_former_preserved_rights_{group}": (f"weeks_supported_{group}", Between(0.06, 0.1))
        for group in GROUPS
    },
}

DIFFERENCES: dict[str, tuple[str, str]] = {
    f"weeks_supported_excl_former_preserved_rights_{group}": (
        f"weeks_supported_{group}",
        f"weeks_former_preserved_rights_{group}",
    )
    for group in GROUPS
}
