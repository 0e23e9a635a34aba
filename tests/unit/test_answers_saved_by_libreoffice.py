"""Workbooks that LibreOffice has opened and saved anew, where it is installed: read as they were."""

import random
import shutil
import subprocess
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from ingestion.readers.answers import read_named_answers
from ingestion.returns.forms import form_of
from ingestion.templates.workbook import write_workbook
from samples.questionnaire import ROUND, answers_of
from tests.unit.test_questionnaire_rounds import LIMIT, fill_in

SOFFICE = shutil.which("soffice")

pytestmark = pytest.mark.skipif(
    SOFFICE is None, reason="there is no LibreOffice (apt install libreoffice-calc-nogui)"
)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_saved_by_libreoffice_is_read_as_it_was(tmp_path: Path, kind: str) -> None:
    form = form_of("questionnaire", ROUND)
    answers = {place: str(value) for place, value in answers_of("worcestershire", form, seed=1999).items()}
    sent = tmp_path / "sent.xlsx"
    write_workbook(form, "worcestershire", sent)
    fill_in(sent, answers, random.Random(1))
    saved = tmp_path / "saved" / f"sent.{kind}"
    subprocess.run(
        [
            str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
            "--convert-to", kind, "--outdir", saved.parent, sent,
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    before, after = (
        [cells[:4] for _, cells in read_named_answers(partial(BytesIO, path.read_bytes()), LIMIT).rows]
        for path in (sent, saved)
    )
    assert after == before
    assert len([cells for cells in after if cells[0] != "stamp"]) == len(answers)
