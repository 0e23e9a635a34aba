"""The release: the files that may leave the club, read with a login that can read nothing else."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from ingestion.errors import ClubError
from ingestion.outbox import is_on_disk
from ingestion.outbox.pages import text_templates
from ingestion.outbox.publication import publish_folder
from ingestion.outbox.spreadsheets import neutralised
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.one_build import read_one_build

FOLDER = Path(__file__).parent

SCHEMA = "sharing"

# The files in reading order, each with the columns that its rows are ordered by.
TABLES = {
    "indicator": ("authority_code", "indicator_code", "basis", "period_code"),
    "comparison": ("authority_code", "indicator_code", "basis", "period_code", "comparator_set"),
    "measure": ("geography", "place_code", "measure_code", "basis", "period_code"),
    "definition": ("indicator_code", "definition_version"),
    "authority": ("authority_code",),
    "group_member": ("group_code", "indicator_code"),
    "event": ("event_code",),
    "change": ("authority_code", "indicator_code", "basis", "period_code", "changed_on"),
    "practice": ("practice_code",),
    "quiz_result": ("round_code", "case_code"),
    "answer_count": ("round_code", "question_code", "choice_code"),
    "answer_and_figure": ("round_code", "question_code", "indicator_code"),
    "return_due": ("return_code", "period_code"),
    "return_accepted": ("authority_code", "return_code", "period_code"),
}

# Columns that are no text.
UNCOLLATED = ("definition_version", "changed_on")


@dataclass(frozen=True)
class SharedColumn:
    """A column of a file and its content."""

    name: str
    description: str
    data_type: str


@dataclass(frozen=True)
class SharedTable:
    """A file of the release: its content, and the number of its rows shown."""

    name: str
    description: str
    columns: tuple[SharedColumn, ...]
    rows: int
    confidential: int

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.name}.csv"


def write_release(settings: Settings, folder: Path) -> list[Path]:
    """Write a CSV file for each table and a README into a folder, over those of an earlier release.

    Behind a URI, the release has a place of its own, and `current.json` says that it is the one to read.

    Returns the paths that were written, the README first.

    Raises:
        ClubError: there is nothing to share, because the marts have not been built.
    """
    if is_on_disk(folder):
        return _write_release(settings, folder)
    with TemporaryDirectory() as name:
        written = _write_release(settings, Path(name))
        release = publish_folder(Path(name), folder)
        return [release / path.name for path in written]


def _write_release(settings: Settings, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    tables, drafts = read_one_build(settings, Role.OUTSIDE, partial(_copy_tables, folder))
    readme = folder / "README.md.part"
    readme.write_text(_readme(settings, tables), encoding="utf-8")
    return [draft.replace(draft.with_suffix("")) for draft in (readme, *drafts)]


def _copy_tables(folder: Path, connection: psycopg.Connection) -> tuple[list[SharedTable], list[Path]]:
    tables = [_describe(connection, name) for name in TABLES]
    return tables, [_copy(connection, table, folder) for table in tables]


def _describe(connection: psycopg.Connection, name: str) -> SharedTable:
    found = connection.execute(
        """
        select obj_description(tables.oid, 'pg_class')
        from pg_class as tables
        where tables.relnamespace = %s::regnamespace and tables.relname = %s
        """,
        [SCHEMA, name],
    ).fetchone()
    if found is None:
        raise ClubError(f"There is no table {SCHEMA}.{name} yet. Build the marts with `club load`.")
    columns = connection.execute(
        """
        select attname, col_description(attrelid, attnum), format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = %s::regclass and attnum > 0 and not attisdropped
        order by attnum
        """,
        [f"{SCHEMA}.{name}"],
    ).fetchall()
    count = (
        "select count(*), count(*) filter (where not_shown = 'confidential') from {}"
        if any(name == "not_shown" for name, *_ in columns)
        else "select count(*), 0 from {}"
    )
    (rows, confidential) = connection.execute(sql.SQL(count).format(sql.Identifier(SCHEMA, name))).fetchone() or (
        0,
        0,
    )
    return SharedTable(name, found[0], tuple(SharedColumn(*column) for column in columns), rows, confidential)


def _copy(connection: psycopg.Connection, table: SharedTable, folder: Path) -> Path:
    draft = folder / f"{table.file_name}.part"
    statement = sql.SQL("copy (select {} from {} order by {}) to stdout with (format csv, header)").format(
        sql.SQL(", ").join(map(_cell, table.columns)),
        sql.Identifier(SCHEMA, table.name),
        # The same figures give the same file, whatever the machine's locale.
        sql.SQL(", ").join(
            sql.SQL('{} collate "C"').format(sql.Identifier(column))
            if column not in UNCOLLATED
            else sql.Identifier(column)
            for column in TABLES[table.name]
        ),
    )
    with connection.cursor().copy(statement) as copy, draft.open("wb") as file:
        for chunk in copy:
            file.write(chunk)
    return draft


def _cell(column: SharedColumn) -> sql.Composable:
    name = sql.Identifier(column.name)
    # Members' texts leave with it, and are opened in spreadsheets.
    return sql.SQL("{} as {}").format(neutralised(name), name) if column.data_type == "text" else name


def _readme(settings: Settings, tables: list[SharedTable]) -> str:
    return (
        text_templates(FOLDER)
        .get_template("sharing.md.j2")
        .render(tables=tables, threshold=settings.disclosure_threshold, rounding=settings.disclosure_rounding)
    )
