"""A dashboard for Apache Superset in the form that it exports and imports: database, datasets, charts, dashboard.

Datasets are made of the columns that the login finds, with their descriptions. Identities are worked out from
names: what is imported again takes the place of what was imported before.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from reporting.bi.star import SCHEMA, Star, Table

FOLDER, DATABASE, TITLE = "club_dashboard", "Warehouse", "Where the members stand"
# Superset asks for the password that stands here.
MASKED = "XXXXXXXXXX"
VERSION = "1.0.0"
MOST_ROWS = 10_000
WHOLE_WIDTH = 12

Filter = tuple[str, str, object]


@dataclass(frozen=True)
class Chart:
    """A chart: of which table, in which form, what it shows and what it leaves out.

    Attributes:
        columns: one row, bar or line for each value of these.
        metric: SQL of the figure; None of a table that shows rows as they are.
        along: the column along the axis.
    """

    title: str
    table: str
    form: str
    columns: tuple[str, ...]
    filters: tuple[Filter, ...]
    metric: str | None = None
    along: str | None = None


CHARTS = (
    Chart(
        "Weekly cost of children looked after (B8), newest year", "latest", "echarts_timeseries_bar", (),
        (("indicator_code", "==", "B8"), ("is_member", "==", True)), "max(value)", "place_name",
    ),
    Chart(
        "Weekly cost of children looked after (B8) through the years", "trend", "echarts_timeseries_line",
        ("place_name",), (("indicator_code", "==", "B8"), ("is_member", "==", True)), "max(value)", "period_code",
    ),
    Chart(
        "Where each member stands in its region", "latest", "table",
        ("place_name", "indicator_code", "title", "unit", "period_code", "value", "region_value", "rank",
         "n_ranked", "quality_rating"),
        (("is_member", "==", True),),
    ),
    Chart(
        "Figures of members that are missing, by reason", "latest", "table", ("missing_reason",),
        (("is_member", "==", True), ("missing_reason", "IS NOT NULL", None)), "count(*)",
    ),
)  # fmt: skip
DATASETS = tuple(dict.fromkeys(chart.table for chart in CHARTS))


def superset_dashboard(star: Star, address: str, made_at: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of each file of the export.

    Args:
        star: the tables that there are.
        address: the warehouse as Superset takes it, `postgresql+psycopg2://…`, its password masked.
        made_at: the moment of the build, in ISO form.
    """
    yield "metadata.yaml", _yaml({"version": VERSION, "type": "Dashboard", "timestamp": made_at})
    yield f"databases/{DATABASE}.yaml", _yaml(_database(address))
    for name in DATASETS:
        yield f"datasets/{DATABASE}/{name}.yaml", _yaml(_dataset(star.tables[name]))
    for number, chart in enumerate(CHARTS, start=1):
        yield f"charts/{_file_name(chart.title)}_{number}.yaml", _yaml(_chart(chart))
    yield f"dashboards/{_file_name(TITLE)}.yaml", _yaml(_dashboard())


def _database(address: str) -> dict[str, Any]:
    return {
        "database_name": DATABASE, "sqlalchemy_uri": address, "cache_timeout": None, "expose_in_sqllab": True,
        "allow_run_async": False, "allow_ctas": False, "allow_cvas": False, "allow_dml": False,
        "allow_csv_upload": False, "extra": {}, "uuid": _identity("database"), "version": VERSION,
    }  # fmt: skip


def _dataset(table: Table) -> dict[str, Any]:
    columns = [
        {
            "column_name": column.name, "type": column.data_type.upper(), "description": column.description,
            "is_dttm": column.data_type.startswith(("date", "timestamp")), "is_active": True,
            "groupby": True, "filterable": True, "expression": None,
        }
        for column in table.columns
    ]  # fmt: skip
    count = {"metric_name": "count", "verbose_name": "Rows", "metric_type": "count", "expression": "count(*)"}
    return {
        "table_name": table.name, "schema": SCHEMA, "description": table.description, "sql": None,
        "main_dttm_col": None, "filter_select_enabled": True, "columns": columns, "metrics": [count],
        "uuid": _identity(f"dataset/{table.name}"), "database_uuid": _identity("database"), "version": VERSION,
    }  # fmt: skip


def _chart(chart: Chart) -> dict[str, Any]:
    shown = _shown(chart)
    return {
        "slice_name": chart.title, "viz_type": chart.form, "params": shown,
        "query_context": json.dumps({
            "datasource": {"id": 0, "type": "table"}, "force": False, "queries": [_query(chart)],
            "form_data": shown, "result_format": "json", "result_type": "full",
        }),
        "cache_timeout": None, "uuid": _identity(f"chart/{chart.title}"),
        "dataset_uuid": _identity(f"dataset/{chart.table}"), "version": VERSION,
    }  # fmt: skip


def _query(chart: Chart) -> dict[str, Any]:
    """What the chart asks, by which Superset answers for its data without drawing it."""
    along = [chart.along] if chart.along else []
    return {
        "columns": [*along, *chart.columns],
        "metrics": _metrics(chart),
        "filters": [_plain_filter(each) for each in chart.filters],
        "orderby": [[name, True] for name in [*along, *chart.columns]],
        "row_limit": MOST_ROWS,
    }


def _shown(chart: Chart) -> dict[str, Any]:
    """The settings of its form, as the page on which a chart is edited keeps them."""
    shown: dict[str, Any] = {
        "viz_type": chart.form, "datasource": "0__table", "row_limit": MOST_ROWS, "order_desc": False,
        "adhoc_filters": [
            {
                "expressionType": "SIMPLE", "clause": "WHERE", "subject": column, "operator": operator,
                "comparator": value,
            }
            for column, operator, value in chart.filters
        ],
    }  # fmt: skip
    if chart.along:
        return shown | {
            "x_axis": chart.along, "metrics": _metrics(chart), "groupby": list(chart.columns),
            "x_axis_sort_asc": True, "x_axis_sort": chart.along, "show_legend": bool(chart.columns),
            "rich_tooltip": True, "y_axis_format": "SMART_NUMBER",
        }  # fmt: skip
    if chart.metric is None:
        return shown | {
            "query_mode": "raw",
            "all_columns": list(chart.columns),
            "table_timestamp_format": "%Y-%m-%d",
        }
    return shown | {"query_mode": "aggregate", "groupby": list(chart.columns), "metrics": _metrics(chart)}


def _metrics(chart: Chart) -> list[dict[str, Any]]:
    if chart.metric is None:
        return []
    label = "figures" if chart.metric.startswith("count") else "value"
    return [{
        "expressionType": "SQL", "sqlExpression": chart.metric, "label": label, "hasCustomLabel": True,
        "optionName": f"metric_{label}",
    }]  # fmt: skip


def _plain_filter(one: Filter) -> dict[str, object]:
    column, operator, value = one
    return {"col": column, "op": operator} | ({} if value is None else {"val": value})


def _dashboard() -> dict[str, Any]:
    return {
        "dashboard_title": TITLE, "description": "Figures of the club's members, each of its newest year.",
        "css": "", "slug": "club", "published": True, "uuid": _identity("dashboard"), "position": _places(),
        "metadata": {"native_filter_configuration": [_member_filter()], "cross_filters_enabled": True},
        "version": VERSION,
    }  # fmt: skip


def _places() -> dict[str, Any]:
    """Lay each chart over the whole width, one below the other."""
    rows = [f"ROW-{number}" for number in range(1, len(CHARTS) + 1)]
    places: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": rows, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": TITLE}},
    }
    for number, (row, chart) in enumerate(zip(rows, CHARTS, strict=True), start=1):
        name, above = f"CHART-{number}", ["ROOT_ID", "GRID_ID"]
        meta = {"chartId": number, "uuid": _identity(f"chart/{chart.title}"), "sliceName": chart.title,
                "width": WHOLE_WIDTH, "height": 50}  # fmt: skip
        places[row] = {"id": row, "type": "ROW", "children": [name], "parents": above,
                       "meta": {"background": "BACKGROUND_TRANSPARENT"}}  # fmt: skip
        places[name] = {"id": name, "type": "CHART", "children": [], "parents": [*above, row], "meta": meta}
    return places


def _member_filter() -> dict[str, Any]:
    return {
        "id": "NATIVE_FILTER-member", "name": "Member", "type": "NATIVE_FILTER", "filterType": "filter_select",
        "description": "", "controlValues": {"multiSelect": True, "enableEmptyFilter": False},
        "targets": [{"column": {"name": "place_name"}, "datasetUuid": _identity("dataset/latest")}],
        "defaultDataMask": {"filterState": {}, "extraFormData": {}}, "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    }  # fmt: skip


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def _file_name(title: str) -> str:
    return "_".join("".join(letter if letter.isalnum() else " " for letter in title).split())


def _identity(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"club-superset/{name}"))
