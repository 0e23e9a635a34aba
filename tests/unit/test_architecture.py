"""The house has one direction: dags, ingestion, database, dbt, database, reporting."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_ROOT
from ingestion.warehouse.connection import Role, role_name
from ingestion.warehouse.ledger import Base
from ingestion.warehouse.roles import ANALYST_LEDGER_COLUMNS, LOGIN_ROLES, OWNERS, READERS


def imported(folder: str) -> Iterator[tuple[Path, str]]:
    """Every module that a file imports, at the top or further down."""
    for path in sorted((PROJECT_ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield path, node.module


def offenders(folder: str, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(PROJECT_ROOT)} imports {module}"
        for path, module in imported(folder)
        if any(module == name or module.startswith(f"{name}.") for name in forbidden)
    ]


def test_files_and_imports_are_found_at_all():
    assert len(list(imported("ingestion"))) > 100
    assert list(imported("reporting"))


@pytest.mark.parametrize("folder", ["ingestion", "reporting"])
def test_nothing_but_a_dag_file_knows_airflow(folder: str):
    assert offenders(folder, "airflow") == []


def test_only_the_console_script_knows_what_is_built_upon_ingestion():
    assert offenders("ingestion", "dags", "steps", "alerts", "mail_server", "tests") == []
    users = {Path(line.split()[0]).parent.as_posix() for line in offenders("ingestion", "reporting")}
    assert users == {"ingestion/cli"}


def test_reporting_knows_nothing_of_raw_ledger_or_staging():
    assert (
        offenders(
            "reporting",
            "ingestion.collect",
            "ingestion.check",
            "ingestion.decide",
            "ingestion.feedback",
            "ingestion.warehouse.ledger",
        )
        == []
    )
    for path in (PROJECT_ROOT / "reporting").rglob("*"):
        if path.suffix in (".py", ".sql", ".html", ".j2"):
            text = path.read_text()
            for schema in ("raw.", "ledger.", "staging.", "intermediate.", "checking."):
                assert f"from {schema}" not in text and f"join {schema}" not in text, path


def test_feedback_knows_the_rule_book_of_a_check_and_no_other_step_of_the_road():
    folder = "ingestion/feedback"
    assert offenders(folder, *(f"ingestion.{room}" for room in ("collect", "decide", "operation", "cli"))) == []
    assert {module for _, module in imported(folder) if module.startswith("ingestion.check")} == {
        "ingestion.check.suite"
    }


def test_two_models_alone_ask_the_ledger_how_submissions_stand():
    """As of a date it answers otherwise; a model that asked the ledger itself would not. The checks' views may.

    How they stand at this moment, whatever is built, only those ask who run the club.
    """
    models = PROJECT_ROOT / "dbt_project" / "models"
    asking = [
        path.stem
        for path in sorted(models.rglob("*.sql"))
        if re.search(r"source\('ledger', '(submission|decision)'\)", path.read_text())
        and path.parent.name != "base"
    ]
    assert asking == ["stg_ledger__spells", "stg_ledger__submissions", "stg_ledger__submissions_now"]
    users = [path for path in models.rglob("*.sql") if "stg_ledger__submissions_now" in path.read_text()]
    assert {path.parent.name for path in users} == {"operations"}


def test_no_model_has_its_hooks_in_its_own_yaml():
    """There `this` is nobody: what was meant to analyse one table would go through the whole database."""
    descriptions = (PROJECT_ROOT / "dbt_project" / "models").rglob("*.yml")
    assert [path for path in descriptions if re.search(r"(pre|post)[-_]hook", path.read_text())] == []


class TestRoles:
    def test_every_schema_has_an_owner_that_may_log_in(self):
        assert set(OWNERS.values()) <= set(LOGIN_ROLES)
        assert set(READERS) <= set(OWNERS)

    def test_nobody_works_as_admin(self):
        assert Role.ADMIN not in LOGIN_ROLES

    def test_bi_tools_are_readers_of_marts_and_sharing_and_owners_of_nothing(self):
        assert {schema for schema, readers in READERS.items() if Role.BI in readers} == {"marts", "sharing"}
        assert Role.BI not in OWNERS.values()
        assert Role.ANALYST not in OWNERS.values()

    def test_somebody_outside_reads_sharing_and_nothing_else(self):
        assert [schema for schema, readers in READERS.items() if Role.OUTSIDE in readers] == ["sharing"]
        assert Role.OUTSIDE not in OWNERS.values()

    def test_an_analyst_sees_no_value_and_no_message_of_a_finding(self):
        columns = ANALYST_LEDGER_COLUMNS["finding"]
        assert columns is not None and not {"value", "message"} & set(columns)

    def test_what_an_analyst_may_see_exists(self):
        for table, columns in ANALYST_LEDGER_COLUMNS.items():
            known = Base.metadata.tables[f"ledger.{table}"].columns
            assert set(columns or ()) <= set(known.keys())

    def test_a_role_is_called_by_one_name(self):
        assert [role_name(role) for role in Role] == [
            "club_admin", "club_loader", "club_transformer", "club_analyst", "club_bi", "club_outside",
            "club_officer",
        ]  # fmt: skip
