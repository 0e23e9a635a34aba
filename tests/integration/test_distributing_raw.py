"""The rows of files could be distributed over machines by their file: nothing that reads them stands in the way.

Held by what a distributed PostgreSQL (Citus) is known to refuse, as no such engine is installed here.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.model.dbt import run_dbt
from ingestion.settings import EXPECTATIONS, Settings
from ingestion.warehouse.connection import Role, connect
from tests.support.kept_queries import DistributedRaw

# Of these dbt compiles what it runs; more of them reading rows of files fails the test with their names.
READERS = (
    "path:models/staging", "path:tests/definitions", "dim_deflator", "dim_published_measure", "fct_answer",
    "int_practice_entries", "perspective_gap", "quiz_answer", "reconciliation", "workshop_comment",
    "workshop_vote",
)  # fmt: skip
CELLS = "raw.pss_ex1_cells as cells"
HEADING = (
    "select min(cells.column_number) as first from raw.pss_ex1_cells as cells where cells.file_id = files.file_id"
)
REFUSED = {
    f"select headings.* from ledger.submission_file as files, lateral ({HEADING}) as headings": [
        "'headings' is lateral"
    ],
    f"select part.* from {CELLS}, string_to_table(cells.value, ' ') as part (word)": ["'part' is lateral"],
    f"select said.* from {CELLS}, lateral (select cells.value || '' as text limit 1) as said": [
        "'said' is lateral"
    ],
    f"with c as (select * from {CELLS}) select said.* from c, lateral (select c.value) as said": [
        "'said' is lateral"
    ],
    f"select (select max(part) from string_to_table(cells.value, ' ') as part) from {CELLS}": [
        "a correlated subquery aggregates"
    ],
    f"select (select part from string_to_table(cells.value, ' ') as part limit 1) from {CELLS}": [
        "a correlated subquery has a LIMIT"
    ],
    f"select ({HEADING}) from ledger.submission_file as files": [
        "a correlated subquery reads raw beside what is not distributed"
    ],
}
HELD = (
    f"select cells.value from ledger.submission_file as files inner join {CELLS} on files.file_id = cells.file_id",
    f"select string_to_table(cells.value, ' ') as word from {CELLS}",
    f"with c as materialized (select * from {CELLS}) select said.* from c, lateral (select c.value) as said",
    f"select * from {CELLS} where file_id = any(array(select file_id from ledger.submission_file))",
    "select p.* from ledger.submission_file as files, lateral (select files.file_id limit 1) as p",
)


@pytest.fixture(scope="module")
def compiled(prepared_home: Path) -> dict[str, str]:
    """Every model and test that reads rows of files, itself or through views, as it is run."""
    settings = Settings(home=prepared_home, landing_zone=str(prepared_home / "landing"), warehouse_url=None)
    run_dbt(settings, "compile", "--quiet", "--full-refresh", "--select", *READERS)
    manifest = json.loads((settings.state_folder / "dbt" / "target" / "manifest.json").read_text())
    nodes = list(_readers_of_rows(manifest))
    missing = [node["name"] for node in nodes if not node.get("compiled_code")]
    assert not missing, f"{missing} read rows of files too: add them to READERS"
    return {node["name"]: node["compiled_code"] for node in nodes}


@pytest.fixture
def admin(prepared_home: Path) -> Iterator[psycopg.Connection]:
    settings = Settings(home=prepared_home, landing_zone=str(prepared_home / "landing"), warehouse_url=None)
    with connect(settings, Role.ADMIN) as connection, connection.transaction(force_rollback=True):
        yield connection


def _readers_of_rows(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rows = {
        name
        for name, source in manifest["sources"].items()
        if source["source_name"] == "raw" and re.search("_(cells|records|answers)$", source["name"])
    }
    waiting = sorted(rows)
    found = set(rows)
    while waiting:
        for child in manifest["child_map"][waiting.pop()]:
            node = manifest["nodes"].get(child, {})
            if child not in found and node.get("resource_type") in ("model", "test"):
                found.add(child)
                yield node
                if node["config"]["materialized"] == "view":
                    waiting.append(child)


def _faults(admin: psycopg.Connection, queries: dict[str, str]) -> dict[str, list[str]]:
    names = {f"looked_at_{number}": name for number, name in enumerate(queries)}
    for view, name in names.items():
        admin.execute(f"create temporary view {view} as {queries[name]}".encode())
    raw = DistributedRaw(admin)
    return {name: faults for view, name in names.items() if (faults := raw.faults(view))}


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_refused_is_found(query: str, admin: psycopg.Connection) -> None:
    assert _faults(admin, {"query": query}) == {"query": REFUSED[query]}


@pytest.mark.parametrize("query", HELD)
def test_what_is_taken_is_left_alone(query: str, admin: psycopg.Connection) -> None:
    assert _faults(admin, {"query": query}) == {}


def test_no_model_is_lateral_over_rows_of_files(compiled: dict[str, str], admin: psycopg.Connection) -> None:
    assert {"base_published__sheet_cells", "stg_pss_ex1__activity", "stg_questionnaire__answers"} <= set(compiled)
    assert _faults(admin, compiled) == {}


def test_no_rule_is_lateral_over_rows_of_files() -> None:
    """Rules are queries of a check's own tables, which are not there without one; so their text is looked at."""
    read_rows = {
        path.name: path.read_text(encoding="utf-8")
        for path in EXPECTATIONS.rglob("*")
        if path.suffix in (".sql", ".yaml")
        and re.search(r"\braw\.\w+_(cells|records|answers)\b", path.read_text())
    }
    assert len(read_rows) > 4
    assert [name for name, query in read_rows.items() if "lateral" in query.lower()] == []


def _policies(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Policies of the raw tables whose condition has a subquery."""
    return connection.execute(
        """
        select relname, polname from pg_policy inner join pg_class on pg_class.oid = polrelid
        where relnamespace = 'raw'::regnamespace and concat(polqual, polwithcheck) like '%{SUBLINK%'
        """
    ).fetchall()


def test_no_policy_of_a_raw_table_has_a_subquery(admin: psycopg.Connection) -> None:
    assert _policies(admin) == []
    admin.execute("create policy whole on raw.pss_ex1_cells using (file_id = 1)")
    admin.execute("create policy own on raw.pss_ex1_cells using (file_id = (select 1))")
    assert _policies(admin) == [("pss_ex1_cells", "own")]
