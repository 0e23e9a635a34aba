"""Rows of the marts that packs are made of, as they stand in one build."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Indicator:
    """An indicator of a group: how it is shown, what a reader has to know of it, and its definition."""

    group_code: str
    indicator_code: str
    group_title: str
    group_about: str
    position: int
    decimals: int
    has_pictures: bool
    why_it_matters: str | None
    what_good_looks_like: str | None
    caveats: str | None
    written_by: str | None
    checked_by: str | None
    reviewed_on: date | None
    review_due: date | None
    definition_version: int
    definition: str
    pitfalls: str
    agreed_on: date
    provenance: str
    modern_successor: str


@dataclass(frozen=True)
class Profile:
    """Where a member stands in the newest year of an indicator; a row of `marts.authority_profile`."""

    group_code: str
    authority_code: str
    indicator_code: str
    authority_name: str
    region: str
    position: int
    decimals: int
    period_code: str
    basis: str
    definition_version: int
    title: str
    domain: str
    unit: str
    polarity: str
    value_kind: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower_95: float | None
    upper_95: float | None
    missing_reason: str | None
    decisions: str | None
    quality_rating: str | None
    quality_reasons: str | None
    region_value: float | None
    region_n: int | None
    region_method: str | None
    region_too_few: str | None
    region_minimum: float | None
    region_lower_quartile: float | None
    region_median: float | None
    region_upper_quartile: float | None
    region_maximum: float | None
    own_type_value: float | None
    neighbours_value: float | None
    england_value: float | None
    is_in_baseline: bool | None
    rank: int | None
    n_ranked: int | None
    rank_lower_95: int | None
    rank_upper_95: int | None
    position_by_size: int | None
    n_by_size: int | None
    funnel_position: str | None
    funnel_lower_95: float | None
    funnel_upper_95: float | None
    funnel_lower_99_8: float | None
    funnel_upper_99_8: float | None
    chance_of_standing_apart: float | None
    previous_value: float | None
    change: float | None
    is_change_significant: bool | None
    direction_of_travel: str | None
    expected_change_lower_95: float | None
    expected_change_upper_95: float | None
    change_beyond_expected: str | None
    gap: float | None
    gap_pounds_a_year: float | None

    @property
    def stands_apart(self) -> bool:
        """Whether the figure lies beyond its 95 % limits."""
        return self.funnel_position not in (None, "Not significant")


@dataclass(frozen=True)
class Year:
    """A figure of a place in a year; a row of `marts.trend`."""

    place_kind: str
    place_code: str
    place_name: str
    indicator_code: str
    period_code: str
    basis: str
    value: float | None
    lower_95: float | None
    upper_95: float | None
    quality_rating: str | None
    value_real: float | None
    base_period: str | None
    break_before: str | None
    first_value: float | None


@dataclass(frozen=True)
class Peer:
    """A council's newest figure of an indicator, with limits around its own region; a row of `marts.latest`."""

    place_code: str
    place_name: str
    region: str
    is_member: bool
    indicator_code: str
    value: float | None
    denominator: float | None
    funnel_lower_99_8: float | None
    funnel_lower_95: float | None
    funnel_upper_95: float | None
    funnel_upper_99_8: float | None


@dataclass(frozen=True)
class Driver:
    """A node of a driver tree in the newest year, beside the region; a row of `marts.fct_driver`."""

    authority_code: str
    indicator_code: str
    tree_code: str
    period_code: str
    basis: str
    node_code: str
    parent_node_code: str | None
    position: int
    kind: str
    label: str
    unit: str
    value: float | None
    comparator_value: float | None
    contribution: float | None
    contribution_unit: str | None
    whole_node_code: str | None
    missing_reason: str | None


@dataclass(frozen=True)
class CostAndOutcome:
    """What a council pays beside what comes of it, in the newest year of a pair."""

    pair_code: str
    title: str
    caveat: str | None
    authority_code: str
    authority_name: str
    period_code: str
    outcome_period_code: str
    cost_indicator_code: str
    cost_basis: str
    cost_title: str
    cost_unit: str
    cost_value: float
    cost_median: float
    outcome_indicator_code: str
    outcome_basis: str
    outcome_title: str
    outcome_unit: str
    outcome_polarity: str
    outcome_value: float
    outcome_lower_95: float | None
    outcome_upper_95: float | None
    outcome_median: float
    quadrant: str


@dataclass(frozen=True)
class Statement:
    """A sentence of the pack, what to ask, and the rule it was said by; a row of `marts.pack_statement`."""

    group_code: str
    authority_code: str
    indicator_code: str
    rule_code: str
    position: int
    is_on_front_page: bool
    kind: str
    certainty: str
    period_code: str
    statement: str
    question: str


@dataclass(frozen=True)
class Opening:
    """A figure that a kind of reader sees first; a row of `marts.perspective_view`."""

    perspective: str
    perspective_position: int
    perspective_title: str
    asks: str
    group_code: str
    indicator_code: str
    position: int


@dataclass(frozen=True)
class Note:
    """What happened in a year; of one indicator, of a group, or of all."""

    annotation_code: str
    indicator_code: str | None
    group_code: str | None
    period_code: str
    on_date: date
    what: str


@dataclass(frozen=True)
class Reading:
    """Between which figures and ranks a figure lies, however the definition is read."""

    authority_code: str
    indicator_code: str
    period_code: str
    readings: int
    agreed_value: float
    lowest_value: float
    highest_value: float
    best_rank: int | None
    worst_rank: int | None
