"""Read what people answered: by the defined names of a workbook's cells, or from a table with a row for each item.

A name stays with its cell when rows are added, sheets renamed or moved, and when another program saves the file;
a place does not. `answer.<item>.<field>` and `answer.<item>.<respondent>.<field>` are answers, `stamp.<fact>` says
which form the workbook is. Both kinds of file become rows of ANSWER_COLUMNS.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, NamedTuple
from xml.etree import ElementTree

from ingestion.readers.confined import Died, confined
from ingestion.readers.table import MOST_ROWS_ABOVE, OpenFile, Row, TextTable, UnreadableFile, title_above
from ingestion.readers.workbook import read_sheets, refuse_zip_bomb, unreadable
from ingestion.returns.catalogue import ReturnLayout
from ingestion.returns.forms import STAMP

ANSWER_COLUMNS = ("item_code", "respondent", "field", "value", "sheet_name", "cell")

_PREFIX = "answer"
# 'Data quality'!$C$7, or $'Data quality'.$C$7 as OpenDocument writes it.
_ADDRESS = re.compile(r"^\$?(?P<sheet>'(?:[^']|'')+'|[^'!.]+)[!.]\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})$")
_LETTERS = 26


class NamedCell(NamedTuple):
    """A cell that has a name, and where it stands."""

    name: str
    sheet_name: str
    column: str
    row: int


def read_named_answers(open_file: OpenFile, max_unpacked_bytes: int) -> TextTable:
    """Read the answers of a workbook by the names of their cells, in the order of sheets and rows.

    Raises:
        UnreadableFile: not a workbook, damaged or too large, or no cell of it has the name of an answer.
    """
    with open_file() as file:
        try:
            rows = confined(lambda: list(_named_answers(file, max_unpacked_bytes)))
        except Died as error:
            raise unreadable(str(error)) from error
    return TextTable(rows)


def read_tidy_answers(table: TextTable, layout: ReturnLayout) -> TextTable:
    """Take the answers from a table with a row for each item and respondent; every other heading is a field.

    Raises:
        UnreadableFile: no heading tells the items, a heading is there twice, or a row is longer than the headings.
    """
    return TextTable(list(_tidy_answers(table.rows, layout)))


def _named_answers(file: IO[bytes], max_unpacked_bytes: int) -> Iterator[Row]:
    refuse_zip_bomb(file, max_unpacked_bytes)
    names = _defined_names(file)
    sheets = {sheet.sheet_name: sheet for sheet in read_sheets(file)}
    cells = {
        (name, row): (line, sheet.column_offset) for name, sheet in sheets.items() for row, line in sheet.rows
    }
    order = {name: number for number, name in enumerate(sheets)}
    found = 0
    for named in sorted(names, key=lambda each: (order.get(each.sheet_name, -1), each.row, _number(each.column))):
        code = _code_of(named.name)
        if code is None:
            continue
        found += code[0] != STAMP
        line, offset = cells.get((named.sheet_name, named.row), ([], 0))
        place = _number(named.column) - 1 - offset
        value = line[place].strip() if 0 <= place < len(line) else ""
        if value:
            yield named.row, [*code, value, named.sheet_name, f"{named.column}{named.row}"]
    if not found:
        raise UnreadableFile("intake.no_answers")


def _code_of(name: str) -> tuple[str, str, str] | None:
    """Split a defined name into item, respondent and field; None where it is no name of ours."""
    head, *parts = name.split(".")
    if head.lower() == STAMP and len(parts) == 1:
        return STAMP, "", parts[0].lower()
    if head.lower() == _PREFIX and len(parts) in (2, 3):
        return parts[0], parts[1].lower() if len(parts) == 3 else "", parts[-1].lower()
    return None


def _defined_names(file: IO[bytes]) -> list[NamedCell]:
    """Read the names of single cells from the part of the workbook that lists them."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = set(archive.namelist())
            if "xl/workbook.xml" in members:
                return list(_names_of_excel(archive.read("xl/workbook.xml")))
            if "content.xml" in members:
                return list(_names_of_open_document(archive.read("content.xml")))
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, NotImplementedError, OSError) as error:
        raise unreadable(str(error)) from error
    raise unreadable("save it as an Excel workbook (.xlsx)")


def _names_of_excel(part: bytes) -> Iterator[NamedCell]:
    for element in _elements(part, "definedName"):
        yield from _named_cell(element.get("name", ""), element.text or "")


def _names_of_open_document(part: bytes) -> Iterator[NamedCell]:
    for element in _elements(part, "named-range"):
        facts = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        yield from _named_cell(facts.get("name", ""), facts.get("cell-range-address", ""))


def _elements(part: bytes, name: str) -> Iterable[ElementTree.Element]:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise unreadable("it declares a document type, which no workbook needs")
    root = ElementTree.fromstring(part)  # noqa: S314 -- without a document type there are no entities
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _named_cell(name: str, address: str) -> Iterator[NamedCell]:
    place = _ADDRESS.match(address.strip())
    if place:
        sheet = place["sheet"]
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        yield NamedCell(name, sheet, place["column"], int(place["row"]))


def _number(column: str) -> int:
    """Return the number of a column: 1 is A."""
    number = 0
    for letter in column:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def _tidy_answers(rows: Iterable[Row], layout: ReturnLayout) -> Iterator[Row]:
    assert layout.answers is not None
    lines = iter(rows)
    _, headings = next(lines, (1, []))
    fields = [_field(heading) for heading in headings]
    if layout.answers.item not in fields:
        for above, (line, cells) in enumerate(islice(lines, MOST_ROWS_ABOVE), 1):
            if layout.answers.item in map(_field, cells):
                raise title_above(line, rows=above)
        raise UnreadableFile("intake.missing_columns", 1, {"found": layout.answers.item})
    twice = {field for field in fields if field and fields.count(field) > 1}
    if twice:
        raise UnreadableFile("intake.answer_column_twice", 1, {"found": ", ".join(sorted(twice))})
    for number, cells in lines:
        if len(cells) > len(fields):
            found = f"{len(cells)} cells where the first line has {len(fields)}"
            raise UnreadableFile("intake.broken_csv", number, {"found": found})
        answer = dict(zip(fields, (cell.strip() for cell in cells), strict=False))
        item = answer.pop(layout.answers.item, "")
        respondent = answer.pop(layout.answers.respondent, "").lower()
        for field, value in answer.items():
            if value:
                yield number, [item, respondent, field, value, "", field]


def _field(heading: str) -> str:
    return " ".join(heading.lower().split()).replace(" ", "_")
