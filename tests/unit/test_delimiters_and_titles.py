"""A file with another delimiter, or with a title above its headings, is called what it is, whatever the return."""

import csv
import io
from io import BytesIO

import pytest
from upath import UPath

from ingestion.collect.intake import DeliveredFile, Intake
from ingestion.collect.landing import Delivery
from ingestion.collect.reading import read_delivery
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from tests.support.child_returns import TABLES
from tests.support.returns import sample_return, workbook

CHILDREN = list(csv.reader(TABLES["reviews"]))
FORM = sample_return("solihull", "2006-07").rows("spend.csv")
ANSWERS = [["question", "perspective", "answer"], *(["OP1", "finance", f"first; second {n}"] for n in range(9))]
TABLE = find_return("s251_outturn").tables[0]
RECORDS = [[next(iter(TABLE.headings(column))) for column in TABLE.columns], list("12345678")]
PERIODS = {"ssda903": "2025-26", "pss_ex1": "2006-07", "questionnaire": "round-1", "s251_outturn": "2024-25"}


def text(rows: list[list[str]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, above: str = "") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)
    return (above + file.getvalue()).encode()


def findings(return_code: str, content: bytes) -> dict[str, str]:
    """What is said of a file: the sentence by rule, without those on tables that are not there."""
    file = DeliveredFile("sent.csv", "/landing/sent.csv", len(content), lambda: BytesIO(content))
    intake = Intake(Delivery("dudley", return_code, PERIODS[return_code], (), (UPath("/landing"),)), [file])
    read_delivery(intake, find_return(return_code), Settings())
    for each in intake.files:
        if each.table:
            list(each.table.raw_rows())
            intake.findings += each.table.findings
    return {each.rule_code: each.message for each in intake.findings if "table_missing" not in each.rule_code}


@pytest.mark.parametrize(("return_code", "rows"), [("ssda903", CHILDREN), ("pss_ex1", FORM)])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_another_delimiter_is_named(
    return_code: str, rows: list[list[str]], quoting: int, delimiter: str, name: str
):
    (sentence,) = findings(return_code, text(rows, delimiter, quoting)).items()
    assert sentence[0] == "intake.other_delimiter"
    assert sentence[1].startswith(f"sent.csv, line 1: the cells are separated by {name}; expected commas.")


def test_another_delimiter_is_named_below_a_title_too_with_the_line_where_it_begins():
    (sentence,) = findings("ssda903", text(CHILDREN * 2, ";", above="Reviews, 2025-26\r\n")).values()
    assert sentence.startswith("sent.csv, line 2: the cells are separated by semicolons")


@pytest.mark.parametrize(
    ("above", "line", "rows"),
    [
        ("Reviews of Dudley\r\n", 2, "one row"),
        ("Reviews of Dudley,,,\r\n", 2, "one row"),
        (",,,\r\n", 2, "one row"),
        ("Dudley\r\n\r\nas of 31 March\r\n", 4, "2 rows"),
    ],
)
def test_a_title_above_the_headings_of_a_table_is_named(above: str, line: int, rows: str):
    said = findings("ssda903", text(CHILDREN, above=above))
    assert said["intake.title_above_headings"].startswith(
        f"sent.csv, line {line}: the headings stand in this line, with {rows} above them; expected in the first"
    )
    assert "Dudley" not in said["intake.title_above_headings"]  # it could be a row about a child


def test_a_title_above_a_form_is_named():
    (sentence,) = findings("pss_ex1", text(FORM, above="Solihull\r\n")).items()
    assert sentence[0] == "intake.title_above_headings"
    assert "line 2" in sentence[1] and "one row above" in sentence[1]


@pytest.mark.parametrize(("return_code", "rows"), [("questionnaire", ANSWERS), ("s251_outturn", RECORDS)])
@pytest.mark.parametrize("is_as_wide", [False, True])
def test_a_title_above_answers_or_records_is_named(return_code: str, rows: list[list[str]], is_as_wide: bool):
    commas = "," * (len(rows[0]) - 1) if is_as_wide else ""
    said = findings(return_code, text(rows, above=f"Dudley{commas}\r\n"))
    assert said.keys() == {"intake.title_above_headings"}
    assert "line 2" in said["intake.title_above_headings"]


def test_a_title_in_a_workbook_is_named():
    said = findings("ssda903", workbook([["Reviews of Dudley"], *CHILDREN]))
    assert "line 2" in said["intake.title_above_headings"]


@pytest.mark.parametrize(
    ("return_code", "content"),
    [
        ("ssda903", text(CHILDREN)),
        ("ssda903", text(CHILDREN[:1])),
        ("ssda903", text([CHILDREN[0], ["C;1;x", *CHILDREN[1][1:]]])),
        ("ssda903", text(CHILDREN, quoting=csv.QUOTE_ALL)),
        ("pss_ex1", text(FORM)),
        ("questionnaire", text(ANSWERS)),
        ("s251_outturn", text(RECORDS)),
    ],
)
def test_nothing_is_said_of_commas_whatever_the_cells_hold(return_code: str, content: bytes):
    said = findings(return_code, content)
    assert not {"intake.other_delimiter", "intake.title_above_headings"} & said.keys()


def test_a_table_with_other_headings_alone_is_still_one_of_no_return():
    assert "intake.unrecognised_columns" in findings("ssda903", b"NAME,AGE\nx,1\ny,2\n")
