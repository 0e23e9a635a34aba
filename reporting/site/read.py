"""What may leave the club, read of one build by the login that reaches nothing else."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import psycopg
from psycopg.rows import class_row

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.columns import Column
from reporting.definitions.register import Indicator, indicators
from reporting.one_build import read_one_build
from reporting.site.rows import (
    AnswerAndFigure,
    AnswerCount,
    Authority,
    Change,
    Compared,
    Defined,
    Event,
    GroupMember,
    Practice,
    QuizResult,
    ReturnAccepted,
    ReturnDue,
    Shown,
)

Row = TypeVar("Row")

# What each class is a row of.
TABLES: dict[type, str] = {
    Shown: "indicator",
    Compared: "comparison",
    Authority: "authority",
    Defined: "definition",
    GroupMember: "group_member",
    Event: "event",
    Change: "change",
    Practice: "practice",
    QuizResult: "quiz_result",
    AnswerCount: "answer_count",
    AnswerAndFigure: "answer_and_figure",
    ReturnDue: "return_due",
    ReturnAccepted: "return_accepted",
}
# With whom figures are set side by side on the pages.
COMPARATORS = ("region", "own_type", "statistical_neighbours")

_QUERY = "select {columns} from sharing.{table}"
_COMPARED = " where comparator_set = any(%(comparators)s)"
_COPY = """
copy (
    select * from sharing.indicator
    order by indicator_code collate "C", authority_code collate "C", basis collate "C", period_code collate "C"
) to stdout with (format csv, header)
"""
_COLUMNS = """
select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)
from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped
order by attnum
"""


@dataclass(frozen=True)
class Shared:
    """Everything that the site is made of, and the register of definitions that it was counted by."""

    tables: dict[type, Sequence[Any]]
    columns: dict[type, tuple[Column, ...]]
    lines: dict[str, list[list[str]]]
    register: tuple[Indicator, ...]

    def of(self, kind: type[Row]) -> Sequence[Row]:
        """Return all rows of a kind, in the order of their columns."""
        return self.tables[kind]


def read_shared(settings: Settings) -> Shared:
    """Read the whole schema `sharing`.

    Raises:
        ClubError: nothing was built yet, or from other definitions than those of this version.
    """
    shared = read_one_build(settings, Role.OUTSIDE, _read)
    built = {(row.indicator_code, row.definition_version): row.definition for row in shared.of(Defined)}
    stated = {
        (one.code, version.number): version.row["definition"]
        for one in shared.register
        for version in one.versions
    }
    if built != stated:
        raise ClubError("The definitions are newer than the figures. Run `club load` first.")
    return shared


def _read(connection: psycopg.Connection) -> Shared:
    if connection.execute("select to_regclass('sharing.return_accepted')").fetchone() == (None,):
        raise ClubError("There is nothing to share yet. Build the marts with `club load`.")
    return Shared(
        tables={kind: _rows(connection, kind) for kind in TABLES},
        columns={kind: _columns(connection, kind) for kind in (Shown, Change)},
        lines=_lines(connection),
        register=indicators(),
    )


def _rows(connection: psycopg.Connection, kind: type[Row]) -> list[Row]:
    """Read the rows of a kind; sorted here, so that no locale of a database has a say."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # all kinds are dataclasses
    query = _QUERY.format(columns=", ".join(names), table=TABLES[kind]) + (_COMPARED if kind is Compared else "")
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        found = cursor.execute(query.encode(), {"comparators": list(COMPARATORS)}).fetchall()
    return sorted(found, key=lambda row: tuple((value is not None, value) for value in vars(row).values()))


def _columns(connection: psycopg.Connection, kind: type) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in connection.execute(_COLUMNS, [f"sharing.{TABLES[kind]}"]))


def _lines(connection: psycopg.Connection) -> dict[str, list[list[str]]]:
    """Read the figures of each indicator as `club share` writes them: the cells of a CSV file."""
    with connection.cursor().copy(_COPY) as copy:
        text = b"".join(copy).decode()
    lines: dict[str, list[list[str]]] = defaultdict(list)
    heading, *rows = csv.reader(text.splitlines())
    place = heading.index("indicator_code")
    for row in rows:
        lines[row[place]].append(row)
    return dict(lines)
