"""Rows of the schema `sharing` that the site is made of; each class is named after what its table holds."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Shown:
    """A figure as it may leave the club, or why it does not; a row of `sharing.indicator`."""

    indicator_code: str
    period_code: str
    basis: str
    authority_code: str
    authority_name: str
    definition_version: int
    numerator: float | None
    denominator: float | None
    value: float | None
    lower_95: float | None
    upper_95: float | None
    not_shown: str | None
    is_rounded: bool
    quality_rating: str | None


@dataclass(frozen=True)
class Compared:
    """A figure of a member beside a comparator; a row of `sharing.comparison`."""

    indicator_code: str
    period_code: str
    basis: str
    authority_code: str
    comparator_set: str
    comparator_value: float | None
    minimum_value: float | None
    lower_quartile_value: float | None
    upper_quartile_value: float | None
    maximum_value: float | None
    funnel_lower_95: float | None
    funnel_upper_95: float | None
    funnel_lower_99_8: float | None
    funnel_upper_99_8: float | None


@dataclass(frozen=True)
class Authority:
    """Whose figures these are."""

    authority_code: str
    name: str
    authority_type: str
    region: str
    is_member: bool


@dataclass(frozen=True)
class Defined:
    """What is known of a version of a definition in what leaves; its whole text is in the register."""

    indicator_code: str
    definition_version: int
    definition: str


@dataclass(frozen=True)
class GroupMember:
    """An indicator in a group of indicators."""

    group_position: int
    position: int
    group_code: str
    group_title: str
    group_about: str
    indicator_code: str
    decimals: int


@dataclass(frozen=True)
class Event:
    """What happened in a year; of one indicator, of a group, or of all."""

    on_date: date
    event_code: str
    indicator_code: str | None
    group_code: str | None
    period_code: str
    what: str


@dataclass(frozen=True)
class Change:
    """A figure of a member that moved on a day; without values where it stands on counts of people."""

    changed_on: date
    indicator_code: str
    period_code: str
    basis: str
    authority_code: str
    authority_name: str
    title: str
    unit: str
    old_value: float | None
    new_value: float | None
    not_shown: str | None


@dataclass(frozen=True)
class Practice:
    """An entry of good practice, without the texts that tell of a few people."""

    practice_code: str
    authority_code: str
    authority_name: str
    title: str
    indicators: str | None
    factor: str | None
    client_group: str | None
    problem: str | None
    what_was_done: str | None
    started_in: str | None
    cost_posts: float | None
    cost_pounds: float | None
    evidence_kind: str | None
    outcome_claimed: str | None
    went_wrong: str | None
    transferable_to: str | None
    contact_role: str | None
    checked_by: str | None
    review_due: date | None

    @property
    def page(self) -> str:
        """The name of its page, which stays."""
        return f"{self.practice_code.replace('/', '-').lower()}.html"

    @property
    def codes(self) -> list[str]:
        """The indicators that it is about."""
        return (self.indicators or "").split(", ") if self.indicators else []


@dataclass(frozen=True)
class QuizResult:
    """What the members answered to a case of the quiz."""

    round_code: str
    turn: int
    case_code: str
    round_title: str
    closes_on: date
    title: str
    asked: str
    key_answer: str
    why: str
    members: int
    most_frequent_answer: str | None
    votes_for: int | None
    decision_code: str | None
    value: str | None
    finding: str | None
    not_shown: str | None


@dataclass(frozen=True)
class AnswerCount:
    """How many departments chose something in the questionnaire."""

    round_code: str
    turn: int
    question_code: str
    choice_turn: int
    choice_code: str
    round_title: str
    closes_on: date
    wording: str
    label: str
    takes_several: bool
    departments: int | None
    answered: int | None


@dataclass(frozen=True)
class AnswerAndFigure:
    """Whether answers and figures of an indicator go together."""

    round_code: str
    question_code: str
    indicator_code: str
    factor: str
    period_code: str
    n: int
    reading: str
    pairs_looked_at: int
    pairs_below_05: int
    pairs_below_05_by_chance: float


@dataclass(frozen=True)
class ReturnAccepted:
    """A return of a member that is in the figures."""

    return_code: str
    period_code: str
    authority_code: str


@dataclass(frozen=True)
class ReturnDue:
    """When a return is due."""

    due_on: date
    return_code: str
    period_code: str
    opens_on: date | None
    provenance: str
