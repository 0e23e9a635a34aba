"""XLSForms converted by pyxform, in its own environment: without a warning, and with every answer in them."""

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ingestion.authorities import authorities
from ingestion.returns.forms import AnswerField, Choice, Form, Item, form_of, rounds_of
from ingestion.settings import PROJECT_ROOT, RETURNS
from ingestion.templates.workbook import asked_items
from ingestion.templates.xlsform import question_name, write_xlsform

PYXFORM = Path(os.environ.get("CLUB_PYXFORM", PROJECT_ROOT / "var" / "xlsform"))

pytestmark = pytest.mark.skipif(
    not (PYXFORM / "bin" / "xls2xform").exists(),
    reason=f"pyxform is not installed in {PYXFORM}; `make xlsform-test` does it",
)

XFORMS = {"x": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}

ANSWER = AnswerField(
    code="answer", kind="choice", choices=(Choice(code="yes", label="Yes"), Choice(code="no", label="No"))
)
EVERY_KIND = Form(
    return_code="questionnaire",
    round_code="trial",
    title="Every kind & <more>",
    introduction="A form with “everything” in it.",
    opens_on=date(2008, 9, 1),
    respondents=("operations", "finance"),
    items=(
        Item(code="Q1", section="First", wording="Is it so?", hint="Yes or no", fields=(ANSWER,)),
        Item(
            code="Q2", section="First", wording="Which of them?", applies_if="Q1 in (yes)",
            fields=(
                AnswerField(code="answer", kind="choices", choices=ANSWER.choices, is_required=True),
                AnswerField(code="posts", kind="number", label="Posts", least=0, most=2.5),
                AnswerField(code="cost", kind="number", label="Pounds"),
                AnswerField(code="why", kind="text", label="Why", longest=100),
            ),
        ),
    ),
)  # fmt: skip
SHIPPED = [
    form_of(return_code, round_code)
    for return_code in ("questionnaire", "definition_quiz")
    for round_code in rounds_of(RETURNS / return_code)
]


def converted(form: Form, folder: Path) -> tuple[list[str], ElementTree.Element]:
    """The warnings of pyxform, and the XForm."""
    members = {each.code: each.name for each in authorities().values() if each.is_member}
    write_xlsform(form, members, folder / "form.xlsx")
    done = subprocess.run(
        [
            PYXFORM / "bin" / "xls2xform", "--json", folder / "form.xlsx", folder / "form.xml",
            # ODK Validate is a Java program, which pyxform brings along.
            *([] if shutil.which("java") else ["--skip_validate"]),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    assert answer["code"] in (100, 101), answer["message"]
    return answer["warnings"], ElementTree.parse(folder / "form.xml").getroot()


@pytest.mark.parametrize("form", [*SHIPPED, EVERY_KIND], ids=lambda form: f"{form.return_code} {form.round_code}")
def test_a_form_converts_without_a_warning_and_loses_no_answer(form: Form, tmp_path: Path) -> None:
    warnings, xform = converted(form, tmp_path)
    assert warnings == []
    asked = {each.get("nodeset", "").rsplit("/", 1)[-1] for each in xform.iterfind(".//x:bind", XFORMS)}
    names = {
        question_name(item, respondent, field)
        for item in asked_items(form)
        for respondent in form.respondents or ("",)
        for field in item.fields
    }
    assert names <= asked
    assert {"stamp_return", "stamp_round", "stamp_version", "stamp_authority"} <= asked


def test_a_question_is_asked_only_where_it_applies_and_takes_only_what_fits(tmp_path: Path) -> None:
    _, xform = converted(EVERY_KIND, tmp_path)
    binds = {each.get("nodeset", "").rsplit("/", 1)[-1]: each for each in xform.iterfind(".//x:bind", XFORMS)}
    assert binds["Q2_finance"].get("relevant", "").endswith("Q1_finance/Q1_finance_answer , 'yes')")
    assert binds["Q2_finance_posts"].get("constraint") == ". >= 0 and . <= 2.5"
    assert binds["Q2_finance_cost"].get("constraint") is None
    assert binds["Q2_finance_why"].get("constraint") == "string-length(.) <= 100"
    assert binds["Q2_finance_answer"].get("required") == "true()"
