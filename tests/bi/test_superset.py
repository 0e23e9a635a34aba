"""A real BI tool with the read-only login: Apache Superset reads the schema and draws a chart from the marts."""

from collections.abc import Iterator
from typing import Any

import pytest

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url
from ingestion.warehouse.secrets import load_secrets
from reporting.bi.export import write_bi_export
from reporting.bi.superset import CHARTS, DATABASE
from tests.bi.superset import SUPERSET, Superset

pytestmark = [
    pytest.mark.timeout(1200),
    pytest.mark.skipif(
        not (SUPERSET / "bin" / "superset").exists(),
        reason=f"Apache Superset is not installed in {SUPERSET}; `make bi-test` does it",
    ),
]


@pytest.fixture(scope="module")
def superset(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    with Superset(sample_warehouse, tmp_path_factory.mktemp("superset")) as server:
        yield server


@pytest.fixture(scope="module")
def database(superset: Superset, sample_warehouse: Settings) -> int:
    """The warehouse as a database of Superset's, over TCP with the login for BI."""
    url = warehouse_url(sample_warehouse, Role.BI, "postgresql+psycopg2").render_as_string(hide_password=False)
    made = superset.post("/api/v1/database/", {"database_name": "By hand", "sqlalchemy_uri": url})
    return int(made["id"])


@pytest.fixture(scope="module")
def dataset(superset: Superset, database: int) -> dict[str, Any]:
    """The comparison as a dataset, with what Superset has found out about it."""
    made = superset.post(
        "/api/v1/dataset/", {"database": database, "schema": "marts", "table_name": "fct_comparison"}
    )
    return dict(superset.get(f"/api/v1/dataset/{made['id']}")["result"])


def test_it_finds_the_marts_and_no_room_that_is_not_for_it(superset: Superset, database: int) -> None:
    schemas = set(superset.get(f"/api/v1/database/{database}/schemas/")["result"])
    assert {"marts", "sharing"} <= schemas
    tables = superset.get(f"/api/v1/database/{database}/tables/", q="(schema_name:marts)")["result"]
    assert {"fct_comparison", "fct_indicator", "dim_authority"} <= {table["value"] for table in tables}


def test_it_shows_what_each_column_means(dataset: dict[str, Any]) -> None:
    descriptions = {column["column_name"]: column["description"] for column in dataset["columns"]}
    assert descriptions["comparator_value"]
    assert all(descriptions.values()), [name for name, said in descriptions.items() if not said]


def test_a_chart_shows_the_figures_of_the_mart(
    superset: Superset, dataset: dict[str, Any], sample_warehouse: Settings
) -> None:
    answer = superset.post(
        "/api/v1/chart/data",
        {
            "datasource": {"id": dataset["id"], "type": "table"},
            "queries": [{
                "columns": ["authority_code"],
                "metrics": [{
                    "expressionType": "SQL", "sqlExpression": "max(value)", "label": "cost of a week",
                }],
                "filters": [
                    {"col": "indicator_code", "op": "==", "val": "B8"},
                    {"col": "period_code", "op": "==", "val": "2006-07"},
                    {"col": "comparator_set", "op": "==", "val": "region"},
                ],
                "row_limit": 100,
            }],
            "result_format": "json",
            "result_type": "full",
        },
    )  # fmt: skip
    drawn = {row["authority_code"]: row["cost of a week"] for row in answer["result"][0]["data"]}
    with connect(sample_warehouse, Role.BI) as connection:
        expected = dict(
            connection.execute(
                "select authority_code, value from marts.fct_comparison where indicator_code = 'B8'"
                " and period_code = '2006-07' and comparator_set = 'region'"
            ).fetchall()
        )
    assert len(expected) > 10
    assert drawn == pytest.approx(expected)


@pytest.fixture(scope="module")
def charts(
    superset: Superset, sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    """The charts of the dashboard that `club bi-export` writes, imported twice, each with the data it shows."""
    _, archive = write_bi_export(sample_warehouse, tmp_path_factory.mktemp("export"))
    password = load_secrets(sample_warehouse)["bi"]
    for _ in range(2):
        superset.import_dashboard(archive, {f"databases/{DATABASE}.yaml": password})
    found = superset.get("/api/v1/dashboard/club/charts")["result"]
    return [
        {
            "title": each["slice_name"],
            "rows": superset.get(f"/api/v1/chart/{each['id']}/data/")["result"][0]["data"],
        }
        for each in found
    ]


def test_the_dashboard_is_imported_and_each_chart_has_data(charts: list[dict[str, Any]]) -> None:
    assert sorted(each["title"] for each in charts) == sorted(chart.title for chart in CHARTS)
    assert [each["title"] for each in charts if not each["rows"]] == []


def test_a_chart_of_the_dashboard_shows_the_figures_of_the_mart(
    charts: list[dict[str, Any]], sample_warehouse: Settings
) -> None:
    (newest,) = (each for each in charts if each["title"] == CHARTS[0].title)
    with connect(sample_warehouse, Role.BI) as connection:
        expected = dict(
            connection.execute(
                "select place_name, value from marts.latest"
                " where indicator_code = 'B8' and is_member and value is not null"
            ).fetchall()
        )
    assert len(expected) > 10
    shown = {row["place_name"]: row["value"] for row in newest["rows"] if row["value"] is not None}
    assert shown == pytest.approx(expected)


def test_it_cannot_write(superset: Superset, database: int) -> None:
    statement = {"database_id": database, "sql": "delete from marts.fct_comparison", "runAsync": False}
    assert superset.refuses("/api/v1/sqllab/execute/", statement)
    assert not superset.refuses("/api/v1/sqllab/execute/", statement | {"sql": "select 1 from marts.dim_period"})
