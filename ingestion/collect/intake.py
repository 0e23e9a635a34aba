"""From a delivery in the landing zone to its recognised tables, or to the sentence that says why not."""

import hashlib
from collections.abc import Set
from dataclasses import dataclass, field

from upath import UPath

from ingestion.authorities import find_authority
from ingestion.collect.landing import Delivery
from ingestion.collect.rules import intake_rules
from ingestion.readers.content import read_tables
from ingestion.readers.source import TableSource
from ingestion.readers.table import TextTable, UnreadableFile
from ingestion.returns.catalogue import ReturnLayout, Shape, TableLayout, find_return
from ingestion.settings import MEBIBYTE, Settings

# A form's headings stand at its top; further down, the same words may occur in a note.
HEADING_ROWS = 15


@dataclass(frozen=True)
class IntakeFinding:
    """Why a file, or a whole delivery, could not be taken in."""

    rule_code: str
    file_name: str | None
    line_number: int | None
    message: str
    table_name: str | None = None  # where one file holds several tables


@dataclass
class ReceivedFile:
    """One file as it was sent, and the table that was recognised in it."""

    file_name: str
    landing_path: str
    size_bytes: int
    content: bytes | None = None
    sha256: str | None = None
    sheet: TextTable | None = None  # the sheet that is the sender's, where others' stand in the same workbook
    table_name: str | None = None
    table: TextTable | None = None
    source: TableSource | None = None

    @property
    def title(self) -> str:
        """The file, and the sheet of it where that is all that is meant."""
        return f"{self.file_name}, sheet {self.sheet.sheet_name}" if self.sheet else self.file_name

    @property
    def sheet_name(self) -> str | None:
        """The sheet that its table stands in."""
        opened = self.source.opened if self.source else self.table
        return opened.sheet_name if opened else None

    @property
    def column_offset(self) -> int:
        """Empty columns of the sheet left of the first one that is read."""
        opened = self.source.opened if self.source else self.table
        return opened.column_offset if opened else 0

    @property
    def fingerprint(self) -> str:
        """SHA-256 over what is the sender's of it; over the size where the bytes were not taken."""
        own = repr(self.sheet.lines) if self.sheet else str(self.sha256 or self.size_bytes)
        return hashlib.sha256(own.encode()).hexdigest() if self.sheet else own


@dataclass
class Intake:
    """A delivery after reading: complete, or with findings and then without any table."""

    delivery: Delivery
    files: list[ReceivedFile] = field(default_factory=list)
    findings: list[IntakeFinding] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over names and contents: the same bytes under the same names are the same submission."""
        digest = hashlib.sha256()
        for title, fingerprint in sorted({(file.title, file.fingerprint) for file in self.files}):
            digest.update(f"{title}\0{fingerprint}\n".encode())
        return digest.hexdigest()

    @property
    def contents(self) -> list[str]:
        """The hashes of the files, sorted: the same content whatever the files are called."""
        return sorted({file.file_name: file.sha256 or "" for file in self.files}.values())


def take_delivery(delivery: Delivery, unfinished: Set[UPath], settings: Settings) -> Intake:
    """The bytes of a delivery, unless one of its files is among those that are still being written."""
    if unfinished.isdisjoint(delivery.files):
        return take_bytes(delivery, settings)
    return refuse_unfinished(delivery, unfinished)


def take_bytes(delivery: Delivery, settings: Settings) -> Intake:
    """Read the bytes of every file of a delivery; a file over the size limit is named, not read.

    Of a return that is read as a stream, no more than the hash is taken here.
    """
    intake = Intake(delivery)
    is_streamed = find_return(delivery.return_code).shape is Shape.TABLES
    limit = settings.max_streamed_bytes if is_streamed else settings.max_file_bytes
    for path in delivery.files:
        size = int(path.stat().st_size)
        received = ReceivedFile(delivery.name_of(path), str(path), size)
        intake.files.append(received)
        if size > limit:
            facts: dict[str, object] = {"size": f"{size:,}", "limit": f"{limit:,}"}
            refuse_file(intake, received, UnreadableFile("intake.too_large", facts=facts))
            continue
        if is_streamed:
            received.sha256 = _hash(path)
            continue
        received.content = path.read_bytes()
        received.sha256 = hashlib.sha256(received.content).hexdigest()
    return intake


def _hash(path: UPath) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(MEBIBYTE):
            digest.update(chunk)
    return digest.hexdigest()


def refuse_unfinished(delivery: Delivery, unfinished: Set[UPath]) -> Intake:
    """A delivery that is left alone because somebody is still writing to it."""
    intake = Intake(delivery)
    for path in delivery.files:
        received = ReceivedFile(delivery.name_of(path), str(path), int(path.stat().st_size))
        intake.files.append(received)
        if path in unfinished:
            refuse_file(intake, received, UnreadableFile("intake.still_being_written"))
    return intake


def refuse_delivery(intake: Intake, rule_code: str, **facts: object) -> None:
    """Refuse the delivery as a whole, for the folder it stands in."""
    rule = intake_rules()[rule_code]
    intake.findings.append(IntakeFinding(rule_code, None, None, rule.sentence.format(**facts)))


def refuse_file(
    intake: Intake, received: ReceivedFile, problem: UnreadableFile, table_name: str | None = None
) -> None:
    """Say what is wrong with one of the files of the delivery, or with one table in it."""
    intake.findings.append(describe(problem, received.title, received.file_name, table_name))


def describe(
    problem: UnreadableFile, title: str, file_name: str | None, table_name: str | None = None
) -> IntakeFinding:
    """A finding in the words of its rule; `title` is what the sentence calls the file."""
    facts = {"file": title, "line": problem.line} | problem.facts
    sentence = intake_rules()[problem.rule_code].sentence.format(**facts)
    return IntakeFinding(problem.rule_code, file_name, problem.line, sentence, table_name)


def read_delivery(intake: Intake, layout: ReturnLayout, settings: Settings) -> None:
    """Recognise the table of every file. A submission lands whole or not at all: one bad file is enough."""
    recognised: dict[str, ReceivedFile] = {}
    for received in intake.files:
        if received.content is None:
            continue
        try:
            tables = (
                [received.sheet] if received.sheet else read_tables(received.content, settings, layout.encodings)
            )
            received.table, table_layout = _recognise(tables, layout, intake.delivery.sender)
            twin = recognised.get(table_layout.name)
            if twin:
                raise UnreadableFile("intake.table_twice", facts={"table": table_layout.name, "other": twin.title})
            received.table_name = table_layout.name
            recognised[table_layout.name] = received
        except UnreadableFile as problem:
            refuse_file(intake, received, problem)
    if intake.findings:
        for received in intake.files:
            received.table = None


def _recognise(tables: list[TextTable], layout: ReturnLayout, sender: str) -> tuple[TextTable, TableLayout]:
    table = _choose_sheet(tables, sender)
    heads = {_tidy(cell) for line in table.lines[:HEADING_ROWS] for cell in line.cells}
    for candidate in layout.tables:
        if not candidate.recognised_by or any(mark in heads for mark in candidate.recognised_by):
            _require_columns(table, candidate)
            return table, candidate
    expected = " from ".join(candidate.name for candidate in layout.tables)
    raise UnreadableFile("intake.unrecognised_table", facts={"expected": expected, "rows": HEADING_ROWS})


def _choose_sheet(tables: list[TextTable], sender: str) -> TextTable:
    """The only sheet, or the one that is named after the authority."""
    if len(tables) == 1:
        return tables[0]
    for table in tables:
        authority = find_authority(table.sheet_name or "")
        if authority and authority.code == sender:
            return table
    raise UnreadableFile("intake.no_sheet_of_authority", facts={"found": len(tables), "authority": sender})


def _require_columns(table: TextTable, layout: TableLayout) -> None:
    present = set(table.lines[0].cells) if table.lines else set()
    missing = [column for column in layout.columns if present.isdisjoint(layout.headings(column))]
    if missing:
        raise UnreadableFile("intake.missing_columns", 1, {"found": ", ".join(missing)})


def _tidy(cell: str) -> str:
    return " ".join(cell.lower().split())
