"""A Power BI project (PBIP) as text: a semantic model in TMDL, made of the star, and a report of one empty page.

https://learn.microsoft.com/power-bi/developer/projects/projects-overview,
https://learn.microsoft.com/analysis-services/tmdl/tmdl-overview. No password is in it: Power BI asks for it.
"""

import json
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from ingestion.errors import ClubError
from reporting.bi.relationships import active_keys
from reporting.bi.star import SCHEMA, Key, Star, Table
from reporting.columns import Column

NAME = "Benchmarking club"
MODEL, REPORT = f"{NAME}.SemanticModel", f"{NAME}.Report"
PAGE = "figures"

# What PostgreSQL's types are called there.
TYPES = {
    "text": "string", "character varying": "string",
    "smallint": "int64", "integer": "int64", "bigint": "int64",
    "double precision": "double", "numeric": "double", "real": "double",
    "boolean": "boolean",
    "date": "dateTime", "timestamp with time zone": "dateTime", "timestamp without time zone": "dateTime",
}  # fmt: skip

# Lists and an index of words for searching: a model of Power BI has no type for them.
LEFT_OUT = ("ARRAY", "jsonb", "tsvector")

# By table, its measures: name, DAX, format. A figure of several authorities is worked out, never an average.
MEASURES = {
    "fct_indicator": (
        (
            "Figure",
            "IF ( HASONEVALUE ( fct_indicator[indicator_code] ) && HASONEVALUE ( fct_indicator[basis] ) "
            "&& HASONEVALUE ( fct_indicator[period_code] ), IF ( COUNTROWS ( fct_indicator ) = 1, "
            "MAX ( fct_indicator[value] ), [Figure of all together] ) )",
            "#,0.0",
        ),
        (
            "Figure of all together",
            "VAR stated = FILTER ( fct_indicator, NOT ISBLANK ( fct_indicator[value] ) ) "
            "RETURN DIVIDE ( SUMX ( stated, fct_indicator[numerator] * RELATED ( dim_indicator[multiplier] ) ), "
            "SUMX ( stated, fct_indicator[denominator] ) )",
            "#,0.0",
        ),
        (
            "Authorities with a figure",
            "CALCULATE ( DISTINCTCOUNT ( fct_indicator[authority_code] ), NOT ISBLANK ( fct_indicator[value] ) )",
            "#,0",
        ),
        (
            "Figures missing",
            "COUNTROWS ( FILTER ( fct_indicator, ISBLANK ( fct_indicator[value] ) ) )",
            "#,0",
        ),
    ),
}  # fmt: skip

_SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric"


def power_bi_project(star: Star, server: str, database: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of each file of the project.

    Args:
        star: the tables and keys to take in.
        server: host and port, the default of the parameter `Server`.
        database: the default of the parameter `Database`.
    """
    definition = f"{MODEL}/definition"
    yield (
        f"{NAME}.pbip",
        _json("pbip/pbipProperties/1.0.0", version="1.0", artifacts=[{"report": {"path": REPORT}}]),
    )
    yield f"{MODEL}/definition.pbism", _json("item/semanticModel/definitionProperties/1.0.0", version="4.2")
    yield f"{definition}/database.tmdl", "database\n\tcompatibilityLevel: 1600\n"
    yield f"{definition}/model.tmdl", _model(star)
    yield f"{definition}/expressions.tmdl", _parameters(Server=server, Database=database)
    yield f"{definition}/relationships.tmdl", _relationships(star)
    for table in star.joined:
        yield f"{definition}/tables/{table.name}.tmdl", _table(table)
    yield from _report()


def _model(star: Star) -> str:
    lines = ["model Model", "\tculture: en-GB", "\tdefaultPowerBIDataSourceVersion: powerBI_V3", ""]
    return "\n".join([*lines, *(f"ref table {table.name}" for table in star.joined), ""])


def _parameters(**defaults: str) -> str:
    return "\n".join(
        f'expression {name} = "{value}" meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]\n'
        for name, value in defaults.items()
    )


def _relationships(star: Star) -> str:
    active = active_keys(star)
    return "\n".join(_relationship(key, is_active=key in active) for key in star.keys)


def _relationship(key: Key, *, is_active: bool) -> str:
    lines = [
        f"relationship {_identity(f'{key.table}.{key.column}-{key.of}')}",
        *([] if is_active else ["\tisActive: false"]),
        f"\tfromColumn: {key.table}.{key.column}",
        f"\ttoColumn: {key.of}.{key.of_column}",
        "",
    ]
    return "\n".join(lines)


def _table(table: Table) -> str:
    lines = [
        *_described(table.description, ""),
        f"table {table.name}",
        f"\tlineageTag: {_identity(table.name)}",
        "",
    ]
    for name, formula, form in MEASURES.get(table.name, ()):
        lines += [f"\tmeasure '{name}' = {formula}", f"\t\tformatString: {form}", ""]
    for column in _columns(table):
        lines += _column(table, column)
    return "\n".join([*lines, *_partition(table), ""])


def _columns(table: Table) -> list[Column]:
    return [column for column in table.columns if column.data_type not in LEFT_OUT]


def _column(table: Table, column: Column) -> list[str]:
    if column.data_type not in TYPES:
        raise ClubError(
            f"{SCHEMA}.{table.name}.{column.name} is {column.data_type}, for which no type of Power BI is "
            "known. Add one to TYPES in reporting/bi/power_bi.py."
        )
    return [
        *_described(column.description, "\t"),
        f"\tcolumn {column.name}",
        f"\t\tdataType: {TYPES[column.data_type]}",
        # Figures are never added up by accident: a sum over indicators means nothing.
        "\t\tsummarizeBy: none",
        f"\t\tlineageTag: {_identity(f'{table.name}.{column.name}')}",
        f"\t\tsourceColumn: {column.name}",
        "",
    ]


def _partition(table: Table) -> list[str]:
    kept = ", ".join(f'"{column.name}"' for column in _columns(table))
    return [
        f"\tpartition {table.name} = m",
        "\t\tmode: import",
        "\t\tsource =",
        "\t\t\t\tlet",
        "\t\t\t\t\tSource = PostgreSQL.Database(Server, Database, [CreateNavigationProperties = false]),",
        f'\t\t\t\t\tFound = Source{{[Schema = "{SCHEMA}", Item = "{table.name}"]}}[Data],',
        f"\t\t\t\t\tKept = Table.SelectColumns(Found, {{{kept}}})",
        "\t\t\t\tin",
        "\t\t\t\t\tKept",
    ]


def _described(text: str, indent: str) -> list[str]:
    return [f"{indent}/// {' '.join(text.split())}"] if text else []


def _report() -> Iterator[tuple[str, str]]:
    """Yield a report of one page with nothing on it, through which Power BI opens the model."""
    of = "item/report"
    reference = {"byPath": {"path": f"../{MODEL}"}}
    theme = {"baseTheme": {"name": "CY24SU10", "reportVersionAtImport": "5.61", "type": "SharedResources"}}
    yield (
        f"{REPORT}/definition.pbir",
        _json(f"{of}/definitionProperties/1.0.0", version="4.0", datasetReference=reference),
    )
    of, folder = f"{of}/definition", f"{REPORT}/definition"
    yield f"{folder}/version.json", _json(f"{of}/versionMetadata/1.0.0", version="1.0.0")
    yield f"{folder}/report.json", _json(f"{of}/report/1.0.0", themeCollection=theme, layoutOptimization="None")
    yield f"{folder}/pages/pages.json", _json(f"{of}/pagesMetadata/1.0.0", pageOrder=[PAGE], activePageName=PAGE)
    yield (
        f"{folder}/pages/{PAGE}/page.json",
        _json(
            f"{of}/page/1.0.0", name=PAGE, displayName="Figures", displayOption="FitToPage", height=720, width=1280
        ),
    )


def _json(schema: str, **content: object) -> str:
    return json.dumps({"$schema": f"{_SCHEMAS}/{schema}/schema.json", **content}, indent=2) + "\n"


def _identity(name: str) -> str:
    """The same number for the same thing in every export, so that a report made with one works with the next."""
    return str(uuid5(NAMESPACE_URL, f"club-power-bi/{name}"))
