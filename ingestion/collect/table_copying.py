"""COPY the rows of a table into its raw table while they are read; what cannot be read as a row is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import Cursor, sql

from ingestion.collect.copying import ESCAPES
from ingestion.collect.intake import IntakeFinding, describe
from ingestion.readers.source import TableSource
from ingestion.readers.table import UnreadableFile

_CHUNK_ROWS = 2_000
_TO_ESCAPE = re.compile(r"[\\\n\r]")


@dataclass
class CopiedTable:
    """How many rows went in, and what was wrong with the others."""

    rows: int
    findings: list[IntakeFinding]


def copy_table(
    cursor: Cursor, return_code: str, submission_id: int, file_id: int, source: TableSource, file_name: str
) -> CopiedTable:
    """COPY one table in the order of the layout's columns; one that the file does not have stays null, not blank.

    A row with too many or too few cells is named and left out: nobody can say which cell is which. A file that
    breaks off is read up to there.
    """
    copied = CopiedTable(0, [])
    table = source.table
    statement = sql.SQL("copy raw.{} (submission_id, file_id, line_number, {}) from stdin").format(
        sql.Identifier(f"{return_code}_{table.name}"), sql.SQL(", ").join(map(sql.Identifier, source.positions))
    )
    with cursor.copy(statement) as copy:
        chunk: list[str] = []
        for line in _lines(source, file_name, f"{submission_id}\t{file_id}\t", copied):
            chunk.append(line)
            if len(chunk) == _CHUNK_ROWS:
                copy.write("".join(chunk))
                chunk.clear()
        copy.write("".join(chunk))
    if not copied.rows and not copied.findings and (table.is_required or not source.opened.is_implied):
        rule = "structure.no_required_rows" if table.is_required else "structure.no_rows"
        _note(copied, source, file_name, UnreadableFile(rule, source.opened.heading_line, {"table": table.name}))
    return copied


def _lines(source: TableSource, file_name: str, head: str, copied: CopiedTable) -> Iterator[str]:
    width = len(source.opened.headings)
    places = [position - 1 for position in source.positions.values()]
    in_order = places == list(range(width))
    try:
        for number, cells in source.opened.rows():
            if len(cells) != width:
                if any(cell.strip() for cell in cells):
                    facts: dict[str, object] = {"found": len(cells), "expected": width}
                    _note(copied, source, file_name, UnreadableFile("structure.ragged_row", number, facts))
                continue
            wanted = cells if in_order else [cells[place] for place in places]
            text = "\t".join(wanted)
            if _TO_ESCAPE.search(text) or text.count("\t") != len(places) - 1:
                text = "\t".join(cell.translate(ESCAPES) for cell in wanted)
            copied.rows += 1
            yield f"{head}{number}\t{text}\n"
    except UnreadableFile as problem:
        _note(copied, source, file_name, problem)


def _note(copied: CopiedTable, source: TableSource, file_name: str, problem: UnreadableFile) -> None:
    copied.findings.append(describe(problem, file_name, file_name, source.table.name))
