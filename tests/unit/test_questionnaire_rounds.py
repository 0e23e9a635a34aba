"""Whatever becomes of the questions from round to round, no answer that is filled in is lost or shifted."""

import random
from functools import partial
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import Workbook, load_workbook

from ingestion.readers.answers import read_named_answers
from ingestion.returns import forms
from ingestion.returns.forms import Form, form_of
from ingestion.templates.stamps import Origin
from ingestion.templates.workbook import answer_name, write_workbook
from samples.members import members
from tests.support.questionnaires import ROUNDS, Answers, Questionnaire, answers_to, histories, in_words

LIMIT = 50_000_000
NUMBERS = count(1)


def rounds_of(seed: int, edits: list[list[str]], folder: Path) -> list[Form]:
    """The forms of three rounds, each read when it was the latest; none changes when a later one is written."""
    code = f"trial_{next(NUMBERS)}"
    questionnaire, found = Questionnaire(seed), []
    for at, round_code in enumerate(ROUNDS):
        for what in edits[at - 1] if at else ():
            questionnaire.edit(what, at)
        (folder / f"{code}{at}").mkdir()
        (folder / f"{code}{at}" / "items.yaml").write_text(
            yaml.safe_dump(questionnaire.document(), sort_keys=False)
        )
        found.append(form_of(f"{code}{at}", round_code))
        assert asked_by(found[-1]) == questionnaire.asked()
    for form in found:
        still = form_of(f"{code}{len(ROUNDS) - 1}", form.round_code)
        # Their order and their sections are those of the file; what was asked and offered is that of the round.
        assert asked_by(still) == asked_by(form)
    return found


def asked_by(form: Form) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        item.code: (item.wording, {choice.code: choice.label for choice in item.fields[0].choices})
        for item in form.items
    }


def fill_in(path: Path, answers: Answers, chance: random.Random) -> None:
    """As people do: by hand, and some move and rename the sheets."""
    book = load_workbook(path)
    for (item, field), value in answers.items():
        ((sheet, cell),) = book.defined_names[answer_name(item, "", field)].destinations
        book[sheet][cell.replace("$", "")].value = float(value) if value.isdecimal() else value
    if chance.random() < 0.5:
        move_and_rename(book, chance)
    book.save(path)


def move_and_rename(book: Workbook, chance: random.Random) -> None:
    sheet = chance.choice([sheet for sheet in book.worksheets if sheet.sheet_state == "visible"])
    old, new = sheet.title, f"{sheet.title[:20]}'s own"
    sheet.title = new
    quoted = new.replace("'", "''")
    for name in book.defined_names.values():
        name.attr_text = name.attr_text.replace(f"'{old}'", f"'{quoted}'")
    book.move_sheet(sheet, offset=chance.choice((-1, 1)))


def read_back(path: Path) -> Answers:
    table = read_named_answers(partial(BytesIO, path.read_bytes()), LIMIT)
    return {(cells[0], cells[2]): cells[3] for _, cells in table.rows if cells[0] != "stamp"}


# A smaller history would take many workbooks to find.
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories())
def test_no_answer_is_lost_or_shifted_over_three_rounds_of_fourteen_authorities(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, history: tuple[int, list[list[str]]]
) -> None:
    seed, edits = history
    monkeypatch.setattr(forms, "RETURNS", tmp_path)
    for form in rounds_of(seed, edits, tmp_path):
        for member in members():
            given_ = in_words(form, answers_to(form, member.code, seed))
            path = tmp_path / "questionnaire.xlsx"
            write_workbook(form, member.code, path)
            fill_in(path, given_, random.Random(f"{seed} {member.code}"))
            assert read_back(path) == given_, (form.round_code, member.code)
            prefilled = {answer_name(item, "", field): value for (item, field), value in given_.items()}
            write_workbook(form, member.code, path, prefilled, Origin(form.round_code, 1))
            assert read_back(path) == given_, "what is written again and sent back as it is"
