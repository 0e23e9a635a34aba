"""Every rule about episodes against children made for it: the rows marked are the rows it finds, and no others."""

import csv
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from psycopg import sql

from ingestion.check.person_tables import take_person_snapshot
from ingestion.check.suite import Rule, load_suite
from ingestion.collect.landing import senders
from ingestion.collect.run import collect
from ingestion.returns.catalogue import find_return
from ingestion.settings import EXPECTATIONS, Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse
from tests.support.episode_cases import CASES, POSTCODES, PROVIDERS

BOOKS = (
    "episodes",
    "episodes_and_last_year",
    "legal_status",
    "placements",
    "providers_and_distance",
)
ORDINARY = {
    "decom": "01/05/2025", "rne": "S", "ls": "C2", "cin": "N1", "place": "U4", "place_provider": "PR1",
    "home_post": "B1 1AA", "pl_post": "DY1 1AA", "urn": "1000001",
}  # fmt: skip
BASES = {"episodes": ORDINARY, "last": ORDINARY, "uasc": {"uasc": "1"}, "uasc_last": {"is_uasc": "true"}}
LATEST = "2025-26"
TABLES = ("episodes", "uasc", "reviews")
# Whether a placement is inside is worked out from its area, so the two never disagree in a return taken in here.
NEVER_FOUND = {"411"}

Found = dict[str, set[tuple[str, int]]]


class Row:
    """One row of a case: `[table] [!] column=value ...`, with `!` on the rows that the rule is to find."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self.table = words.pop(0) if words and words[0] in (*TABLES, "last", "uasc_last") else "episodes"
        self.is_wrong = "!" in words
        given = dict(word.split("=", 1) for word in words if word != "!")
        base = BASES.get(self.table, {})
        self.values = base | {column: value.replace("_", " ") for column, value in given.items()}


def _children() -> Iterator[tuple[str, str, str, list[Row]]]:
    """Rule, year, child and rows of every case."""
    for name, children in CASES.items():
        code, _, period = name.partition("@")
        for number, rows in enumerate(children):
            yield code, period or LATEST, f"{name}/{number}".upper(), [Row(row) for row in rows]


def _versions() -> list[Rule]:
    """The versions of the rules that the five files of this book hold."""
    entries = [
        (entry["kwargs"]["rule"], entry["kwargs"]["from_year"])
        for book in BOOKS
        for entry in yaml.safe_load((EXPECTATIONS / "ssda903" / f"{book}.yaml").read_text())["expectations"]
    ]
    return [rule for rule in load_suite("ssda903").rules if (rule.code, rule.first) in entries]


def _expected() -> Found:
    """The lines to be found, by case; a file's first row stands on line 2."""
    lines: dict[tuple[str, str], int] = {}
    expected: Found = {}
    for code, period, _, rows in _children():
        found = expected.setdefault(f"{code}@{period}", set())
        for row in rows:
            if row.table in TABLES:
                line = lines[period, row.table] = lines.get((period, row.table), 1) + 1
                if row.is_wrong:
                    found.add((row.table, line))
    return expected


def _write_returns(landing: Path) -> None:
    layout = find_return("ssda903")
    columns = {table.name: table.columns for table in layout.tables}
    returns: dict[tuple[str, str], list[dict[str, str]]] = {}
    for _, period, child, rows in _children():
        returns.setdefault((period, "header"), []).append({"child": child, "sex": "1", "dob": "01/05/2015"})
        for row in rows:
            if row.table in TABLES:
                returns.setdefault((period, row.table), []).append({"child": child} | row.values)
    for (period, table), records in returns.items():
        folder = landing / "dudley" / "ssda903" / period
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{table}.csv").open("w", newline="") as file:
            more = (column for record in records for column in record)
            writer = csv.DictWriter(file, dict.fromkeys([*columns[table], *more]))
            writer.writeheader()
            writer.writerows(records)


@pytest.fixture(scope="module")
def found(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """The lines that every rule finds in the children of its own cases, by rule and year."""
    landing = tmp_path_factory.mktemp("landing")
    settings = Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    layout = find_return("ssda903")
    _write_returns(landing)
    _empty(settings)
    with connect(settings, Role.ADMIN) as connection:
        connection.cursor().executemany("insert into raw.reference_postcodes values (%s, %s, %s, %s)", POSTCODES)
        connection.cursor().executemany(
            "insert into raw.reference_providers values (%s, %s, %s, %s, %s, %s, %s)", PROVIDERS
        )
    for sender in senders(settings, layout):
        collect(settings, "ssda903", sender)
    with connect(settings, Role.LOADER) as connection:
        query = "select submission_id, period_code from ledger.submission where return_code = 'ssda903'"
        periods = dict(connection.execute(query).fetchall())
        take_person_snapshot(connection, layout, list(periods), settings)
        submissions = {period: number for number, period in periods.items()}
        for _, period, child, rows in _children():
            for row in rows:
                if row.table in ("last", "uasc_last"):
                    _put_last_year(connection, submissions[period], child, row)
        yield {
            f"{rule.code}@{period}": _find(connection, rule, number)
            for number, period in periods.items()
            for rule in _versions()
            if rule.is_valid_for(period) and f"{rule.code}@{period}" in _expected()
        }
        connection.rollback()
    _empty(settings)


def _empty(settings: Settings) -> None:
    """Forget every return, and the references that only this module fills."""
    empty_warehouse(settings)
    sent = [f"raw.ssda903_{table.name}" for table in find_return("ssda903").tables]
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(f"truncate {', '.join(sent)}, raw.reference_postcodes, raw.reference_providers")


def _put_last_year(connection: psycopg.Connection, submission_id: int, child: str, row: Row) -> None:
    """What was accepted last year is read under pseudonyms; here it is put where the rules find it."""
    values = {"submission_id": submission_id, "child": child} | row.values
    if row.table == "last":
        values |= {"dec_text": row.values.get("dec"), "is_latest": row.values.get("is_latest", "true")}
        del values["home_post"], values["pl_post"]
    table = "ssda903_episodes_last" if row.table == "last" else "ssda903_uasc_last"
    connection.execute("set local datestyle = 'ISO, DMY'")
    connection.execute(
        sql.SQL("insert into checking.{} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Literal(value) for value in values.values()),
        )
    )


def _find(connection: psycopg.Connection, rule: Rule, submission_id: int) -> set[tuple[str, int]]:
    tables = [
        sql.SQL("select file_id, line_number, child from checking.{}").format(sql.Identifier(f"ssda903_{table}"))
        for table in TABLES
    ]
    rows = connection.execute(
        sql.SQL(
            "select files.table_name, failing.line_number from ({failing}) as failing"
            " inner join checking.ssda903_files as files on failing.file_id = files.file_id"
            " inner join ({sent}) as sent"
            " on failing.file_id = sent.file_id and failing.line_number = sent.line_number"
            " where files.submission_id = {submission_id} and sent.child ~ {mine}"
        ).format(
            failing=sql.SQL(rule.statement),
            sent=sql.SQL(" union all ").join(tables),
            submission_id=sql.Literal(submission_id),
            mine=sql.Literal(f"^{rule.code.upper()}[@/]"),
        )
    ).fetchall()
    assert len(rows) == len(set(rows)), "a row is found once"
    return set(rows)


def test_every_version_of_every_rule_has_a_case_with_rows_to_find_and_rows_to_leave():
    expected = _expected()
    for rule in _versions():
        cases = [name for name in expected if name.startswith(f"{rule.code}@") and rule.is_valid_for(name[-7:])]
        assert any(expected[name] for name in cases) or rule.code in NEVER_FOUND, f"{rule.key} has no row to find"
        rows = [row for code, period, _, rows in _children() if f"{code}@{period}" in cases for row in rows]
        assert any(not row.is_wrong for row in rows if row.table in TABLES), f"{rule.key} has no row to leave"


@pytest.mark.parametrize("case", sorted(_expected()))
def test_a_rule_finds_the_rows_made_for_it_and_no_others(found: Found, case: str):
    assert found[case] == _expected()[case]
