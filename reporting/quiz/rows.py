"""A round of the quiz as its marts have it."""

from dataclasses import dataclass
from datetime import date

MEMBERS = "members"
PERSPECTIVES = ("operations", "finance", "information")


@dataclass(frozen=True)
class Round:
    """A round, and how many have answered."""

    round_code: str
    title: str
    introduction: str
    opens_on: date | None
    closes_on: date | None
    members: int
    members_answering: int
    answers: int

    def is_over(self, day: date) -> bool:
        """Whether its answers may be shown: before, they would lead those who have not answered."""
        return self.closes_on is None or self.closes_on < day


@dataclass(frozen=True)
class Case:
    """What is asked: an invented child, for when it is counted, and what is told of it."""

    case_code: str
    section: str
    title: str
    indicator_code: str
    counted_for: str
    asked: str
    choices: list[dict[str, str]]
    key_answer: str
    why: str
    episodes: list[dict[str, str]]


@dataclass(frozen=True)
class Reading:
    """What a case counts by one reading."""

    case_code: str
    decision_code: str
    value: str
    answer: str
    is_agreed: bool
    meaning: str | None


@dataclass(frozen=True)
class Agreement:
    """How far the answers to a case agree."""

    case_code: str
    raters: str
    answers: int
    most_frequent_answer: str | None
    with_most_frequent: int
    outside: int
    agreeing: float | None
    with_key: int


@dataclass(frozen=True)
class Reliability:
    """How far the answers of a round agree beyond chance."""

    round_code: str
    indicator_code: str
    raters: str
    coefficient: str
    cases: int
    answers: int
    value: float | None
    lower_95: float | None
    upper_95: float | None
    missing_reason: str | None


@dataclass(frozen=True)
class Gap:
    """How far two perspectives differ on a case."""

    case_code: str
    perspective: str
    other_perspective: str
    pairs: int
    differing: int
    pairs_within: int
    differing_within: int
    gap: float


@dataclass(frozen=True)
class Settlement:
    """Whether a case is settled, and what that would decide."""

    round_code: str
    case_code: str
    indicator_code: str
    most_frequent_answer: str | None
    members: int
    votes_for: int
    votes_against: int
    without_vote: int
    perspectives_against: str | None
    most_members_outside: int
    most_perspectives_against: int
    decision_code: str | None
    value_in_force: str | None
    value: str | None
    finding: str


@dataclass(frozen=True)
class QuizRows:
    """All that is shown of a round; of the coefficients those of the rounds before it, too.

    `given` counts the answers by case, whose they are, and answer; `reasons` are what was written to a case.
    """

    round: Round
    cases: tuple[Case, ...]
    readings: tuple[Reading, ...]
    agreements: dict[tuple[str, str], Agreement]
    given: dict[tuple[str, str], dict[str, int]]
    reasons: dict[str, list[tuple[str, str]]]
    reliabilities: tuple[Reliability, ...]
    gaps: tuple[Gap, ...]
    settlements: dict[str, Settlement]
