"""Answers are read by the names of their cells, wherever these stand, and from tables by their headings."""

import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ingestion.readers.answers import read_named_answers, read_tidy_answers
from ingestion.readers.table import TextTable, UnreadableFile
from ingestion.returns.catalogue import ReturnLayout, Shape, TableLayout
from ingestion.returns.forms import AnswerField, AnswerKind, AnswerTable, Choice, Form, Item
from ingestion.templates.workbook import answer_name, stamps, write_workbook

LIMIT = 50_000_000
CHOICES = tuple(Choice(code=code, label=label) for code, label in (("yes", "It is, mostly"), ("no", "It is not")))
ANSWER = AnswerField(code="answer", kind=AnswerKind.CHOICE, choices=CHOICES, is_required=True)
SHARE = AnswerField(code="share", kind=AnswerKind.NUMBER, label="Share", least=0, most=100)
FORM = Form(
    return_code="opinions",
    round_code="spring",
    title="Opinions",
    respondents=("operations", "finance"),
    items=(
        Item(
            code="OP1",
            section="Money: this year/next",
            wording="Is it enough?",
            hint="For all.",
            fields=(ANSWER, SHARE),
        ),
        Item(
            code="OP2",
            section="Data",
            wording="What else?",
            fields=(AnswerField(code="answer", kind=AnswerKind.TEXT),),
        ),
    ),
)
LAYOUT = ReturnLayout(
    code="opinions", title="Opinions", shape=Shape.ANSWERS, raw_table="opinions_answers",
    tables=(TableLayout(name="answers"),), answers=AnswerTable(item="question"),
)  # fmt: skip
GIVEN = {
    ("OP1", "operations", "answer"): "It is, mostly",
    ("OP1", "finance", "share"): 12.5,
    ("OP2", "finance", "answer"): "=HYPERLINK(1)",
}
READ = {
    ("OP1", "operations", "answer", "It is, mostly"),
    ("OP1", "finance", "share", "12.5"),
    ("OP2", "finance", "answer", "'=HYPERLINK(1)"),
}


@pytest.fixture
def filled_in(tmp_path: Path) -> Path:
    """The workbook of a member with three answers."""
    path = tmp_path / "opinions.xlsx"
    write_workbook(FORM, "dudley", path)
    book = load_workbook(path)
    for (item, respondent, field), value in GIVEN.items():
        ((sheet, cell),) = book.defined_names[answer_name(item, respondent, field)].destinations
        book[sheet][cell.replace("$", "")].value = f"'{value}" if str(value)[0] == "=" else value
    book.save(path)
    return path


def read(path: Path) -> list[list[str]]:
    return [cells for _, cells in read_named_answers(partial(BytesIO, path.read_bytes()), LIMIT).rows]


def answers(path: Path) -> set[tuple[str, ...]]:
    return {tuple(cells[:4]) for cells in read(path) if cells[0] != "stamp"}


def test_what_is_filled_in_is_read_with_its_place_and_what_the_workbook_says_of_itself(filled_in: Path):
    rows = read(filled_in)
    assert answers(filled_in) == READ
    assert {row[2]: row[3] for row in rows if row[0] == "stamp"} == stamps(FORM, "dudley")
    places = {(row[0], row[1], row[2]): row[4:] for row in rows}
    assert places["OP1", "operations", "answer"] == ["Money this year next", "C5"]
    assert places["OP1", "finance", "share"] == ["Money this year next", "D6"]


def test_a_workbook_that_nobody_has_filled_in_has_no_answers_but_is_one_of_ours(tmp_path: Path):
    write_workbook(FORM, "dudley", tmp_path / "empty.xlsx")
    assert answers(tmp_path / "empty.xlsx") == set()


def test_the_same_form_gives_the_same_bytes(tmp_path: Path):
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(FORM, "dudley", tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_answers_stay_whose_they_are_when_sheets_are_renamed_and_reordered(filled_in: Path):
    """As people do with a workbook; a program moves the addresses of names along with the cells."""
    book = load_workbook(filled_in)
    sheet = book["Money this year next"]
    sheet.title = "Our money's sheet"
    for name in book.defined_names.values():
        name.attr_text = name.attr_text.replace("'Money this year next'", "'Our money''s sheet'")
    book.move_sheet(sheet, offset=2)
    book.save(filled_in)
    assert answers(filled_in) == READ


def test_open_document_names_its_cells_in_another_way(filled_in: Path, tmp_path: Path):
    """The part of an OpenDocument file that holds the names, around the same cells."""
    office, table, text = ("urn:oasis:names:tc:opendocument:xmlns:" + name for name in ("office", "table", "text"))
    content = (
        f'<office:document-content xmlns:office="{office}:1.0" xmlns:table="{table}:1.0" xmlns:text="{text}:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="My answers"><table:table-row>'
        "<table:table-cell/>"
        '<table:table-cell office:value-type="string"><text:p>It is not</text:p></table:table-cell>'
        "</table:table-row></table:table><table:named-expressions>"
        '<table:named-range table:name="answer.OP1.finance.answer" '
        """table:cell-range-address="$'My answers'.$B$1"/>"""
        "</table:named-expressions></office:spreadsheet></office:body></office:document-content>"
    )
    path = tmp_path / "answers.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    assert read(path) == [["OP1", "finance", "answer", "It is not", "My answers", "B1"]]


def test_a_workbook_without_names_of_answers_is_refused(filled_in: Path):
    book = load_workbook(filled_in)
    for name in list(book.defined_names):
        del book.defined_names[name]
    book.save(filled_in)
    with pytest.raises(UnreadableFile) as refused:
        read(filled_in)
    assert refused.value.rule_code == "intake.no_answers"


@pytest.mark.parametrize("address", ["Sheet1!$A$1:$B$2", "#REF!", "Nowhere!$A$1", "Data!$XFD$1048576", "1+1", ""])
def test_a_name_that_leads_nowhere_is_an_answer_not_given(filled_in: Path, address: str):
    book = load_workbook(filled_in)
    book.defined_names[answer_name("OP2", "finance", "answer")].attr_text = address
    book.save(filled_in)
    assert answers(filled_in) == {answer for answer in READ if answer[0] != "OP2"}


def test_a_document_type_in_the_list_of_names_is_refused(filled_in: Path, tmp_path: Path):
    path = tmp_path / "crafted.xlsx"
    with zipfile.ZipFile(filled_in) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/workbook.xml":
                content = b'<!DOCTYPE a [<!ENTITY b "c">]>' + content
            new.writestr(entry, content)
    with pytest.raises(UnreadableFile, match="unreadable_workbook"):
        read(path)


def tidy(*rows: list[str]) -> list[tuple[int, list[str]]]:
    return list(read_tidy_answers(TextTable(list(enumerate(rows, 1))), LAYOUT).rows)


def test_a_table_has_a_row_for_each_item_and_respondent_and_a_column_for_each_field():
    found = tidy(
        ["Share", "Question", "PERSPECTIVE", "answer"],
        ["12.5", "OP1", " Finance ", ""],
        ["", "OP1", "operations", "yes"],
        ["", "", "", ""],
    )
    assert found == [
        (2, ["OP1", "finance", "share", "12.5", "", "share"]),
        (3, ["OP1", "operations", "answer", "yes", "", "answer"]),
    ]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([["perspective", "answer"]], "intake.missing_columns"),
        ([["question", "answer", "Answer "]], "intake.answer_column_twice"),
        ([["question", "answer"], ["OP1", "yes", "no"]], "intake.broken_csv"),
        ([], "intake.missing_columns"),
    ],
)
def test_a_table_in_which_nobody_can_say_what_answers_what_is_refused(rows: list[list[str]], rule: str):
    with pytest.raises(UnreadableFile) as refused:
        tidy(*rows)
    assert refused.value.rule_code == rule
