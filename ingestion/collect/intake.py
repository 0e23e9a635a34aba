"""A delivery being taken in: its files, the tables recognised in them, and the findings."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from ingestion.collect.landing import Delivery
from ingestion.collect.rules import intake_rules
from ingestion.readers.table import OpenFile, TextTable, UnreadableFile
from ingestion.warehouse.states import Severity

LONGEST_FACT = 1000  # characters


@dataclass(frozen=True)
class IntakeFinding:
    """The reason for refusing a file, a table or a whole delivery, with the severity of its rule."""

    rule_code: str
    severity: Severity
    dimension: str
    file_name: str | None
    line_number: int | None
    message: str
    table_name: str | None = None  # where one file holds several tables


class RawTarget(NamedTuple):
    """A table in `raw` and the columns to fill, after the numbers of the submission and the file."""

    table: str
    columns: tuple[str, ...]


@dataclass(kw_only=True)
class RecognisedTable(ABC):
    """A table of the return as it was recognised in a file, ready to be copied into `raw`."""

    is_counted_while_copied: ClassVar[bool] = False

    name: str
    target: RawTarget
    sheet_name: str | None = None
    column_offset: int = 0
    positions: dict[str, int] | None = None  # of the columns, where a table is recognised by them
    row_count: int = 0
    cell_count: int = 0
    findings: list[IntakeFinding] = field(default_factory=list)

    @abstractmethod
    def raw_rows(self) -> Iterable[str]:
        """Return the rows as COPY text, in the order of the target's columns."""


class Line(NamedTuple):
    """One row of a sheet as hashed: fingerprints in the ledger depend on this class name."""

    number: int
    cells: tuple[str, ...]


@dataclass
class DeliveredFile:
    """One file as it was sent, and the table that was recognised in it."""

    file_name: str
    landing_path: str
    size_bytes: int
    open_file: OpenFile | None = None  # None where the bytes were not taken
    sha256: str | None = None
    sheet: TextTable | None = None  # the sender's sheet, where the workbook holds others' too
    table_name: str | None = None
    table: RecognisedTable | None = None  # also None where the delivery is refused and nothing of it lands

    @property
    def title(self) -> str:
        """The file name, and the sheet where only that belongs to the sender."""
        return f"{self.file_name}, sheet {self.sheet.sheet_name}" if self.sheet else self.file_name

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the file or of the sender's sheet; the size where the bytes were not taken."""
        if self.sheet is None:
            return str(self.sha256 or self.size_bytes)
        lines = tuple(Line(number, tuple(cells)) for number, cells in self.sheet.rows)
        return hashlib.sha256(repr(lines).encode()).hexdigest()


@dataclass
class Intake:
    """A delivery with its files and what was found while they were read."""

    delivery: Delivery
    files: list[DeliveredFile] = field(default_factory=list)
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
        """The hashes of the files, sorted: the same content gives the same list, whatever the file names."""
        return sorted({file.file_name: file.sha256 or "" for file in self.files}.values())


def refuse_delivery(intake: Intake, rule_code: str, **facts: object) -> None:
    """Refuse the delivery as a whole, with its folder as the place."""
    intake.findings.append(_finding(rule_code, None, None, facts))


def refuse_file(
    intake: Intake, received: DeliveredFile, problem: UnreadableFile, table_name: str | None = None
) -> None:
    """Add a finding about one of the files of the delivery, or about one table in it."""
    intake.findings.append(describe(problem, received.title, received.file_name, table_name))


def describe(
    problem: UnreadableFile, title: str, file_name: str | None, table_name: str | None = None
) -> IntakeFinding:
    """Put a problem into the words of its rule; the sentence calls the file by its `title`."""
    facts = {"file": title, "line": problem.line} | problem.facts
    return _finding(problem.rule_code, file_name, problem.line, facts, table_name)


def in_a_sentence(fact: object) -> str:
    """Write what was found so that it can be read, and kept: it may be any text, of any length."""
    text = str(fact)
    if len(text) > LONGEST_FACT:
        text = f"{text[: LONGEST_FACT - 1]}…"
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def _finding(
    rule_code: str,
    file_name: str | None,
    line: int | None,
    facts: dict[str, object],
    table_name: str | None = None,
) -> IntakeFinding:
    rule = intake_rules()[rule_code]
    sentence = rule.sentence.format(**{name: in_a_sentence(fact) for name, fact in facts.items()})
    return IntakeFinding(rule.code, rule.severity, rule.dimension, file_name, line, sentence, table_name)
