"""The codebook: each question of all rounds, with its codes, and what changed from one round to the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox.pages import page_templates
from ingestion.returns.forms import AnswerField, Choice, Form, Item
from ingestion.templates.conditions import condition_in_words
from ingestion.templates.workbook import what_is_taken

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class AskedVersion:
    """A question as some rounds in a row asked it, and what is another than in the version before."""

    item: Item
    rounds: tuple[str, ...]
    condition: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question of one code through all rounds."""

    code: str
    section: str
    versions: tuple[AskedVersion, ...]
    not_asked_in: tuple[str, ...]


def codebook(forms: Sequence[Form]) -> str:
    """Write the codebook of these rounds of a return as a page, oldest round first."""
    sections: dict[str, list[Question]] = {}
    for question in _questions(forms):
        sections.setdefault(question.section or forms[-1].title, []).append(question)
    return _templates().get_template("codebook.html.j2").render(forms=forms, sections=sections)


def changes_between(before: Item, after: Item) -> Iterator[str]:
    """Say in sentences what is another in a later version of a question."""
    if before.wording != after.wording:
        yield "The wording is another."
    if before.applies_if != after.applies_if:
        yield "It is asked under another condition."
    olds = {field.code: field for field in before.fields}
    news = {field.code: field for field in after.fields}
    yield from (f"{code} is no longer asked." for code in olds if code not in news)
    yield from (f"{code} is new." for code in news if code not in olds)
    for code, new in news.items():
        if code in olds:
            yield from _changes_of_field(olds[code], new)


def _changes_of_field(before: AnswerField, after: AnswerField) -> Iterator[str]:
    if before.kind is not after.kind:
        yield f"{after.code} is a {after.kind} now, before a {before.kind}."
    olds, news = _by_code(before), _by_code(after)
    yield from (
        f"{after.code}: {code} (“{olds[code].label}”) can no longer be chosen."
        for code in olds
        if code not in news
    )
    yield from (
        f"{after.code}: {code} (“{news[code].label}”) can be chosen from here on."
        for code in news
        if code not in olds
    )
    for code in news:
        if code in olds and olds[code].label != news[code].label:
            yield f"{after.code}: {code} is worded “{news[code].label}”, before “{olds[code].label}”."


def _by_code(field: AnswerField) -> dict[str, Choice]:
    return {choice.code: choice for choice in field.choices}


def _questions(forms: Sequence[Form]) -> Iterator[Question]:
    """Yield the questions in the order of the latest round that asks them, those of earlier rounds after them."""
    codes = dict.fromkeys(item.code for form in reversed(forms) for item in form.items)
    for code in codes:
        versions = tuple(_versions(code, forms))
        asked_in = {each for version in versions for each in version.rounds}
        yield Question(
            code, versions[-1].item.section, versions,
            tuple(form.round_code for form in forms if form.round_code not in asked_in),
        )  # fmt: skip


def _versions(code: str, forms: Sequence[Form]) -> Iterator[AskedVersion]:
    asked = [(form, item) for form in forms for item in form.items if item.code == code]
    firsts = asked[:1] + [after for before, after in pairwise(asked) if before[1] != after[1]]
    before: Item | None = None
    for form, item in firsts:
        rounds = tuple(each.round_code for each, same in asked if same == item)
        changes = tuple(changes_between(before, item)) if before else ()
        yield AskedVersion(item, rounds, condition_in_words(item, form), changes)
        before = item


@cache
def _templates() -> Environment:
    return page_templates(FOLDER, taken=what_is_taken)
