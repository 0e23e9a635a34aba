"""A form as XLSForm, for whoever collects answers with ODK, KoboToolbox or SurveyCTO: survey, choices, settings.

Specification: https://xlsform.org. The same form gives the same bytes.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter

from ingestion.returns.forms import AnswerField, AnswerKind, Choice, Form, Item
from ingestion.templates.conditions import condition_of
from ingestion.templates.workbook import asked_items

_SURVEY = (
    "type", "name", "label", "hint", "required", "required_message", "relevant", "constraint",
    "constraint_message", "calculation", "appearance",
)  # fmt: skip
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # a fixed time, so that the bytes are the same

Row = dict[str, str]


def write_xlsform(form: Form, authorities: Mapping[str, str], path: Path) -> None:
    """Write the XLSForm of a round.

    Args:
        form: what the round asks.
        authorities: the names of those who may answer, by their codes; the first question is which of them it is.
        path: the file, `.xlsx`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lists = _Lists()
    survey = list(_survey(form, authorities, lists))
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": form.title, "created": _CREATED})
        _write_sheet(book, "survey", _SURVEY, survey)
        _write_sheet(book, "choices", ("list_name", "name", "label"), lists.rows())
        _write_sheet(book, "settings", ("form_title", "form_id", "version"), [_settings(form)])


def question_name(item: Item, respondent: str, field: AnswerField) -> str:
    """Return the name of a question of the XLSForm: no dots, which not every tool takes."""
    return "_".join(filter(None, (item.code, respondent, field.code)))


class _Lists:
    """The lists of choices; questions with the same choices share one."""

    def __init__(self) -> None:
        self._names: dict[tuple[tuple[str, str], ...], str] = {}

    def name_of(self, choices: Mapping[str, str], wanted: str) -> str:
        """Return the name of the list with these choices, which is the wanted one if the list is new."""
        return self._names.setdefault(tuple(choices.items()), wanted)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the sheet of choices."""
        for choices, list_name in self._names.items():
            for code, label in choices:
                yield {"list_name": list_name, "name": code, "label": label}


def _settings(form: Form) -> Row:
    form_id = f"{form.return_code}_{form.round_code}".replace("-", "_")
    return {"form_title": form.title, "form_id": form_id, "version": form.version}


def _survey(form: Form, authorities: Mapping[str, str], lists: _Lists) -> Iterator[Row]:
    for fact, value in (("return", form.return_code), ("round", form.round_code), ("version", form.version)):
        yield {"type": "calculate", "name": f"stamp_{fact}", "calculation": f"'{value}'"}
    if form.introduction:
        yield {"type": "note", "name": "introduction", "label": form.introduction}
    authority_list = lists.name_of(authorities, "authorities")
    yield {
        "type": f"select_one {authority_list}", "name": "stamp_authority", "label": "Authority", "required": "yes",
    }  # fmt: skip
    for number, (section, items) in enumerate(groupby(asked_items(form), key=lambda item: item.section), 1):
        yield {"type": "begin_group", "name": f"section_{number}", "label": section or form.title}
        for item in items:
            yield from _question(item, form, lists)
        yield {"type": "end_group", "name": f"section_{number}"}


def _question(item: Item, form: Form, lists: _Lists) -> Iterator[Row]:
    """Yield a group of all that an item asks, on one screen."""
    for respondent in form.respondents or ("",):
        name = "_".join(filter(None, (item.code, respondent)))
        whose = f" ({respondent})" if respondent else ""
        yield {
            "type": "begin_group", "name": name, "label": f"{item.code} {item.wording}{whose}",
            "relevant": _relevant(item, form, respondent), "appearance": "field-list",
        }  # fmt: skip
        for field in item.fields:
            hint = item.hint if field is item.fields[0] else ""
            yield {**_field(item, respondent, field, lists), "label": field.label, "hint": hint}
        yield {"type": "end_group", "name": name}


def _field(item: Item, respondent: str, field: AnswerField, lists: _Lists) -> Row:
    name = question_name(item, respondent, field)
    row = {"name": name, "type": "text"}
    if field.kind in (AnswerKind.CHOICE, AnswerKind.CHOICES):
        select = "select_one" if field.kind is AnswerKind.CHOICE else "select_multiple"
        row["type"] = f"{select} {lists.name_of(_labels(field.choices), f'{item.code}_{field.code}')}"
    elif field.kind is AnswerKind.NUMBER:
        row |= {"type": "decimal"} | _within(field)
    else:
        row |= {
            "constraint": f"string-length(.) <= {field.longest}",
            "constraint_message": f"{field.longest:,} characters at most",
        }
    if field.is_required:
        row |= {
            "required": "yes",
            "required_message": "An answer is needed; “not known” is one where it is offered.",
        }
    return row


def _labels(choices: tuple[Choice, ...]) -> dict[str, str]:
    return {choice.code: choice.label for choice in choices}


def _within(field: AnswerField) -> Row:
    bounds = [(">=", "from", field.least), ("<=", "to", field.most)]
    given = [(sign, word, f"{bound:g}") for sign, word, bound in bounds if bound is not None]
    if not given:
        return {}
    return {
        "constraint": " and ".join(f". {sign} {bound}" for sign, _, bound in given),
        "constraint_message": "A number " + " ".join(f"{word} {bound}" for _, word, bound in given),
    }


def _relevant(item: Item, form: Form, respondent: str) -> str:
    condition = condition_of(item, form) if item.applies_if else None
    if condition is None:
        return ""
    asked = question_name(condition.item, respondent, condition.field)
    return " or ".join(f"selected(${{{asked}}}, '{choice}')" for choice in condition.choices)


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, columns: tuple[str, ...], rows: Iterator[Row] | list[Row]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, columns)
    for number, row in enumerate(rows, 1):
        for column, heading in enumerate(columns):
            if row.get(heading):
                sheet.write_string(number, column, row[heading])
