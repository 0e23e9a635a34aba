"""Returns about children for the tests of their counting, written directly to the tables that the checks fill."""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from ingestion.settings import DBT_PROJECT, PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.states import State

OWN_SCENARIOS = DBT_PROJECT / "tests" / "scenarios"
# Not part of the project: they may hold more cases than the project's own.
HELD_SCENARIOS = Path(os.environ.get("CLUB_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data")) / "scenarios"
Row = dict[str, object]

_NOT_IN_THE_FILE = ("submission_id", "file_id", "line_number", "authority_code", "period_code")


def episode(child: str, decom: str, rne: str, place: str, dec: str | None = None, **others: object) -> Row:
    """Return one episode of a child, with usual values for everything not given."""
    usual: Row = {
        "child_id": child, "decom": decom, "rne": rne, "ls": "C2", "cin": "N1", "place": place,
        "place_provider": "PR1", "dec": dec, "rec": "X1" if dec else None, "pl_post_sector": "AA1 1",
        "placement_address_id": "home", "age_at_start": 9, "age_at_end": 10,
    }  # fmt: skip
    return usual | others


def send(settings: Settings, authority: str, period: str, tables: dict[str, list[Row]]) -> int:
    """Put a checked return into force, as a new version of what was sent for the period; return its id."""
    with connect(settings, Role.LOADER) as connection:
        submission = _new_version(connection, authority, period)
        for table, rows in tables.items():
            (file_id,) = connection.execute(
                "insert into ledger.submission_file"
                " (submission_id, table_name, file_name, landing_path, size_bytes)"
                " values (%s, %s, %s, %s, 1) returning file_id",
                [submission, table, f"{table}.csv", f"{authority}/ssda903/{period}/{table}.csv"],
            ).fetchone() or (0,)
            for line, row in enumerate(rows, 2):
                columns = dict(zip(_NOT_IN_THE_FILE, (submission, file_id, line, authority, period), strict=True))
                _insert(connection, f"ssda903_{table}", columns | row)
        connection.execute(
            "insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)"
            " values (%s, %s, %s, 'a test', 'no critical findings')",
            [submission, State.RECEIVED, State.ACCEPTED],
        )
    return submission


def _new_version(connection: psycopg.Connection, authority: str, period: str) -> int:
    key = [authority, period]
    connection.execute(
        "update ledger.submission set is_in_force = false"
        " where sender = %s and period_code = %s and return_code = 'ssda903'",
        key,
    )
    (submission,) = connection.execute(
        """
        insert into ledger.submission
            (sender, period_code, return_code, version, fingerprint, state, is_in_force)
        select %s, %s, 'ssda903', 1 + count(*), count(*)::text, 'accepted', true
        from ledger.submission
        where sender = %s and period_code = %s and return_code = 'ssda903'
        returning submission_id
        """,
        [*key, *key],
    ).fetchone() or (0,)
    return int(submission)


def _insert(connection: psycopg.Connection, table: str, row: Row) -> None:
    connection.execute(
        sql.SQL("insert into pseudonymised.{} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        ),
        list(row.values()),
    )


@dataclass(frozen=True)
class Scenario:
    """A worked case: a child's episodes, and the expected count."""

    code: str
    expected: dict[str, str] = field(repr=False)
    episodes: tuple[dict[str, str], ...] = field(repr=False)

    @property
    def year_end(self) -> date:
        """The 31 March of the case."""
        return date.fromisoformat(self.expected.get("year_end") or self.expected["snapshot_date"])

    @property
    def period(self) -> str:
        """The financial year of the case, `2024-25`."""
        return f"{self.year_end.year - 1}-{self.year_end.year % 100:02}"


@cache
def scenarios(folder: Path, name: str) -> tuple[Scenario, ...]:
    """Read the cases of one kind: the expected results in `<name>.csv`, the episodes in `<name>_episodes.csv`."""
    episodes = defaultdict(list)
    for row in read_rows(folder / f"{name}_episodes.csv"):
        episodes[row["scenario_id"]].append(row)
    return tuple(
        Scenario(row["scenario_id"], row, tuple(episodes[row["scenario_id"]]))
        for row in read_rows(folder / f"{name}.csv")
    )


def send_scenarios(settings: Settings, authority: str, cases: tuple[Scenario, ...]) -> None:
    """Send all cases as children of one authority, each in the return of its year and named as its case."""
    by_period = defaultdict(list)
    for case in cases:
        by_period[case.period] += [_of_scenario(case, row) for row in case.episodes]
    for period, rows in by_period.items():
        send(settings, authority, period, {"episodes": rows})


def _of_scenario(case: Scenario, row: dict[str, str]) -> Row:
    born = case.expected.get("DOB")
    age = None
    if born:
        birth, end = date.fromisoformat(born), case.year_end
        age = end.year - birth.year - ((end.month, end.day) < (birth.month, birth.day))
    sent = {name.lower(): value or None for name, value in row.items()}
    return {
        "child_id": case.code,
        **{
            name: sent.get(name)
            for name in ("decom", "rne", "ls", "cin", "place", "place_provider", "dec", "rec", "urn")
        },
        "placement_address_id": sent.get("pl_post"),
        "age_at_end": age,
    }


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read the records of a CSV file with headings."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
