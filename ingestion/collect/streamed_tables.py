"""Read tables that are recognised by their columns, and copy them as a stream: memory does not grow with a file.

A fault of one table or row is reported, and the rest is read.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from upath import UPath

from ingestion.collect.archive import open_anew
from ingestion.collect.columns import HeadedTable, KnownTable, find_headers, recognise_columns
from ingestion.collect.copying import escape
from ingestion.collect.intake import (
    DeliveredFile,
    Intake,
    RawTarget,
    RecognisedTable,
    describe,
    in_a_sentence,
    refuse_file,
)
from ingestion.readers.table import TextTable, UnreadableFile
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import MEBIBYTE, Settings

# Where every row is as wrong as the first, nobody reads a sentence on each.
MOST_RAGGED_ROWS = 1000

_TO_ESCAPE = re.compile(r"[\\\n\r]")


@dataclass(kw_only=True)
class StreamedTable(RecognisedTable):
    """A table whose rows are read while they are copied; their faults are known only then."""

    is_counted_while_copied: ClassVar[bool] = True

    known: KnownTable
    file_name: str
    ragged_rows: int = 0
    last_ragged_row: int = 0

    def raw_rows(self) -> Iterator[str]:
        """Yield the rows in the order of the layout's columns; a column that the file lacks stays null, not blank.

        A row with too many or too few cells is reported and left out: its cells have no certain columns. A file
        that breaks off is read up to that point.
        """
        try:
            yield from self._rows()
        except UnreadableFile as problem:
            self._note(problem)
        self.cell_count = self.row_count * len(self.known.positions)
        self._note_more_ragged_rows()
        self._note_no_rows()

    def _rows(self) -> Iterator[str]:
        width = len(self.known.headed.headings)
        places = [position - 1 for position in self.known.positions.values()]
        in_order = places == list(range(width))
        for number, cells in self.known.headed.rows:
            if len(cells) != width:
                if any(cell.strip() for cell in cells):
                    self._note_ragged_row(number, len(cells), width)
                continue
            wanted = cells if in_order else [cells[place] for place in places]
            text = "\t".join(wanted)
            if _TO_ESCAPE.search(text) or text.count("\t") != len(places) - 1:
                text = "\t".join(map(escape, wanted))
            self.row_count += 1
            yield f"{number}\t{text}"

    def _note_ragged_row(self, number: int, found: int, expected: int) -> None:
        self.ragged_rows += 1
        self.last_ragged_row = number
        if self.ragged_rows <= MOST_RAGGED_ROWS:
            facts: dict[str, object] = {"found": found, "expected": expected}
            self._note(UnreadableFile("structure.ragged_row", number, facts))

    def _note_more_ragged_rows(self) -> None:
        more = self.ragged_rows - MOST_RAGGED_ROWS
        if more > 0:
            facts: dict[str, object] = {"more": f"{more:,}", "table": self.name, "last": self.last_ragged_row}
            self._note(UnreadableFile("structure.more_ragged_rows", facts=facts))

    def _note_no_rows(self) -> None:
        layout, headed = self.known.layout, self.known.headed
        if not self.row_count and not self.findings and (layout.is_required or not headed.is_implied):
            rule = "structure.no_required_rows" if layout.is_required else "structure.no_rows"
            self._note(UnreadableFile(rule, headed.heading_line, {"table": layout.name}))

    def _note(self, problem: UnreadableFile) -> None:
        self.findings.append(describe(problem, self.file_name, self.file_name, self.name))


class StreamedTables:
    """A reader of files that may hold several tables of known columns."""

    def max_bytes(self, settings: Settings) -> int:
        """Return the largest size of a file, in bytes."""
        return settings.max_streamed_bytes

    def take(self, received: DeliveredFile, path: UPath) -> None:
        """Hash the bytes without keeping them in memory."""
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            while chunk := stream.read(MEBIBYTE):
                digest.update(chunk)
        received.sha256 = digest.hexdigest()
        received.open_file = lambda: path.open("rb")

    def reopen(self, received: DeliveredFile, archived: Path) -> None:
        """Read from the archive, whatever becomes of the file in the landing zone."""
        received.open_file = lambda: open_anew(archived)

    def recognise(
        self, intake: Intake, received: DeliveredFile, tables: list[TextTable], layout: ReturnLayout
    ) -> list[DeliveredFile]:
        """Return an entry per table; a table that is not recognised leaves the entry of its file."""
        return [_entry(intake, received, headed, layout) for headed in find_headers(tables)]

    def conclude(self, intake: Intake, layout: ReturnLayout) -> None:
        """Report tables that occur twice, belong to another year, or are missing."""
        _refuse_twins(intake)
        _note_other_years(intake, layout)
        _note_missing(intake, layout)


def _entry(intake: Intake, received: DeliveredFile, headed: HeadedTable, layout: ReturnLayout) -> DeliveredFile:
    try:
        known = recognise_columns(headed, layout)
    except UnreadableFile as problem:
        title = _title(received, headed.sheet_name)
        intake.findings.append(describe(problem, title, title))
        return received
    table = StreamedTable(
        name=known.layout.name,
        target=RawTarget(f"{layout.code}_{known.layout.name}", ("line_number", *known.positions)),
        sheet_name=headed.sheet_name,
        column_offset=headed.column_offset,
        positions=known.positions,
        known=known,
        file_name=received.file_name,
    )
    entry = replace(received, table_name=table.name, table=table)
    if known.other_headings:
        columns = ", ".join(in_a_sentence(heading).strip() or "(no heading)" for heading in known.other_headings)
        facts: dict[str, object] = {"columns": columns, "table": table.name}
        refuse_file(
            intake, entry, UnreadableFile("structure.extra_columns", headed.heading_line, facts), table.name
        )
    return entry


def _title(received: DeliveredFile, sheet_name: str | None) -> str:
    return f"{received.file_name}, sheet {sheet_name}" if sheet_name else received.file_name


def _refuse_twins(intake: Intake) -> None:
    """Read a table once: report a second one together with the first, and leave it unread."""
    first: dict[str, DeliveredFile] = {}
    for received in intake.files:
        if received.table is None:
            continue
        twin = first.setdefault(received.table.name, received)
        if twin is not received:
            other = _title(twin, twin.table.sheet_name if twin.table else None)
            facts: dict[str, object] = {"table": received.table.name, "other": other}
            refuse_file(intake, received, UnreadableFile("structure.table_twice", facts=facts))
            received.table_name, received.table = None, None


def _note_other_years(intake: Intake, layout: ReturnLayout) -> None:
    period = intake.delivery.period_code
    expected = {table.name for table in layout.tables_of(period)}
    for received in [each for each in intake.files if each.table]:
        table = received.table
        if not isinstance(table, StreamedTable) or table.name in expected:
            continue
        if table.known.headed.is_implied:
            intake.files.remove(received)
            continue
        facts: dict[str, object] = {"table": table.name, "period": period}
        refuse_file(intake, received, UnreadableFile("structure.table_of_other_year", facts=facts))
        received.table_name, received.table = None, None


def _note_missing(intake: Intake, layout: ReturnLayout) -> None:
    period = intake.delivery.period_code
    found = {received.table_name for received in intake.files}
    for table in layout.tables_of(period):
        if table.name in found:
            continue
        rule = "structure.required_table_missing" if table.is_required else "structure.table_missing"
        columns = ", ".join(table.columns).upper()
        facts: dict[str, object] = {"table": table.name, "period": period, "columns": columns}
        whole_return = DeliveredFile(intake.delivery.return_code, "", 0)
        refuse_file(intake, whole_return, UnreadableFile(rule, facts=facts))
