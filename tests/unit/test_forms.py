"""Forms: what a round asks, and which codes and choices are possible."""

from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from pydantic import ValidationError

from ingestion.errors import ClubError
from ingestion.returns import forms
from ingestion.returns.forms import AnswerField, AnswerKind, Choice, Form, Item, form_of

TEXT = AnswerField(code="answer", kind=AnswerKind.TEXT)


def form(*codes: str) -> Form:
    items = tuple(Item(code=code, wording="?", fields=(TEXT,)) for code in codes)
    return Form(return_code="opinions", round_code="spring", title="Opinions", items=items)


@pytest.fixture
def opinions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rounds of two questions: the wording of the first changes in the second, the other ends with it."""
    text = """
        title: Opinions
        rounds: [{code: one}, {code: two, title: The second}, {code: three}]
        sections: [{code: money, title: Money}]
        items:
          - code: OP1
            section: money
            factor: budgets
            versions:
              - {version: 1, to_round: one, wording: Enough?, fields: [{code: answer, kind: text}]}
              - {version: 2, from_round: two, wording: Enough now?, fields: [{code: answer, kind: text}]}
          - code: OP2
            versions:
              - {to_round: two, wording: "And?", fields: [{code: answer, kind: text}]}
    """
    folder = tmp_path / "opinions"
    folder.mkdir()
    (folder / "items.yaml").write_text(dedent(text))
    monkeypatch.setattr(forms, "RETURNS", tmp_path)
    forms.form_of.cache_clear()


@pytest.mark.usefixtures("opinions")
def test_a_round_asks_each_item_in_the_version_of_then():
    asked = {name: form_of("opinions", name) for name in ("one", "two", "three")}
    assert {
        name: [(item.code, item.version, item.wording) for item in each.items] for name, each in asked.items()
    } == {
        "one": [("OP1", 1, "Enough?"), ("OP2", 1, "And?")],
        "two": [("OP1", 2, "Enough now?"), ("OP2", 1, "And?")],
        "three": [("OP1", 2, "Enough now?")],
    }
    assert asked["two"].title == "The second"
    assert asked["one"].items[0].section == "Money"
    assert asked["one"].items[0].attributes == {"factor": "budgets"}


@pytest.mark.usefixtures("opinions")
def test_an_unknown_round_is_refused_with_the_known_ones():
    with pytest.raises(ClubError, match="no round 'four' of opinions; known are one, two, three"):
        form_of("opinions", "four")


@pytest.mark.parametrize("codes", [("A1", "a1"), ("stamp",), ("1A",), ("A.1",), ("A 1",), ("A" * 41,), ()])
def test_a_code_that_cannot_be_told_from_another_or_be_a_name_is_refused(codes: tuple[str, ...]):
    with pytest.raises(ValidationError):
        form(*codes)


def test_two_forms_that_differ_anywhere_have_two_versions():
    assert form("A1", "A2").version == form("A1", "A2").version
    assert len({form("A1", "A2").version, form("A2", "A1").version, form("A1").version}) == 3


@pytest.mark.parametrize(
    ("kind", "choices"),
    [(AnswerKind.CHOICE, ()), (AnswerKind.TEXT, ("yes",)), (AnswerKind.CHOICE, ("yes", "YES"))],
)
def test_a_field_has_choices_if_it_takes_them_and_each_once(kind: AnswerKind, choices: tuple[str, ...]):
    with pytest.raises(ValidationError):
        AnswerField(code="answer", kind=kind, choices=tuple(Choice(code=code, label=code) for code in choices))


@pytest.mark.parametrize(
    ("kind", "labels", "complaint"),
    [
        (AnswerKind.CHOICE, {"one": "Some", "two": "some"}, "means two choices"),
        (AnswerKind.CHOICE, {"no": "None", "none": "Nothing"}, "means two choices"),
        (AnswerKind.CHOICES, {"one": "Some; not all", "two": "All"}, "semicolon"),
    ],
)
def test_words_that_could_be_read_as_another_choice_are_refused(
    kind: AnswerKind, labels: dict[str, str], complaint: str
):
    choices = tuple(Choice(code=code, label=label) for code, label in labels.items())
    with pytest.raises(ValidationError, match=complaint):
        AnswerField(code="answer", kind=kind, choices=choices)


def test_a_bare_yes_of_yaml_is_a_word():
    listed = yaml.safe_load("[{code: yes, label: Yes}, {code: no, label: No}]")
    assert [Choice(**each) for each in listed] == [Choice(code="yes", label="Yes"), Choice(code="no", label="No")]
