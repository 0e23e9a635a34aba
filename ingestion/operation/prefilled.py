"""What an authority has answered already, for the workbook that it gets: to be corrected, or gone on with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from ingestion.collect.answer_forms import read_form
from ingestion.feedback.read_answers import ReadAnswer, read_answers
from ingestion.returns.catalogue import ReturnLayout
from ingestion.returns.forms import AnswerKind, Form, Item
from ingestion.templates.stamps import Origin
from ingestion.templates.workbook import answer_name

_IN_FORCE = """
select submission_id, version from ledger.submission
where return_code = %s and sender = %s and period_code = %s and is_in_force
"""


@dataclass(frozen=True)
class Prefilled:
    """Answers by the names of their cells, and where they are from; none where nothing was answered."""

    answers: Mapping[str, str | float]
    origin: Origin | None


NOTHING = Prefilled({}, None)


@dataclass(frozen=True)
class _Sent:
    """A submission in force."""

    round_code: str
    submission_id: int
    version: int


def answers_in_force(
    connection: psycopg.Connection, layout: ReturnLayout, form: Form, authority_code: str
) -> Prefilled:
    """Find what goes into the workbook of one authority: its answers to this round, or else to the one before.

    Of an earlier round only answers to what is asked again in the same words, with the same choices, are taken
    over, and only where the layout of the return says so. The entries of an open form are the sender's own, and
    stay where they are.
    """
    if form.is_open:
        return NOTHING
    earlier = layout.periods[: layout.periods.index(form.round_code)] if form.round_code in layout.periods else ()
    carries_over = layout.answers is not None and layout.answers.carries_over
    for round_code in (form.round_code, *(reversed(earlier) if carries_over else ())):
        sent = _in_force(connection, form.return_code, authority_code, round_code)
        if sent:
            return _taken_over(connection, layout, form, sent)
    return NOTHING


def _in_force(connection: psycopg.Connection, return_code: str, authority: str, round_code: str) -> _Sent | None:
    found = connection.execute(_IN_FORCE, [return_code, authority, round_code]).fetchone()
    return _Sent(round_code, *found) if found else None


def _taken_over(connection: psycopg.Connection, layout: ReturnLayout, form: Form, sent: _Sent) -> Prefilled:
    items = form.items
    if sent.round_code != form.round_code:
        before = {item.code: item for item in read_form(connection, form.return_code, sent.round_code).items}
        items = tuple(item for item in items if item.code in before and _asks_the_same(before[item.code], item))
    answers = read_answers(connection, layout, sent.submission_id)
    return Prefilled(dict(_by_cell(items, answers)), Origin(sent.round_code, sent.version))


def _asks_the_same(before: Item, now: Item) -> bool:
    """Tell whether an answer still stands: not only its code is the same, but every word that was answered to."""
    return (before.wording, before.hint, before.applies_if, before.fields) == (
        now.wording, now.hint, now.applies_if, now.fields,
    )  # fmt: skip


def _by_cell(items: Sequence[Item], answers: Sequence[ReadAnswer]) -> Iterator[tuple[str, str | float]]:
    """Yield the name of each cell with its answer, as the workbook takes it."""
    kinds = {(item.code, field.code): field.kind for item in items for field in item.fields}
    codes = {item.code.lower(): item.code for item in items}
    for answer in answers:
        code = codes.get(answer.item_code.lower(), "")
        kind = kinds.get((code, answer.field))
        if kind is not None and answer.read_as is not None:
            value = float(answer.read_as) if kind is AnswerKind.NUMBER else answer.read_as
            yield answer_name(code, answer.respondent, answer.field), value
