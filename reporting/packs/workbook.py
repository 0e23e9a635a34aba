"""A pack as a workbook: a sheet a table, headings frozen, numbers as numbers, nothing that a cell could run."""

import io
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reporting.packs.pack import Pack
from reporting.packs.tables import Table, Value, tables

# A workbook carries when it was made; the same rows give the same bytes, so it is when the build was.
WHOLE, PART = "#,##0", "#,##0.00"


def write_workbook(pack: Pack, status: str) -> bytes:
    """Write the pack as XLSX; the same rows give the same bytes."""
    target = io.BytesIO()
    # What begins with = or a link is text like any other: titles and notes come from returns.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties(_properties(pack, status))
        heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = {
            float: workbook.add_format({"num_format": PART, "valign": "top"}),
            int: workbook.add_format({"num_format": WHOLE, "valign": "top"}),
            str: workbook.add_format({"text_wrap": True, "valign": "top"}),
            date: workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        }
        for table in tables(pack, status):
            _write_table(workbook.add_worksheet(table.name), table, heading, formats)
    return target.getvalue()


def _properties(pack: Pack, status: str) -> dict[str, str | datetime]:
    return {
        "title": f"{pack.authority_name}: {pack.indicators[0].group_title.lower()}",
        "author": f"{pack.region} benchmarking club",
        "comments": status,
        "keywords": pack.stamp,
        "created": pack.build.built_at.replace(tzinfo=None, microsecond=0),
    }


def _write_table(sheet: Worksheet, table: Table, heading: Format, formats: dict[type, Format]) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.name, heading)
        sheet.write_comment(0, place, column.holds)
    for line, row in enumerate(table.rows, start=1):
        _write_row(sheet, line, row, formats)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)


def _write_row(sheet: Worksheet, line: int, row: Sequence[Value], formats: dict[type, Format]) -> None:
    for place, value in enumerate(row):
        if value is None or value == "":
            continue
        if isinstance(value, str):
            sheet.write_string(line, place, value, formats[str])
        elif isinstance(value, date):
            sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), formats[date])
        else:
            sheet.write_number(line, place, value, formats[int if isinstance(value, int) else float])
