"""The questions that are shipped, and what is written of a form: conditions, the page to print, the codebook."""

import csv
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import ClubError
from ingestion.operation.templates import write_templates
from ingestion.returns.forms import AnswerField, AnswerKind, Choice, Form, Item, form_of, rounds_of
from ingestion.settings import RETURNS, SEEDS, Settings
from ingestion.templates import TemplateForm
from ingestion.templates.codebook import changes_between, codebook
from ingestion.templates.conditions import condition_of
from ingestion.templates.page import printed_form

SHIPPED = [form_of("questionnaire", each) for each in rounds_of(RETURNS / "questionnaire")]
YES_NO = (Choice(code="yes", label="Yes"), Choice(code="no", label="No"))


def item(code: str, choices: tuple[Choice, ...] = YES_NO, **given: Any) -> Item:
    field = AnswerField(code="answer", kind=AnswerKind.CHOICE, choices=choices)
    return Item(code=code, wording=f"Wording of {code}?", fields=(field,), **given)


def form(*items: Item, round_code: str = "round-1") -> Form:
    return Form(return_code="questionnaire", round_code=round_code, title=f"Trial {round_code}", items=items)


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.round_code)
def test_every_section_asks_four_to_six_questions(shipped: Form) -> None:
    sections = [each.section for each in shipped.items]
    assert len(set(sections)) == 3
    assert {4 <= sections.count(section) <= 6 for section in sections} == {True}


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.round_code)
def test_answers_are_looked_at_beside_indicators_of_the_register(shipped: Form) -> None:
    with (SEEDS / "register" / "register_indicators.csv").open(encoding="utf-8") as file:
        register = {row["indicator_code"] for row in csv.DictReader(file)}
    assert {code for each in shipped.items for code in each.attributes.get("indicators", ())} <= register


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.round_code)
def test_what_is_set_beside_an_indicator_has_an_order_and_a_way_not_to_know(shipped: Form) -> None:
    for each in shipped.items:
        answer = each.fields[0]
        if each.attributes.get("indicators") and answer.kind is not AnswerKind.NUMBER:
            orders = [choice.order for choice in answer.choices if choice.order]
            assert orders == list(range(1, len(orders) + 1)), each.code
            assert len(orders) >= 3, each.code
            assert "not_known" in {choice.code for choice in answer.choices}, each.code


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.round_code)
def test_every_condition_names_an_earlier_question_and_its_choices(shipped: Form) -> None:
    conditions = [condition_of(each, shipped) for each in shipped.items if each.applies_if]
    assert len(conditions) >= 2
    assert all(conditions)


def test_a_condition_is_said_with_the_words_of_the_choices() -> None:
    asked = form(item("Q1"), item("Q2", applies_if="Q1 in (yes, no)"))
    condition = condition_of(asked.items[1], asked)
    assert condition is not None
    assert condition.in_words == "Only if Q1 is “Yes” or “No”"


@pytest.mark.parametrize(
    ("applies_if", "complaint"),
    [
        ("Q1 = yes", "written as QUESTION in"),
        ("Q3 in (yes)", "does not ask before it"),
        ("Q1 in (maybe)", "no choice of Q1"),
    ],
)
def test_a_condition_that_can_never_hold_is_refused(applies_if: str, complaint: str) -> None:
    asked = form(item("Q1"), item("Q2", applies_if=applies_if), item("Q3"))
    with pytest.raises(ClubError, match=complaint):
        condition_of(asked.items[1], asked)


def test_a_printed_page_has_a_box_for_every_choice_and_says_when_a_question_is_asked() -> None:
    page = printed_form(SHIPPED[0], "Dudley")
    choices = [choice for each in SHIPPED[0].items for field in each.fields for choice in field.choices]
    assert page.count('class="box"') == len(choices)
    assert "Only if PR4 is “Agreed, without costs” or “Agreed, with costs”." in page
    assert "Dudley" in page


def test_a_codebook_keeps_what_was_asked_before_and_says_what_changed() -> None:
    partly = Choice(code="partly", label="In part")
    first = form(item("Q1"), item("Q9"))
    reworded = item("Q1", (*YES_NO[:1], partly), version=2).model_copy(update={"wording": "Is it so now?"})
    second = form(item("Q5"), reworded, round_code="round-2")
    written = codebook([first, second])
    for words in (
        "Wording of Q1?", "Is it so now?", "The wording is another.", "no (“No”) can no longer be chosen.",
        "partly (“In part”) can be chosen from here on.", "Not asked in round-2.", "Not asked in round-1.",
    ):  # fmt: skip
        assert words in written, words


def test_a_label_worded_anew_is_a_change_and_an_order_of_questions_is_none() -> None:
    before = item("Q1")
    after = item("Q1", (Choice(code="yes", label="Yes, always"), YES_NO[1]), version=2)
    assert list(changes_between(before, after)) == ["answer: yes is worded “Yes, always”, before “Yes”."]
    assert list(changes_between(before, before)) == []


@pytest.mark.parametrize(
    ("written_as", "names"),
    [
        (TemplateForm.WORKBOOK, ["dudley/templates/questionnaire-round-1.xlsx"]),
        (TemplateForm.PAGE, ["dudley/templates/questionnaire-round-1.html"]),
        (TemplateForm.XLSFORM, ["_club/templates/questionnaire-round-1-xlsform.xlsx"]),
        (TemplateForm.CODEBOOK, ["_club/templates/questionnaire-round-1-codebook.html"]),
    ],
)
def test_a_round_is_written_where_its_people_find_it(
    tmp_path: Path, written_as: TemplateForm, names: list[str]
) -> None:
    settings = Settings(home=tmp_path, warehouse_url=None)
    written = write_templates(settings, "questionnaire", "round-1", {"dudley": "Dudley"}, None, written_as)
    assert [str(path.relative_to(settings.outbox)) for path in written] == names
    assert all(path.stat().st_size > 1_000 for path in written)


def test_in_one_folder_the_files_of_members_are_told_apart(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, warehouse_url=None)
    members = {"dudley": "Dudley", "walsall": "Walsall"}
    written = write_templates(settings, "questionnaire", None, members, tmp_path / "all", TemplateForm.PAGE)
    assert [path.name for path in written] == [
        "questionnaire-round-1-dudley.html",
        "questionnaire-round-1-walsall.html",
    ]
