"""Promises about columns are kept: in marts and sharing by constraints, elsewhere by data tests."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, NotNullViolation

from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

# A value of each type that is in no key yet; and one that is in no list and in no dimension either.
ANYTHING = {
    "text": "x", "integer": -2, "bigint": -2, "double precision": 0.0, "boolean": True, "date": "1900-01-01",
    "timestamp with time zone": "1900-01-01", "text[]": "{}", "bigint[]": "{}",
    "tsvector": "x", "jsonb": "[]", "numeric": 0,
}  # fmt: skip
NOWHERE = {"text": "no such value", "integer": -1, "bigint": -1}


@pytest.fixture(scope="module")
def manifest(sample_warehouse: Settings) -> dict[str, Any]:
    """What dbt knows of the project, with the SQL of every test of the marts that are read."""
    run_dbt(sample_warehouse, "compile", "--quiet")
    path = sample_warehouse.state_folder / "dbt" / "target" / "manifest.json"
    nodes: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    return nodes


@pytest.fixture(scope="module")
def transformer(sample_warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(sample_warehouse, Role.TRANSFORMER) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def tables(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The tables of marts and sharing by name with schema."""
    return {
        f"{node['schema']}.{node['name']}": node
        for node in manifest.values()
        if node["resource_type"] == "model"
        and node["schema"] in ("marts", "sharing")
        and node["config"]["materialized"] != "view"
    }


def promised(table: dict[str, Any]) -> set[str]:
    """The columns that the YAML says are never null; those of a primary key are so by themselves."""
    key = {column for rule in table["constraints"] if rule["type"] == "primary_key" for column in rule["columns"]}
    return key | {
        name
        for name, column in table["columns"].items()
        if any(rule["type"] == "not_null" for rule in column["constraints"])
    }


def checked(table: dict[str, Any]) -> dict[str, str]:
    """What the checks of columns say."""
    return {
        name: rule["expression"]
        for name, column in table["columns"].items()
        for rule in column["constraints"]
        if rule["type"] == "check"
    }


def sound_row(table: dict[str, Any]) -> dict[str, object]:
    """A row that breaks no constraint: only what must be there, and of a list of values the first."""
    row = {name: ANYTHING[table["columns"][name]["data_type"]] for name in promised(table)}
    for name, expression in checked(table).items():
        first = re.search(r"\(\s*(?:'([^']*)'|(\d+))", expression)
        assert first is not None, expression
        row[name] = first[1] or int(first[2])
    return row


@contextmanager
def undone(connection: psycopg.Connection) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        yield


def plant(connection: psycopg.Connection, table: str, row: dict[str, object]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, row))
    connection.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(*table.split(".")), columns, sql.SQL(", ").join(map(sql.Literal, row.values()))
        )
    )


# In marts and sharing


def test_the_database_promises_what_the_models_promise(
    tables: dict[str, dict[str, Any]], transformer: psycopg.Connection
) -> None:
    not_null: dict[str, set[str]] = {name: set() for name in tables}
    for name, column in transformer.execute(
        "select format('%s.%s', nspname, relname), attname from pg_attribute"
        " inner join pg_class on attrelid = pg_class.oid"
        " inner join pg_namespace on relnamespace = pg_namespace.oid"
        " where nspname in ('marts', 'sharing') and relkind = 'r' and attnum > 0 and attnotnull"
    ):
        not_null[name].add(column)
    assert not_null == {name: promised(table) for name, table in tables.items()}
    checks = transformer.execute(
        "select count(*) from pg_constraint"
        " where contype = 'c' and connamespace in ('marts'::regnamespace, 'sharing'::regnamespace)"
    ).fetchone()
    assert checks == (sum(len(checked(table)) for table in tables.values()),)


def test_a_missing_value_is_refused_in_every_promised_column(
    tables: dict[str, dict[str, Any]], transformer: psycopg.Connection
) -> None:
    for name, table in tables.items():
        row = sound_row(table)
        with undone(transformer):
            plant(transformer, name, row)
        for column in promised(table):
            with pytest.raises(NotNullViolation) as refused, undone(transformer):
                plant(transformer, name, row | {column: None})
            assert (refused.value.diag.table_name, refused.value.diag.column_name) == (table["name"], column)


def test_a_value_outside_its_list_is_refused(
    tables: dict[str, dict[str, Any]], transformer: psycopg.Connection
) -> None:
    for name, table in tables.items():
        for column in checked(table):
            nowhere = NOWHERE[table["columns"][column]["data_type"]]
            with pytest.raises(CheckViolation) as refused, undone(transformer):
                plant(transformer, name, sound_row(table) | {column: nowhere})
            of_column = transformer.execute(
                "select attname from pg_constraint inner join pg_attribute on attrelid = conrelid"
                " where conrelid = %s::regclass and conname = %s and attnum = any(conkey)",
                [name, refused.value.diag.constraint_name],
            ).fetchall()
            assert of_column == [(column,)]


# Elsewhere


@pytest.fixture(scope="module")
def data_tests(manifest: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any], str]]:
    """What each test of columns is given, the table it is of and its SQL.

    Rows cannot be planted in a view, nor in what stands only while the readings are counted.
    """
    found = []
    for test in manifest.values():
        if test["resource_type"] == "test" and test.get("test_metadata"):
            table = manifest[test["attached_node"]]
            if table["config"]["materialized"] != "view" and "readings" not in table["fqn"]:
                found.append((test["test_metadata"]["kwargs"], table, test["compiled_code"]))
    return found


def types_of(connection: psycopg.Connection, table: str) -> dict[str, str]:
    return dict(
        connection.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            # What the database works out itself cannot be planted.
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
            [table],
        ).fetchall()
    )


def broken(connection: psycopg.Connection, query: str) -> set[tuple[str, str]]:
    """Which columns a test names, and what is said of them."""
    return {(column, says) for column, says, *_ in connection.execute(query.encode())}


def test_a_data_test_names_every_column_that_breaks_its_promise(
    data_tests: list[tuple[dict[str, Any], dict[str, Any], str]], transformer: psycopg.Connection
) -> None:
    for given, table, query in data_tests:
        name = f"{table['schema']}.{table['name']}"
        types = types_of(transformer, name)
        sound = sound_row(table) if table["schema"] == "marts" else {}
        lists, unique = list(given.get("one_of", {})), given.get("unique", [])
        pointing = {
            reference["column"]: reference["to"].split("'")[1] for reference in given.get("references", [])
        }
        nowhere = {column: NOWHERE[types[column]] for column in [*lists, *unique, *pointing]}
        expected = {(column, "is one of a few values") for column in lists}
        expected |= {(column, "is unique") for column in unique}
        expected |= {(column, f"is known in {other}") for column, other in pointing.items()}
        with undone(transformer):
            for _ in range(2 if unique else 1):
                plant(transformer, name, sound | nowhere or dict.fromkeys(types))
            assert expected <= broken(transformer, query), name
        if given.get("never_null"):
            with undone(transformer):
                plant(transformer, name, dict.fromkeys(types))
                assert {(column, "is never null") for column in given["never_null"]} == broken(
                    transformer, query
                ), name


def test_a_data_test_names_the_slice(
    data_tests: list[tuple[dict[str, Any], dict[str, Any], str]], transformer: psycopg.Connection
) -> None:
    ((query, _),) = [
        (query, table)
        for given, table, query in data_tests
        if table["name"] == "stg_pss_ex1__spend" and "never_null" in given
    ]
    with undone(transformer):
        transformer.execute(
            "update staging.stg_pss_ex1__spend set item_code = null"
            " where authority_code = 'dudley' and period_code = '2006-07'"
        )
        ((column, says, authority, period, submission, value, rows),) = transformer.execute(
            query.encode()
        ).fetchall()
        submissions = transformer.execute(
            "select distinct submission_id::text from staging.stg_pss_ex1__spend where item_code is null"
        ).fetchall()
    assert (column, says, authority, period, value) == ("item_code", "is never null", "dudley", "2006-07", None)
    assert submissions == [(submission,)]
    assert rows > 1
