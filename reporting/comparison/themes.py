"""The comparison tables as data: the columns of each theme mart, their order and their years."""

from dataclasses import dataclass
from enum import StrEnum


class Domain(StrEnum):
    """The three sides of a theme."""

    SERVICE = "Service"
    FINANCE = "Finance"
    OUTCOME = "Outcome"


@dataclass(frozen=True)
class Column:
    """One column: its place in the mart, its format, and the source of reasons for its gaps.

    `anchor` is the column whose latest year with figures this one is shown for. `basis` selects one figure of an
    indicator that is both published and counted from returns. An optional column is left out where no authority
    has a figure.
    """

    name: str
    domain: Domain
    heading: str
    unit: str
    anchor: str
    indicator_code: str | None = None
    measure_codes: tuple[str, ...] = ()
    decimals: int = 0
    bounds: tuple[str, str] | None = None
    basis: str | None = None
    is_optional: bool = False


@dataclass(frozen=True)
class Theme:
    """One theme mart and the columns shown of it."""

    mart: str
    title: str
    key: str
    columns: tuple[Column, ...]


# The latest year with B8 and the latest year with A1 may lie far apart: each column is headed by its own.
_B8, _A1, _B17 = "b8_weekly_cost", "a1_three_or_more_placements", "b17_hourly_cost"
_COUNTED = "a1_three_or_more_placements_from_episodes"

PLACEMENT_STABILITY = Theme(
    mart="placement_stability",
    title="Children looked after: placement stability",
    key=(
        "Homes: days in children's homes as a share of days in homes and foster placements. "
        "B8: weekly cost of a child looked after; B9: in homes; B10: in foster care. "
        "L294: outturn spending on a child looked after, over another denominator than B8, so never "
        "chained to it. A1: children with three or more placements in the year, as published, with its 95 % "
        "interval; Counted: the same from the episodes that the authority has sent."
    ),
    columns=(
        Column(
            "residential_share_of_days", Domain.SERVICE, "Homes", "% days", _B8,
            measure_codes=("days_homes", "days_foster"),
        ),
        Column("b8_weekly_cost", Domain.FINANCE, "B8", "£/week", _B8, "B8"),
        Column("b9_weekly_cost_homes", Domain.FINANCE, "B9", "£/week", _B8, "B9"),
        Column("b10_weekly_cost_foster_care", Domain.FINANCE, "B10", "£/week", _B8, "B10"),
        Column("l294_weekly_cost_outturn", Domain.FINANCE, "L294", "£/week", "l294_weekly_cost_outturn", "L294"),
        Column(
            _COUNTED, Domain.OUTCOME, "Counted", "% A1", _COUNTED, "A1",
            decimals=1, basis="submitted", is_optional=True,
        ),
        Column(
            "a1_three_or_more_placements", Domain.OUTCOME, "A1", "% (interval)", _A1, "A1",
            decimals=1, bounds=("a1_lower_95", "a1_upper_95"), basis="published",
        ),
    ),
)  # fmt: skip

HOME_CARE = Theme(
    mart="home_care",
    title="Home care for adults and older people",
    key=(
        "Hours: contact hours in the year, thousands. Indep. %: the independent sector's share of them. "
        "B17: gross cost of an hour; Own, Indep.: the same for own provision and for provision by others. "
        "Rate: what the council states to pay others for an hour (ASC-FR), never chained to B17. "
        "Int.: households receiving intensive home care in the sample week, per 100 people helped. "
        "Home: older people at home 91 days after hospital, with reablement."
    ),
    columns=(
        Column(
            "hours", Domain.SERVICE, "Hours", "1000s", _B17,
            measure_codes=(
                "home_care_hours_year_own", "home_care_hours_year_independent", "adult_2_23a_units",
                "adult_2_24a_units",
            ),
        ),
        Column(
            "independent_share_of_hours", Domain.SERVICE, "Indep.", "%", _B17,
            measure_codes=("hh1_hours_la", "hh1_hours_independent", "adult_2_23a_units", "adult_2_24a_units"),
        ),
        Column("b17_hourly_cost", Domain.FINANCE, "B17", "£/hour", _B17, "B17", decimals=2),
        Column("hourly_cost_own", Domain.FINANCE, "Own", "£/hour", _B17),
        Column("hourly_cost_independent", Domain.FINANCE, "Indep.", "£/hour", _B17),
        Column(
            "asc_rate_others", Domain.FINANCE, "Rate", "£/hour", "asc_rate_others", "ASC.HOME_CARE.OTHERS",
            decimals=2, is_optional=True,
        ),
        Column(
            "intensive_per_100_people", Domain.OUTCOME, "Int.", "/100", "intensive_per_100_people",
            "HH1.INTENSIVE",
        ),
        Column(
            "at_home_after_reablement", Domain.OUTCOME, "Home", "%", "at_home_after_reablement",
            "ASCOF.AT_HOME_AFTER_REABLEMENT", is_optional=True,
        ),
    ),
)  # fmt: skip

THEMES = (PLACEMENT_STABILITY, HOME_CARE)
