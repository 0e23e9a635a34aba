"""What departments answered to the questionnaire and to the quiz, round by round, as far as it leaves the club."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from reporting.definitions.decisions import option_in_words
from reporting.site.read import Shared
from reporting.site.rows import AnswerAndFigure, AnswerCount, QuizResult

NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Question:
    """A question of a round with its choices."""

    choices: tuple[AnswerCount, ...]

    @property
    def wording(self) -> str:
        """The question."""
        return self.choices[0].wording

    @property
    def answered(self) -> int | None:
        """How many answered it; None where they are too few."""
        return self.choices[0].answered

    @property
    def takes_several(self) -> bool:
        """Whether a department may choose several."""
        return self.choices[0].takes_several

    @property
    def is_told(self) -> bool:
        """Whether anything of its answers is told."""
        return any(choice.departments is not None for choice in self.choices)


@dataclass(frozen=True)
class QuestionnaireRound:
    """A round of the questionnaire that is over."""

    code: str
    title: str
    closes_on: date
    questions: tuple[Question, ...]
    pairs: tuple[AnswerAndFigure, ...]

    @property
    def standing_out(self) -> list[AnswerAndFigure]:
        """The pairs of question and indicator that go together beyond chance."""
        return [pair for pair in self.pairs if pair.reading != NOT_SHOWN]


@dataclass(frozen=True)
class QuizRound:
    """A round of the quiz that is over."""

    code: str
    title: str
    closes_on: date
    members: int
    cases: tuple[QuizResult, ...]


def questionnaire_rounds(shared: Shared) -> list[QuestionnaireRound]:
    """Collect the rounds of the questionnaire, the latest first."""
    pairs = shared.of(AnswerAndFigure)
    found = []
    for code, rows in groupby(shared.of(AnswerCount), lambda row: row.round_code):
        counts = list(rows)
        first = counts[0]
        of_round = tuple(pair for pair in pairs if pair.round_code == code)
        found.append(
            QuestionnaireRound(code, first.round_title, first.closes_on, tuple(_questions(counts)), of_round)
        )
    return sorted(found, key=lambda each: each.closes_on, reverse=True)


def _questions(counts: Iterable[AnswerCount]) -> list[Question]:
    return [Question(tuple(rows)) for _, rows in groupby(counts, lambda row: row.question_code)]


def quiz_rounds(shared: Shared) -> list[QuizRound]:
    """Collect the rounds of the quiz, the latest first."""
    found = []
    for code, rows in groupby(shared.of(QuizResult), lambda row: row.round_code):
        cases: Sequence[QuizResult] = tuple(rows)
        first = cases[0]
        found.append(QuizRound(code, first.round_title, first.closes_on, first.members, tuple(cases)))
    return sorted(found, key=lambda each: each.closes_on, reverse=True)


def outcome_in_words(case: QuizResult) -> str:
    """Say what a case settles, or why it settles nothing."""
    option = option_in_words(case.decision_code or "", case.value or "")
    return {
        "settled": f"Settled otherwise than was decided: “{option}”",
        "as_decided": f"Agreed as decided: “{option}”",
        "no_votes": "",
        "tied": "Not settled: two answers are equally frequent.",
        "split": "Not settled: too many are of another mind.",
        "perspective_against": "Not settled: most of one perspective are against.",
        "tells_no_decision_apart": "It hangs on no decision.",
        "no_option": "Not settled: no decision that could be taken gives this answer.",
        "cases_contradict": "Not settled: another case of the round agrees on the opposite.",
    }[case.finding or "no_votes"]
