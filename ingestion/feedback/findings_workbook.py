"""The findings as a workbook to work through: whose it is, where, what it means, what stands there.

No cell is a formula or a link, whatever a file held. The same findings give the same bytes.
"""

import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any

import psycopg
import xlsxwriter
from psycopg import sql

from ingestion.feedback.explanations import Explained
from ingestion.feedback.findings import FindingSource
from ingestion.feedback.wording import SEVERITY_WORDS, rule_name

WORKBOOK = "findings.xlsx"

# Who has more than this puts the causes right first; a workbook of all would take longer than the check.
AT_MOST = 5_000

_CREATED = datetime(2000, 1, 1)
_LONGEST_CELL = 32_767
_QUOTED = re.compile(r"`([^`]+)`")

# Headings and widths, in characters.
_COLUMNS = {
    "{whose}": 14, "File": 24, "Line": 8, "Column": 9, "Heading": 18, "What it means": 70, "Found": 24,
    "Severity": 10, "Rule": 22, "Cause": 8, "Number": 10,
    "Explained": 40,
}  # fmt: skip
_WRAPPED = ("What it means", "Found", "Explained")

_ROWS = """
select
    coalesce(person, {council}), file_name, line_number, column_name, heading, message, value, severity, rule_code,
    cause_number, finding_id
from ({findings}) as found
order by rule_number, place_in_rule
limit {at_most}
"""


def write_findings_workbook(
    connection: psycopg.Connection,
    source: FindingSource,
    explained: Mapping[int, Explained],
    council: str | None,
    file: IO[bytes],
) -> None:
    """Write the findings into a workbook with headings that stay, widths and filters.

    Args:
        connection: of the loader.
        source: the findings.
        explained: what the sender said of findings.
        council: whose return it is, where a finding has no person.
        file: the file to write.
    """
    # In memory, so that no other file holds a child's row, and a full disk is found where the workbook is written.
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": "Findings", "created": _CREATED})
        rows = (
            (*row, explained[row[-1]].explanation if row[-1] in explained else None)
            for row in _rows(connection, source, council)
        )
        _write_sheet(book, rows, "Council" if council else "Child")
    file.write(content.getvalue())


def _write_sheet(book: xlsxwriter.Workbook, rows: Iterator[tuple[Any, ...]], whose: str) -> None:
    sheet = book.add_worksheet("Findings")
    bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    plain, wrapped = book.add_format({"valign": "top"}), book.add_format({"valign": "top", "text_wrap": True})
    formats = [wrapped if heading in _WRAPPED else plain for heading in _COLUMNS]
    for number, (heading, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, heading.format(whose=whose), bold)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, start=1):
        for number, (cell, look) in enumerate(zip(row, formats, strict=True)):
            if isinstance(cell, int):
                sheet.write_number(last, number, cell, look)
            elif cell:
                sheet.write_string(last, number, cell[:_LONGEST_CELL], look)
    sheet.autofilter(0, 0, max(last, 1), len(_COLUMNS) - 1)


def _rows(connection: psycopg.Connection, source: FindingSource, council: str | None) -> Iterator[tuple[Any, ...]]:
    statement = sql.SQL(_ROWS).format(
        council=sql.Literal(council), findings=source.findings, at_most=sql.Literal(AT_MOST)
    )
    with connection.cursor("findings_workbook") as cursor:
        cursor.itersize = 5_000
        for *place, message, value, severity, rule_code, cause, number in cursor.execute(statement):
            sentence = _QUOTED.sub(r"\1", message)
            yield (*place, sentence, value, SEVERITY_WORDS[severity], rule_name(rule_code), cause, number)
