"""Behind a pooler a session is lent for one transaction: nothing that our code says in it may outlive that.

What libraries say is looked for in the log of a real server (`tests/integration/test_behind_a_pooler.py`).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_ROOT

ROOMS = ("ingestion", "reporting", "dags", "samples", "expectations", "dbt_project/models", "dbt_project/macros",
         "dbt_project/materializations", "dbt_project/tests", "dbt_project/analyses")  # fmt: skip
# Quotes and line breaks lie between a statement's words where it is composed in Python.
GAP = r"[\s\"']+"
LASTING = {
    "a lock of a session": re.compile(r"\bpg_(try_)?advisory_(?!xact)\w*\s*\(", re.IGNORECASE),
    "a setting of a session": re.compile(r"\bset\s+session\b|set_config\([^()]*,\s*false\s*\)", re.IGNORECASE),
    "a setting without LOCAL": re.compile(
        r"execute\(\s*(sql\.SQL\()?[fr]?\"+\s*set (?!local |transaction |constraints )", re.IGNORECASE
    ),
    "a notification": re.compile(r"execute\([fr]?[\"']+\s*(un)?listen \w|\bpg_notify\s*\(", re.IGNORECASE),
    "a prepared statement": re.compile(
        r"\bprepare \w+( \(.*\))? as\b|\bdeallocate \w|\bprepare=True", re.IGNORECASE
    ),
    "a cursor that is held": re.compile(r"\bwith hold\b|\bwithhold=True", re.IGNORECASE),
    "a temporary table": re.compile(
        rf"\bcreate{GAP}(local{GAP})?temp(orary)?{GAP}table\b"
        rf"(?!(.(?!create{GAP}temp)){{0,900}}?on{GAP}commit{GAP}drop)",
        re.IGNORECASE | re.DOTALL,
    ),
}  # fmt: skip
# A server of our own, behind no pooler.
OUR_OWN_SERVER = {
    "ingestion/warehouse/server.py", "ingestion/warehouse/throwaway.py", "ingestion/operation/doctor/airflow.py",
    "ingestion/backup/restore.py", "ingestion/warehouse/clients.py",
}  # fmt: skip


def texts() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in sorted((PROJECT_ROOT / room).rglob("*")):
            if path.suffix in (".py", ".sql", ".yaml", ".yml") and "target" not in path.parts:
                yield str(path.relative_to(PROJECT_ROOT)), path.read_text(encoding="utf-8")


@pytest.mark.parametrize("what", LASTING)
def test_nothing_that_is_said_outlives_its_transaction(what: str) -> None:
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        for name, text in texts()
        for match in LASTING[what].finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a lock of a session", "select pg_advisory_lock(1)"),
        ("a lock of a session", "select pg_try_advisory_lock(1)"),
        ("a setting of a session", "select set_config('x', 'y', false)"),
        ("a setting without LOCAL", 'connection.execute("set statement_timeout = 1")'),
        ("a notification", 'connection.execute("listen builds")'),
        ("a prepared statement", "connection.execute(query, prepare=True)"),
        ("a prepared statement", "prepare rows (int) as select $1"),
        ("a cursor that is held", "declare rows cursor with hold for select 1"),
        ("a temporary table", 'connection.execute("create temporary table found as select 1")'),
        ("a temporary table", 'execute("create temp table a (x int)")\n' + "#" * 950 + "on commit drop"),
    ],
)  # fmt: skip
def test_it_would_be_found(what: str, text: str) -> None:
    assert LASTING[what].search(text)


def test_what_ends_with_its_transaction_is_not() -> None:
    fine = (
        'execute("set local lock_timeout = 1"); execute("set transaction read only")\n'
        "select set_config('x', 'y', true); select pg_advisory_xact_lock(1)\n"
        '"create temporary table paddings (name text) on commit drop"'
    )
    assert [what for what, pattern in LASTING.items() if pattern.search(fine)] == []


def test_the_warehouse_is_opened_in_one_place_which_prepares_nothing() -> None:
    """psycopg prepares a statement by itself when it has been run five times."""
    opened = {name for name, text in texts() if re.search(r"\bpsycopg2?\.connect\(|\bcreate_engine\(", text)}
    assert opened - OUR_OWN_SERVER == {"ingestion/warehouse/connection.py"}
    source = (PROJECT_ROOT / "ingestion" / "warehouse" / "connection.py").read_text(encoding="utf-8")
    assert source.count("PREPARE_NOTHING") == 3 and "PREPARE_NOTHING = None" in source
    assert not any(Path(name).parts[0] == "reporting" for name in opened)
