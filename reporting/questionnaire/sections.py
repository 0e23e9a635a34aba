"""The rows of a round laid out for its page: section by section, question by question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reporting.charts.answer_dots import AnswerDot, draw_answer_dots
from reporting.charts.figures import Subject
from reporting.charts.picture import Picture
from reporting.questionnaire.rows import Answer, Pair, Question, QuestionnaireRows, Words

MISSING_WORDS = {
    "not_asked": "not asked",
    "not_answered": "not answered",
    "does_not_apply": "does not apply",
    "not_known": "not known",
}


@dataclass(frozen=True)
class Given:
    """One answer and the members who gave it; a kind of missing answer stands apart."""

    label: str
    names: tuple[str, ...]
    is_missing: bool = False


@dataclass(frozen=True)
class BesideIndicator:
    """A question beside an indicator: the picture, where enough can be drawn, and what chance has to say."""

    pair: Pair
    picture: Picture | None
    sentence: str


@dataclass(frozen=True)
class QuestionSection:
    """A question on the page."""

    question: Question
    given: tuple[Given, ...]
    texts: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str], ...]
    beside: tuple[BesideIndicator, ...]


@dataclass(frozen=True)
class Theme:
    """A theme and who touches it: name, question and text."""

    title: str
    names: tuple[str, ...]
    texts: tuple[tuple[str, str, str], ...]


def sections_of(
    rows: QuestionnaireRows, round_code: str, own: str | None
) -> list[tuple[str, list[QuestionSection]]]:
    """Lay out the questions of a round, by the sections of the form."""
    questions = [question for question in rows.questions if question.round_code == round_code]
    return [
        (section, [_section(rows, question, own) for question in of_section])
        for section, of_section in groupby(questions, key=lambda question: question.section)
    ]


def themes_of(rows: QuestionnaireRows, round_code: str) -> list[Theme]:
    """Group what was written by theme, the one that most members touch first; what touches none comes last."""
    texts = [each for each in rows.words if each.round_code == round_code and each.part == "answer"]
    by_theme: dict[str, list[Words]] = {}
    for text in texts:
        for title in text.themes or ["None of these themes"]:
            by_theme.setdefault(title, []).append(text)
    themes = [_theme(rows, title, found) for title, found in by_theme.items()]
    return sorted(
        themes, key=lambda theme: (theme.title == "None of these themes", -len(theme.names), theme.title)
    )


def _theme(rows: QuestionnaireRows, title: str, found: Sequence[Words]) -> Theme:
    names = rows.members.names
    said = [
        (names.get(each.authority_code, each.authority_code), each.question_code, each.text_given)
        for each in found
    ]
    return Theme(title, tuple(sorted({name for name, _, _ in said})), tuple(sorted(said)))


def _section(rows: QuestionnaireRows, question: Question, own: str | None) -> QuestionSection:
    key = (question.round_code, question.question_code)
    answers = [each for each in rows.answers if (each.round_code, each.question_code) == key]
    words = [each for each in rows.words if (each.round_code, each.question_code) == key]
    pairs = [each for each in rows.pairs if (each.round_code, each.question_code) == key]
    return QuestionSection(
        question,
        tuple(_given(rows, question, answers)),
        tuple(_said(rows, words, "answer")),
        tuple(_said(rows, words, "evidence")),
        tuple(_beside(rows, question, pair, own) for pair in pairs),
    )


def _said(rows: QuestionnaireRows, words: Sequence[Words], part: str) -> Iterator[tuple[str, str]]:
    for each in words:
        if each.part == part:
            yield rows.members.names.get(each.authority_code, each.authority_code), each.text_given


def _given(rows: QuestionnaireRows, question: Question, answers: Sequence[Answer]) -> Iterator[Given]:
    """Yield every choice of a question, from most to least, and what is missing after them."""
    names = rows.members.names
    if question.kind in ("choice", "choices"):
        choices = [
            each for each in rows.choices
            if (each.round_code, each.question_code) == (question.round_code, question.question_code)
            and each.choice_code not in MISSING_WORDS
        ]  # fmt: skip
        for choice in sorted(choices, key=lambda each: -(each.choice_order or 0)):
            who = [each for each in answers if choice.choice_code in (each.answer_code or "").split("; ")]
            yield Given(choice.label, _names(who, names))
    elif question.kind == "number":
        for number in sorted(
            {each.answer_number for each in answers if each.answer_number is not None}, reverse=True
        ):
            yield Given(f"{number:g}", _names([each for each in answers if each.answer_number == number], names))
    for kind, words in MISSING_WORDS.items():
        who = [each for each in answers if each.missing_kind == kind]
        if who:
            yield Given(words, _names(who, names), is_missing=True)


def _names(answers: Sequence[Answer], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        names.get(each.authority_code, each.authority_code) + (f" ({each.respondent})" if each.respondent else "")
        for each in answers
    )


def _beside(rows: QuestionnaireRows, question: Question, pair: Pair, own: str | None) -> BesideIndicator:
    picture = None
    if pair.period_code:
        figure, dots = f"{pair.indicator_code} in {pair.period_code}", _dots(rows, pair, own)
        subject = Subject(
            f"{question.question_code}-{pair.indicator_code}",
            f"{question.question_code} beside {figure}",
            pair.unit,
            _decimals(pair.unit, dots),
        )
        picture = draw_answer_dots(subject, dots, _ordered(rows, question), figure)
    return BesideIndicator(pair, picture, sentence_of(pair))


def _ordered(rows: QuestionnaireRows, question: Question) -> list[tuple[int, str]]:
    return sorted(
        (each.choice_order, each.label)
        for each in rows.choices
        if (each.round_code, each.question_code) == (question.round_code, question.question_code)
        and each.choice_order is not None
    )


def _dots(rows: QuestionnaireRows, pair: Pair, own: str | None) -> list[AnswerDot]:
    key = (pair.round_code, pair.question_code, pair.indicator_code)
    return [
        AnswerDot(
            rows.members.names.get(each.authority_code, each.authority_code),
            each.answer or MISSING_WORDS.get(each.left_out or "", ""),
            each.answer_value,
            each.value,
            MISSING_WORDS.get(each.left_out or "", each.left_out or ""),
            is_own=each.authority_code == own,
        )
        for each in rows.figures
        if (each.round_code, each.question_code, each.indicator_code) == key
    ]


def _decimals(unit: str, dots: Sequence[AnswerDot]) -> int:
    """As many as tell members apart: pence where pounds are few."""
    largest = max((abs(dot.value) for dot in dots if dot.value is not None), default=0)
    if unit.startswith("£"):
        return 0 if largest >= 100 else 2
    return 0 if largest >= 200 else 1


def sentence_of(pair: Pair) -> str:
    """Say whether answers and figures go together, and how often chance alone gives as much."""
    if pair.missing_reason or pair.correlation is None or pair.p_value is None:
        return f"No correlation: {pair.missing_reason}."
    interval = ""
    if pair.lower_95 is not None and pair.upper_95 is not None:
        interval = f" (95 % interval {_signed(pair.lower_95)} to {_signed(pair.upper_95)})"
    chance = f"chance alone gives as much in {_share(pair.p_value)} of all ways to deal out these answers"
    end = (pair.reading or "").removeprefix("more goes with ")
    found = "Not shown to go together" if end == "not shown" else f"The higher answer goes with the {end} figure"
    return f"{found}: Kendall’s τ is {_signed(pair.correlation)}{interval}, n = {pair.n}; {chance}."


def _signed(value: float) -> str:
    return "0.00" if abs(value) < 0.005 else f"{value:+.2f}".replace("-", "−")


def _share(probability: float) -> str:
    return f"{100 * probability:.1f} %" if probability >= 0.001 else "less than 0.1 %"
