"""What members answered that may explain a figure, beside it in a pack, and how they counted in the quiz."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from reporting.questionnaire.rows import Question, QuestionnaireRows
from reporting.questionnaire.sections import MISSING_WORDS, sentence_of

# So many questions at most stand beside a figure: those that chance explains worst.
MOST_QUESTIONS = 3

# Of the newest round about an indicator that is closed: in an open one nobody is to see how others count.
COUNTED = """
select {columns}
from (
    select
        cases.indicator_code, answers.authority_code, rounds.round_code, rounds.title as round_title,
        answers.perspective, count(*) as answered, count(*) filter (where answers.is_as_key) as as_decided,
        rank() over (partition by cases.indicator_code order by rounds.closes_on desc, rounds.round_code) as turn
    from marts.quiz_answer as answers
    inner join marts.quiz_case as cases using (round_code, case_code)
    inner join marts.quiz_round as rounds using (round_code)
    where rounds.closes_on < (select built_at::date from marts.build)
    group by 1, 2, 3, 4, 5, rounds.closes_on
) as counted
where turn = 1
order by indicator_code, authority_code, perspective
"""


@dataclass(frozen=True)
class Beside:
    """A question that may explain a figure, and what the authority answered, in a sentence."""

    key: str
    question: str
    sentence: str


@dataclass(frozen=True)
class Counted:
    """How many of the quiz's cases a perspective of a member counted as the club has decided."""

    indicator_code: str
    authority_code: str
    round_code: str
    round_title: str
    perspective: str
    answered: int
    as_decided: int


def questions_beside(rows: QuestionnaireRows, indicator_code: str, authority_code: str) -> list[Beside]:
    """Return what the newest round asked that may explain an indicator, surest first, and what was answered."""
    asked = {(each.round_code, each.question_code): each for each in rows.questions}
    pairs = [each for each in rows.pairs if each.indicator_code == indicator_code]
    if not pairs:
        return []
    newest = max((asked[each.round_code, each.question_code].opens_on, each.round_code) for each in pairs)[1]
    surest = sorted(
        (each for each in pairs if each.round_code == newest),
        key=lambda each: (each.p_value is None, each.p_value, each.question_code),
    )
    return [
        Beside(
            f"{indicator_code}:answer:{each.round_code}/{each.question_code}",
            asked[each.round_code, each.question_code].wording,
            f"{_answer_of(rows, asked[each.round_code, each.question_code], authority_code)} {sentence_of(each)}",
        )
        for each in surest[:MOST_QUESTIONS]
    ]  # fmt: skip


def _answer_of(rows: QuestionnaireRows, question: Question, authority_code: str) -> str:
    """Say what a member answered; of several perspectives what each did."""
    name = rows.members.names[authority_code]
    answers = [
        each for each in rows.answers
        if (each.round_code, each.question_code, each.authority_code)
        == (question.round_code, question.question_code, authority_code)
    ]  # fmt: skip
    given = [each.answer_label or f"{each.answer_number:g}" for each in answers if not each.missing_kind]
    if given:
        return f"{name}: “{'”; “'.join(given)}”."
    why = next((MISSING_WORDS[each.missing_kind] for each in answers if each.missing_kind), "not answered")
    return f"{name}: {why}."


def quiz_sentences(counted: Sequence[Counted], name: str) -> list[tuple[str, str]]:
    """Say under its key how each perspective of a member counted the cases of the quiz about an indicator."""
    return [
        (
            f"{indicator}:quiz:{found[0].round_code}",
            f"{found[0].round_title}: of {name}, "
            + ", ".join(f"{each.perspective} {each.as_decided} of {each.answered}" for each in found)
            + f" cases about {indicator} counted as the club had decided.",
        )
        for indicator, found in (
            (code, list(rows)) for code, rows in groupby(counted, key=lambda each: each.indicator_code)
        )
    ]
