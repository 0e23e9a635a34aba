"""A workbook to fill in: a sheet for each section of a form, a named cell for each answer.

The same form and authority give the same bytes.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

from ingestion.days import day_in_words
from ingestion.returns.forms import ANY_ITEM, STAMP, AnswerField, AnswerKind, Form, Item
from ingestion.templates.conditions import condition_in_words
from ingestion.templates.stamps import Origin, about_origin, stamps

# An open form has this many numbered places for the sender's own entries.
ENTRIES = 10

_ABOUT = "About"
_LISTS = "Lists"
_INLINE_LIST = 250  # characters of a list that stands in the validation itself
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_CODE_COLUMN, _QUESTION_COLUMN, _FIRST_ANSWER_COLUMN = 0, 1, 2
_HEADER_ROWS = 2
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # a fixed time, so that the bytes are the same

_KINDS = {
    AnswerKind.CHOICE: "choose one from the list",
    AnswerKind.CHOICES: "one or more, separated by semicolons: {choices}",
    AnswerKind.NUMBER: "a number{bounds}",
    AnswerKind.TEXT: "text, {longest:,} characters at most",
}


def write_workbook(
    form: Form,
    authority_code: str,
    path: Path,
    answers: Mapping[str, str | float] | None = None,
    origin: Origin | None = None,
) -> None:
    """Write the workbook of one authority.

    Args:
        form: what the round asks.
        authority_code: whose answers it is for; with the round it is stamped into the workbook.
        path: the file, `.xlsx`.
        answers: what is already answered, by the names of the cells: to be corrected, or gone on with.
        origin: where these answers are from, where the sender is to be told.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": form.title, "created": _CREATED})
        _Writer(book, form, authority_code, answers or {}, origin).write()


def answer_name(item_code: str, respondent: str, field: str) -> str:
    """Return the defined name of the cell of an answer."""
    return ".".join(filter(None, ("answer", item_code, respondent, field)))


def asked_items(form: Form) -> Iterator[Item]:
    """Yield the items as a workbook asks them: an open form has numbered places for entries."""
    if not form.is_open:
        yield from form.items
        return
    (any_item,) = form.items
    for number in range(1, ENTRIES + 1):
        yield any_item.model_copy(update={"code": f"E{number:02}", "section": f"Entry {number}"})


class _Writer:
    def __init__(
        self,
        book: xlsxwriter.Workbook,
        form: Form,
        authority_code: str,
        answers: Mapping[str, str | float],
        origin: Origin | None,
    ) -> None:
        self._book = book
        self._form = form
        self._authority = authority_code
        self._answers = answers
        self._origin = origin
        self._respondents = form.respondents or ("",)
        self._formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "question": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "hint": book.add_format({"italic": True, "text_wrap": True, "valign": "top", "font_color": "#3D3D3D"}),
            "heading": book.add_format({"bold": True, "bottom": 1}),
            "answer": book.add_format(
                {"bg_color": "#FFF8DC", "border": 1, "text_wrap": True, "valign": "top", "num_format": "@"}
            ),
            "number": book.add_format({"bg_color": "#FFF8DC", "border": 1, "valign": "top"}),
        }
        self._lists: list[list[str]] = []

    def write(self) -> None:
        """Write the sheets: what this is, one for each section, and the lists that are too long for a cell."""
        self._write_about()
        for section, items in groupby(asked_items(self._form), key=lambda item: item.section):
            self._write_section(section or self._form.title, list(items))
        self._write_lists()

    def _write_about(self) -> None:
        sheet = self._book.add_worksheet(_ABOUT)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, self._form.title, self._formats["title"])
        closes = f" by {day_in_words(self._form.closes_on)}" if self._form.closes_on else ""
        lines = (
            self._form.introduction,
            f"Fill in the coloured cells and send this workbook back{closes}. Rows may be added and sheets moved:"
            " an answer is found by the name of its cell. Leave a cell empty where there is no answer.",
            "Name no person, and put nothing about a single child or client into any cell.",
            about_origin(self._origin),
        )
        for row, line in enumerate(filter(None, lines), 2):
            sheet.write_string(row, 1, line, self._formats["wrap"])
        for row, (fact, value) in enumerate(stamps(self._form, self._authority, self._origin).items(), 7):
            sheet.write_string(row, 0, fact)
            sheet.write_string(row, 1, value)
            self._name(f"{STAMP}.{fact}", _ABOUT, row, 1)

    def _write_section(self, title: str, items: list[Item]) -> None:
        name = self._sheet_name(title)
        sheet = self._book.add_worksheet(name)
        last = _FIRST_ANSWER_COLUMN + len(self._respondents)
        sheet.set_column(_CODE_COLUMN, _CODE_COLUMN, 12)
        sheet.set_column(_QUESTION_COLUMN, _QUESTION_COLUMN, 60)
        sheet.set_column(_FIRST_ANSWER_COLUMN, last - 1, 40)
        sheet.set_column(last, last, 40)
        sheet.write_string(0, 0, title, self._formats["title"])
        headings = ["", "", *(each.capitalize() or "Your answer" for each in self._respondents), "What is taken"]
        for column, heading in enumerate(headings):
            sheet.write_string(1, column, heading, self._formats["heading"])
        sheet.freeze_panes(_HEADER_ROWS, 0)
        row = _HEADER_ROWS
        for item in items:
            row = self._write_item(sheet, name, row, item) + 1

    def _write_item(self, sheet: Any, sheet_name: str, row: int, item: Item) -> int:
        """Write an item from a row on; return the row after it."""
        sheet.write_string(row, _CODE_COLUMN, "" if item.code == ANY_ITEM else item.code)
        sheet.write_string(row, _QUESTION_COLUMN, item.wording, self._formats["question"])
        if item.applies_if:
            sheet.write_string(
                row, _FIRST_ANSWER_COLUMN, condition_in_words(item, self._form), self._formats["hint"]
            )
        if item.hint:
            row += 1
            sheet.write_string(row, _QUESTION_COLUMN, item.hint, self._formats["hint"])
        for field in item.fields:
            row += 1
            label = f"{field.label}{' (needed)' if field.is_required else ''}"
            sheet.write_string(row, _QUESTION_COLUMN, label, self._formats["wrap"])
            for column, respondent in enumerate(self._respondents, _FIRST_ANSWER_COLUMN):
                name = answer_name(item.code, respondent, field.code)
                style = "number" if field.kind is AnswerKind.NUMBER else "answer"
                self._write_answer(sheet, row, column, self._answers.get(name), self._formats[style])
                self._validate(sheet, row, column, field)
                self._name(name, sheet_name, row, column)
            taken = _FIRST_ANSWER_COLUMN + len(self._respondents)
            sheet.write_string(row, taken, what_is_taken(field), self._formats["hint"])
        return row + 1

    def _write_answer(self, sheet: Any, row: int, column: int, answer: str | float | None, style: Any) -> None:
        if answer is None:
            sheet.write_blank(row, column, None, style)
        elif isinstance(answer, str):
            sheet.write_string(row, column, answer, style)
        else:
            sheet.write_number(row, column, answer, style)

    def _validate(self, sheet: Any, row: int, column: int, field: AnswerField) -> None:
        if field.kind is not AnswerKind.CHOICE:
            return
        labels = [choice.label for choice in field.choices]
        is_short = len(",".join(labels)) <= _INLINE_LIST and not any("," in label for label in labels)
        sheet.data_validation(
            row, column, row, column,
            {
                "validate": "list",
                "source": labels if is_short else self._list_of(labels),
                "error_title": "Not one of the choices",
                "error_message": "Choose one from the list, or leave the cell empty.",
            },
        )  # fmt: skip

    def _list_of(self, labels: list[str]) -> str:
        if labels not in self._lists:
            self._lists.append(labels)
        column = xlsxwriter.utility.xl_col_to_name(self._lists.index(labels))
        return f"={_LISTS}!${column}$1:${column}${len(labels)}"

    def _write_lists(self) -> None:
        if self._lists:
            sheet = self._book.add_worksheet(_LISTS)
            for column, labels in enumerate(self._lists):
                sheet.write_column(0, column, labels)
            sheet.hide()

    def _name(self, name: str, sheet_name: str, row: int, column: int) -> None:
        cell = xlsxwriter.utility.xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        self._book.define_name(name, f"='{sheet_name}'!{cell}")

    def _sheet_name(self, title: str) -> str:
        """Return a name that a sheet may have, and that no other sheet of the workbook has."""
        name = base = " ".join(title.translate(_NOT_IN_SHEET_NAMES).split())[:_LONGEST_SHEET_NAME]
        taken = {sheet.name.lower() for sheet in self._book.worksheets()} | {_LISTS.lower(), "history"}
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{base[: _LONGEST_SHEET_NAME - 4]} {number}"
        return name


def what_is_taken(field: AnswerField) -> str:
    """Say in words what is a good answer."""
    bounds = [
        f" from {field.least:g}" if field.least is not None else "",
        f" to {field.most:g}" if field.most is not None else "",
    ]
    return _KINDS[field.kind].format(
        choices=", ".join(choice.label for choice in field.choices), bounds="".join(bounds), longest=field.longest
    )
