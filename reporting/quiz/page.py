"""The quiz as pages: the questions, on paper too, and once a round is over what was answered."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox import stream_if_changed, write_if_changed
from ingestion.outbox.pages import page_templates
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.documents.pdf import html_to_pdf
from reporting.members import Members, read_members
from reporting.one_build import read_one_build
from reporting.quiz.read import read_quiz
from reporting.quiz.rows import MEMBERS, PERSPECTIVES, Case, Gap, QuizRows, Reading, Settlement
from reporting.quiz.words import (
    COEFFICIENTS,
    RATERS,
    answer_in_words,
    coefficient_in_words,
    day_of_case,
    gap_in_words,
    outcome_in_words,
    votes_in_words,
)

FOLDER = Path(__file__).parent
# The gaps between perspectives that are named; a smaller one is what any two groups differ by.
LEAST_GAP, MOST_GAPS = 0.2, 8


@dataclass(frozen=True)
class AnswerRow:
    """An answer to a case: how many give it, and which readings count so."""

    answer: str
    given: dict[str, int]
    readings: tuple[Reading, ...]
    is_key: bool


@dataclass(frozen=True)
class Answered:
    """A case with what was answered to it."""

    case: Case
    settlement: Settlement
    with_key: int
    votes: int
    rows: tuple[AnswerRow, ...]
    silent: dict[str, int]
    reasons: list[tuple[str, str]]


def write_quiz_pages(settings: Settings, day: date) -> list[Path]:
    """Write the pages of every round into the club's outbox; return the questions of each."""
    with connect(settings, Role.ANALYST) as connection:
        rounds = connection.execute("select round_code from marts.quiz_round order by round_code").fetchall()
    return [write_quiz(settings, round_code, day)[0] for (round_code,) in rounds]


def write_quiz(settings: Settings, round_code: str | None, day: date, folder: Path | None = None) -> list[Path]:
    """Write the questions of a round as page and PDF and, if it is over on this day, what was answered.

    Raises:
        ClubError: there is no such round in the marts.
    """
    rows, members = read_one_build(
        settings, Role.ANALYST, lambda connection: (read_quiz(connection, round_code), read_members(connection))
    )
    target = (folder or settings.club_outbox) / f"quiz-{rows.round.round_code}"
    questions = render_questions(rows, members)
    page, sheet = (target.with_name(f"{target.name}-questions.{form}") for form in ("html", "pdf"))
    # To set the sheet takes seconds.
    if write_if_changed(page, questions) or not sheet.exists():
        content = html_to_pdf(questions)
        stream_if_changed(sheet, lambda file: file.write(content))
    if not rows.round.is_over(day):
        return [page, sheet]
    answers = target.with_name(f"{target.name}-answers.html")
    write_if_changed(answers, render_answers(rows, members))
    return [page, sheet, answers]


def render_questions(rows: QuizRows, members: Members) -> str:
    """Render what is asked, without a word of what counts."""
    sections = [(title, list(cases)) for title, cases in groupby(rows.cases, key=lambda case: case.section)]
    page = _environment().get_template("questions.html.j2")
    return page.render(region=members.region, round=rows.round, sections=sections, perspectives=PERSPECTIVES)


def render_answers(rows: QuizRows, members: Members) -> str:
    """Render what was answered, the case with the least agreement first."""
    return (
        _environment()
        .get_template("answers.html.j2")
        .render(
            region=members.region,
            round=rows.round,
            cases=answered_cases(rows),
            reliabilities=_by_raters(rows),
            coefficients=COEFFICIENTS,
            raters=RATERS,
            gaps=gaps_to_name(rows),
            to_choose={case.asked: case for case in rows.cases if case.choices}.values(),
        )
    )


def answered_cases(rows: QuizRows) -> list[Answered]:
    """Put the answers beside each case; least agreement first, and those nobody answered last."""
    found = [_answered(rows, case) for case in rows.cases]
    return sorted(found, key=lambda one: (one.votes == 0, one.settlement.votes_for, one.case.case_code))


def gaps_to_name(rows: QuizRows) -> list[Gap]:
    """Return the largest gaps between perspectives that are worth a sentence."""
    return [gap for gap in rows.gaps if gap.gap >= LEAST_GAP][:MOST_GAPS]


def _answered(rows: QuizRows, case: Case) -> Answered:
    readings = [reading for reading in rows.readings if reading.case_code == case.case_code]
    given = {raters: rows.given.get((case.case_code, raters), {}) for raters in RATERS}
    answers = {answer for tally in given.values() for answer in tally} | {reading.answer for reading in readings}
    agreement = rows.agreements[case.case_code, MEMBERS]
    return Answered(
        case,
        rows.settlements[case.case_code],
        agreement.with_key,
        agreement.answers,
        tuple(
            AnswerRow(
                answer,
                {raters: tally.get(answer, 0) for raters, tally in given.items()},
                tuple(one for one in readings if one.answer == answer and one.decision_code),
                answer == case.key_answer,
            )
            for answer in sorted(answers, key=lambda answer: (len(answer), answer))
        ),
        {raters: rows.round.members - sum(tally.values()) for raters, tally in given.items()},
        rows.reasons.get(case.case_code, []),
    )


def _by_raters(rows: QuizRows) -> dict[tuple[str, str], dict[tuple[str, str], str]]:
    """Write the coefficients by round and question, and by whose answers they are and method."""
    asked = {case.indicator_code: case.asked for case in rows.cases}
    found: dict[tuple[str, str], dict[tuple[str, str], str]] = {}
    for one in rows.reliabilities:
        question = asked.get(one.indicator_code, one.indicator_code)
        found.setdefault((one.round_code, question), {})[one.raters, one.coefficient] = coefficient_in_words(one)
    return found


@cache
def _environment() -> Environment:
    return page_templates(
        FOLDER,
        answer=answer_in_words,
        votes=votes_in_words,
        outcome=outcome_in_words,
        gap=gap_in_words,
        day_of_case=day_of_case,
    )
