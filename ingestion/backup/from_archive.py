"""Make a warehouse anew from the archive and the ledger alone: every raw row is read again from the bytes as sent.

What people decided and were told stands in the ledger and is not worked out again; everything else is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.rows import class_row
from upath import UPath

from ingestion.backup.ledger_file import load_ledger
from ingestion.check.again import pseudonymise_again
from ingestion.collect.archive import archived_path
from ingestion.collect.copying import copy_tables
from ingestion.collect.intake import DeliveredFile, Intake, RecognisedTable
from ingestion.collect.landing import Delivery
from ingestion.collect.national import sheet_of
from ingestion.collect.published_layouts import keep_layouts
from ingestion.collect.reading import read_delivery, shape_reader
from ingestion.decide import ARCHIVE, quarantine
from ingestion.errors import ClubError
from ingestion.returns.catalogue import catalogue, find_return, returns_about_persons
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.revisions import revision_of
from ingestion.warehouse.server import EmbeddedServer
from ingestion.warehouse.states import GOOD_STATES

Say = Callable[[str], None]

# Of each table that brought rows into `raw`, the file that it was read from.
_TABLES = """
select
    submission.submission_id, submission.sender, submission.return_code, submission.period_code,
    submission.collection, submission.children_purged_at is not null as is_purged,
    files.file_id, files.file_name, files.landing_path, files.table_name, files.sheet_name, files.sha256,
    files.size_bytes, files.row_count, files.cell_count
from ledger.submission
inner join ledger.submission_file as files on submission.submission_id = files.submission_id
where files.row_count > 0 or files.cell_count > 0
order by submission.submission_id, files.file_id
"""


@dataclass(frozen=True)
class KeptTable:
    """A table of a submission as the ledger knows it."""

    submission_id: int
    sender: str
    return_code: str
    period_code: str
    collection: str | None
    is_purged: bool
    file_id: int
    file_name: str
    landing_path: str
    table_name: str | None
    sheet_name: str | None
    sha256: str
    size_bytes: int
    row_count: int
    cell_count: int

    @property
    def sheet_of_collection(self) -> str | None:
        """The sheet that is this sender's, in a workbook of a national collection that holds others' too."""
        return self.sheet_name if self.collection else None

    @property
    def whose(self) -> str:
        """The submission in words."""
        return f"{self.sender} {self.return_code} {self.period_code} (submission {self.submission_id})"


@dataclass
class ReadAgain:
    """What came of reading the archive again."""

    submissions: int = 0
    rows: int = 0
    # By submission, why its rows could not be read again.
    without_rows: dict[int, str] = field(default_factory=dict)
    purged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)
    had_readings: bool = False

    @property
    def not_as_before(self) -> list[tuple[str, list[str]]]:
        """Say what the archive could not give, and of whom."""
        told = (
            (
                "Retention took the rows about children away, and only a backup has them",
                self.purged,
            ),
            ("Files are not in the archive", self.missing),
            ("This version reads otherwise", self.otherwise),
        )
        return [(what, whose) for what, whose in told if whose]


def read_again(settings: Settings, ledger_file: Path, say: Say) -> ReadAgain:
    """Fill an empty warehouse with the ledger, and `raw` with what the archive holds.

    Raises:
        ClubError: the warehouse is not empty, or the ledger cannot be read.
    """
    if settings.warehouse_url is None:
        EmbeddedServer(settings).start()
    _require_empty(settings)
    say("Loading the ledger")
    load_ledger(settings, ledger_file)
    say("Reading every file of the archive again")
    found = ReadAgain()
    with connect(settings, Role.LOADER) as connection:
        keep_layouts(connection, catalogue().values())
        row = connection.execute("select from ledger.model_build where scope = 'readings' limit 1").fetchone()
        found.had_readings = row is not None
        for tables in _by_submission(connection):
            _read_submission(connection, settings, tables, found)
            connection.commit()
    for return_code in returns_about_persons():
        pseudonymise_again(settings, find_return(return_code))
    _take_out_of_force(settings, found)
    return found


def _take_out_of_force(settings: Settings, found: ReadAgain) -> None:
    """Take what has no rows any more out of force: it would be taken for a return that counts nobody.

    Raises:
        ClubError: another process decides meanwhile.
    """
    with connect(settings, Role.LOADER) as connection:
        good = connection.execute(
            "select submission_id from ledger.submission where submission_id = any(%s) and state = any(%s)",
            [list(found.without_rows), list(GOOD_STATES)],
        ).fetchall()
    quarantine(settings, {number: found.without_rows[number] for (number,) in good}, ARCHIVE)


def _require_empty(settings: Settings) -> None:
    with connect(settings, Role.ADMIN) as connection:
        if revision_of(connection) is None:
            return
        row = connection.execute("select from ledger.submission limit 1").fetchone()
    if row is not None:
        raise ClubError(
            "The warehouse holds submissions already, and only an empty one is made from the archive. Let "
            "CLUB_HOME be a new folder with `archive`, `secrets.json` and `ledger.dump` of this one, or "
            "WAREHOUSE_URL lead to an empty database."
        )


def _by_submission(connection: psycopg.Connection) -> list[list[KeptTable]]:
    with connection.cursor(row_factory=class_row(KeptTable)) as cursor:
        tables = cursor.execute(_TABLES).fetchall()
    grouped: dict[int, list[KeptTable]] = {}
    for table in tables:
        grouped.setdefault(table.submission_id, []).append(table)
    return list(grouped.values())


def _read_submission(
    connection: psycopg.Connection, settings: Settings, tables: list[KeptTable], found: ReadAgain
) -> None:
    """Read the files of a submission again, and copy its tables into `raw` under the numbers that they had."""
    first = tables[0]
    if first.is_purged:
        found.purged.append(first.whose)
        found.without_rows[first.submission_id] = "retention took its rows away before they were read again"
        return
    missing = sorted({table.file_name for table in tables if not archived_path(settings, table.sha256).is_file()})
    if missing:
        found.missing.append(f"{first.whose}: {', '.join(missing)}")
        found.without_rows[first.submission_id] = "its files are not in the archive"
        return
    intake = _intake(settings, tables)
    read_delivery(intake, find_return(first.return_code), settings)
    read = {(file.file_name, file.table_name): file.table for file in intake.files if file.table}
    numbered = [
        (table, held) for table in tables if (held := read.get((table.file_name, table.table_name))) is not None
    ]
    with connection.cursor() as cursor:
        copy_tables(cursor, first.submission_id, [(table.file_id, held) for table, held in numbered])
    found.submissions += 1
    found.rows += sum(held.row_count for _, held in numbered)
    if len(numbered) < len(tables) or any(_differs(table, held) for table, held in numbered):
        found.otherwise.append(first.whose)


def _differs(table: KeptTable, held: RecognisedTable) -> bool:
    return (table.row_count, table.cell_count) != (held.row_count, held.cell_count)


def _intake(settings: Settings, tables: list[KeptTable]) -> Intake:
    """Make the delivery of a submission anew, its files being those in the archive."""
    first = tables[0]
    delivery = Delivery(first.sender, first.return_code, first.period_code, (), (), first.collection)
    intake, reader = Intake(delivery), shape_reader(find_return(first.return_code))
    for table in {(table.file_name, table.sheet_of_collection): table for table in tables}.values():
        received = DeliveredFile(table.file_name, table.landing_path, table.size_bytes)
        reader.take(received, UPath(archived_path(settings, table.sha256)))
        intake.files.append(
            sheet_of(received, table.sheet_of_collection, settings) if table.sheet_of_collection else received
        )
    return intake
