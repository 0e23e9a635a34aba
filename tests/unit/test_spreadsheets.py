"""No cell of a CSV file or workbook that people open is run as a formula, whoever wrote its text."""

import ast
import csv
import io
from dataclasses import replace

import pytest

from ingestion.outbox.spreadsheets import csv_text, neutral
from ingestion.settings import PROJECT_ROOT
from reporting.restatements.page import as_csv
from tests.unit.test_restatement_report import HOURS

ONE_WAY = "ingestion/outbox/spreadsheets.py"
# Whatever else writes CSV, and why its cells stay as they are.
AS_THEY_ARE = {
    "ingestion/readers/xml.py": "rows on their way into `raw`, which keeps the text as sent",
    "reporting/definitions/proposal.py": "rows of a seed, which dbt reads",
    "reporting/site/read.py": "cells that `csv_text` writes",
    "samples/questionnaire.py": "a return as a department would send it",
    "samples/ssda903/csv_files.py": "a return as a department would send it",
    "samples/ssda903/defects.py": "a return as a department would send it",
    "samples/tables.py": "a return as a department would send it",
}
# PostgreSQL copies these, of cells that `neutralised` composes.
COPIED = {"ingestion/feedback/findings.py", "reporting/sharing/release.py"}
RUN = ["=1+1", "+44 121", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "\r=1", "\n=1", "-", "- row 20", "-1e", "-e5"]
SAFE = ["-5", "-1,234.5", "-1.2e-05", "12", "see note", "", "a=b", "'=1", None, -1.5, 3, True]


def sources() -> dict[str, str]:
    return {
        str(path.relative_to(PROJECT_ROOT)): path.read_text(encoding="utf-8")
        for room in ("ingestion", "reporting", "dags", "samples", "club_check")
        for path in sorted((PROJECT_ROOT / room).rglob("*.py"))
    }


def calls(source: str) -> set[str]:
    """The names of what a source calls, without the modules they come from."""
    called = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {
        f.attr if isinstance(f, ast.Attribute) else f.id for f in called if isinstance(f, ast.Attribute | ast.Name)
    }


def test_every_writer_of_csv_is_known():
    found = {
        name
        for name, source in sources().items()
        if "format csv" in source.lower()
        or ("csv" in source and calls(source) & {"writer", "DictWriter", "to_csv"})
    }
    assert found == {ONE_WAY, *AS_THEY_ARE, *COPIED}


@pytest.mark.parametrize("name", sorted(COPIED))
def test_what_postgresql_copies_for_people_is_neutralised(name: str):
    assert "neutralised" in calls(sources()[name])


def test_no_workbook_takes_a_text_for_a_formula():
    """The option is per workbook, and off only where it is said."""
    of_books = {name: source for name, source in sources().items() if "Workbook" in calls(source)}
    assert len(of_books) == 5
    assert [name for name, source in of_books.items() if '"strings_to_formulas": False' not in source] == []


@pytest.mark.parametrize("cell", RUN)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str):
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", SAFE)
def test_numbers_and_plain_text_stay_as_they_are(cell: object):
    assert neutral(cell) == cell


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_cells_and_headings_are_written_whole(line_end: str):
    text = csv_text(["a", "=b"], [['x "y", z\n', "=1"], [None, -0.5]], line_end)
    assert text.endswith(line_end)
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "'=b"], ['x "y", z\n', "'=1"], ["", "-0.5"]]


def test_the_file_of_figures_that_moved_runs_nothing():
    (row,) = csv.DictReader(io.StringIO(as_csv([replace(HOURS, title="=HYPERLINK(1)", difference=-50.0)])))
    assert (row["title"], row["difference"]) == ("'=HYPERLINK(1)", "-50.0")
