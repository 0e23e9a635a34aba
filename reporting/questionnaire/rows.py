"""All that the pages of the questionnaire show, read from one build of the marts."""

from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg.rows import class_row

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.members import Members, read_members
from reporting.one_build import read_one_build


@dataclass(frozen=True)
class Question:
    """A question as a round asked it."""

    round_code: str
    round_title: str
    opens_on: date | None
    closes_on: date | None
    question_code: str
    question_version: int
    section: str
    factor: str | None
    wording: str
    kind: str
    condition_question_code: str | None


@dataclass(frozen=True)
class Choice:
    """A choice of a question, in the wording of the round."""

    round_code: str
    question_code: str
    choice_code: str
    label: str
    choice_order: int | None


@dataclass(frozen=True)
class Answer:
    """A member's answer, or the kind of its absence."""

    authority_code: str
    round_code: str
    question_code: str
    respondent: str
    answer_code: str | None
    answer_label: str | None
    answer_number: float | None
    missing_kind: str | None
    answered_as: str | None


@dataclass(frozen=True)
class AnswerAndFigure:
    """A member's answer beside its figure of an indicator."""

    round_code: str
    question_code: str
    indicator_code: str
    authority_code: str
    answer: str | None
    answer_value: float | None
    value: float | None
    left_out: str | None


@dataclass(frozen=True)
class Pair:
    """A question and an indicator that it may explain, with their correlation or the reason why there is none."""

    round_code: str
    question_code: str
    indicator_code: str
    title: str
    unit: str
    polarity: str
    period_code: str | None
    n: int
    correlation: float | None
    lower_95: float | None
    upper_95: float | None
    p_value: float | None
    reading: str | None
    missing_reason: str | None
    pairs_looked_at: int
    pairs_below_05: int
    pairs_below_05_by_chance: float


@dataclass(frozen=True)
class Words:
    """What a member wrote in its own words to a question, with the themes whose words it holds."""

    authority_code: str
    round_code: str
    question_code: str
    part: str
    text_given: str
    themes: list[str]


@dataclass(frozen=True)
class QuestionnaireRows:
    """Everything of all rounds."""

    members: Members
    questions: list[Question]
    choices: list[Choice]
    answers: list[Answer]
    figures: list[AnswerAndFigure]
    pairs: list[Pair]
    words: list[Words]


_QUESTIONS = """
select
    round_code, round_title, opens_on, closes_on, question_code, question_version, section, factor, wording, kind,
    condition_question_code
from marts.dim_question
order by opens_on, round_code, turn
"""
_CHOICES = """
select round_code, question_code, choice_code, label, choice_order from marts.dim_answer_choice
order by round_code, question_code, turn
"""
_ANSWERS = """
select
    authority_code, round_code, question_code, respondent, answer_code, answer_label, answer_number, missing_kind,
    answered_as
from marts.fct_answer
order by round_code, question_code, authority_code, respondent
"""
_FIGURES = """
select round_code, question_code, indicator_code, authority_code, answer, answer_value, value, left_out
from marts.answer_and_indicator
order by round_code, question_code, indicator_code, authority_code
"""
_PAIRS = """
select
    pairs.round_code, pairs.question_code, pairs.indicator_code, indicators.title, indicators.unit,
    indicators.polarity, pairs.period_code, pairs.n, pairs.correlation, pairs.lower_95, pairs.upper_95,
    pairs.p_value, pairs.reading, pairs.missing_reason, pairs.pairs_looked_at, pairs.pairs_below_05,
    pairs.pairs_below_05_by_chance
from marts.factor_and_indicator as pairs
inner join lateral (
    select title, unit, polarity from marts.dim_indicator
    where dim_indicator.indicator_code = pairs.indicator_code
    order by definition_version desc
    limit 1
) as indicators on true
order by pairs.round_code, pairs.question_code, pairs.indicator_code
"""
_WORDS = """
select authority_code, round_code, question_code, part, text_given, theme_titles as themes
from marts.answer_text
order by round_code, question_code, authority_code, part
"""


def read_questionnaire(settings: Settings) -> QuestionnaireRows:
    """Read every round from one build."""
    return read_one_build(settings, Role.ANALYST, read_rounds)


def read_rounds(connection: psycopg.Connection) -> QuestionnaireRows:
    """Read every round."""
    return QuestionnaireRows(
        members=read_members(connection),
        questions=connection.cursor(row_factory=class_row(Question)).execute(_QUESTIONS).fetchall(),
        choices=connection.cursor(row_factory=class_row(Choice)).execute(_CHOICES).fetchall(),
        answers=connection.cursor(row_factory=class_row(Answer)).execute(_ANSWERS).fetchall(),
        figures=connection.cursor(row_factory=class_row(AnswerAndFigure)).execute(_FIGURES).fetchall(),
        pairs=connection.cursor(row_factory=class_row(Pair)).execute(_PAIRS).fetchall(),
        words=connection.cursor(row_factory=class_row(Words)).execute(_WORDS).fetchall(),
    )
