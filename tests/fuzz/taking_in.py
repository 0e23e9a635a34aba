"""Take one file in as the collection does, without a database, and look at all that would have gone into it."""

from functools import cache
from io import BytesIO

from upath import UPath

from ingestion.collect.intake import DeliveredFile, Intake, IntakeFinding, RecognisedTable
from ingestion.collect.landing import Delivery
from ingestion.collect.reading import read_delivery
from ingestion.readers.csv import read_csv
from ingestion.readers.table import UnreadableFile
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from tests.fuzz.seeds import Seed

FILE_NAME = "sent.dat"
LONGEST_MESSAGE = 3000  # characters: somebody is to read it
MOST_LINES = 2**31 - 1  # of PostgreSQL's integer
SAYS_NOTHING = ("None", "()", ": ;", ": .", "Traceback", "Error(")  # what a sentence looks like without its facts
PERIODS = {"pss_ex1": "2006-07", "ssda903": "2025-26"}


def take_in(sent: Seed) -> list[str]:
    """Read a file to its end; return the rules by which it was refused, in whole or in part.

    Raises:
        AssertionError: something could not be kept in the database, or read by a person.
    """
    layout = find_return(sent.return_code)
    delivery = Delivery(
        "dudley", sent.return_code, PERIODS.get(sent.return_code, "2025"), (), (UPath("/nowhere"),)
    )
    received = DeliveredFile(FILE_NAME, f"/nowhere/{FILE_NAME}", len(sent.content), lambda: BytesIO(sent.content))
    intake = Intake(delivery, [received])
    read_delivery(intake, layout, _settings())
    tables = [file.table for file in intake.files if file.table]
    for table in tables:
        _look_at_table(table)
    findings = [*intake.findings, *(finding for table in tables for finding in table.findings)]
    for finding in findings:
        _look_at_finding(finding)
    return [finding.rule_code for finding in findings]


def take_in_leniently(sent: Seed) -> None:
    """Read a file as a list of reference data, leniently; no such list is a workbook."""
    try:
        for _ in read_csv(lambda: BytesIO(sent.content), is_strict=False).rows:
            pass
    except UnreadableFile as problem:
        assert problem.facts["found"]


def _look_at_table(table: RecognisedTable) -> None:
    """Look at rows as COPY will: no character that the database refuses, and as many columns as it expects."""
    assert "\x00" not in (table.sheet_name or "")
    places = set()
    for row in table.raw_rows():
        assert not {"\x00", "\n", "\r"} & set(row), repr(row[:200])
        assert row.count("\t") == len(table.target.columns) - 1, repr(row[:200])
        row.encode("utf-8")
        places.add(place := tuple(row.split("\t", 2)[: 2 if "column_number" in table.target.columns else 1]))
        assert all(0 < int(number) <= MOST_LINES for number in place), place
    assert len(places) == _rows(table), "two rows at one place"


def _rows(table: RecognisedTable) -> int:
    return table.row_count if table.is_counted_while_copied else table.cell_count


def _look_at_finding(finding: IntakeFinding) -> None:
    message = finding.message
    assert message.isprintable(), repr(message[:500])
    assert len(message) <= LONGEST_MESSAGE, f"{len(message)} characters: {message[:500]}"
    assert message.endswith("."), message
    assert finding.line_number is None or 0 < finding.line_number <= MOST_LINES
    # A heading may be anything, and is quoted.
    if finding.rule_code != "structure.extra_columns":
        assert not any(words in message for words in SAYS_NOTHING), message


@cache
def _settings() -> Settings:
    return Settings(landing_zone="/nowhere", warehouse_url=None)
