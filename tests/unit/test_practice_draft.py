"""A draft entry out of an answer is YAML that the club's own reader takes, whatever the answer says."""

from functools import partial
from io import BytesIO

import pytest

from ingestion.readers.source import read_tables
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from reporting.practice.draft import entry_as_yaml


@pytest.mark.parametrize(
    "answer", ["We meet: weekly - 'always' # or not", "{a} [b] &c *d !e |", "x " * 400, "- entry: EVIL"]
)
def test_the_answer_and_where_it_came_from_are_read_back(answer: str) -> None:
    text = entry_as_yaml("DQ-1", "2026", [answer])
    (table,) = read_tables(partial(BytesIO, text.encode()), find_return("good_practice"), Settings())
    fields = {cells[2]: cells[3] for _, cells in table.rows}
    assert fields == {
        "title": "From the answer to DQ-1",
        "problem": " ".join(answer.split()),
        "status": "draft",
        "origin": "questionnaire 2026, question DQ-1",
    }
