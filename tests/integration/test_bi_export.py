"""The start for BI tools holds what the warehouse shows to `club_bi`: each table, each column, each key.

Neither Power BI nor a parser of its language runs here: what is held is that its files say what the database says,
and that the model obeys the rules that Power BI refuses one for.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url
from reporting.bi.power_bi import LEFT_OUT, MEASURES, MODEL, NAME, TYPES
from reporting.bi.relationships import active_keys
from reporting.bi.star import Key, Star, Table
from reporting.bi.superset import CHARTS, DATASETS, FOLDER

KEYS_OF_ONE_COLUMN = """
select count(*) from (
    select from information_schema.referential_constraints as keys
    inner join information_schema.key_column_usage as every using (constraint_schema, constraint_name)
    where keys.constraint_schema = 'marts'
    group by constraint_schema, constraint_name having count(*) = 1
) as keys
"""


@pytest.fixture(scope="module")
def written(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bi")
    surroundings = {"CLUB_HOME": str(sample_warehouse.home), "WAREHOUSE_URL": None}
    done = CliRunner().invoke(app, ["bi-export", str(folder)], env=surroundings)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def definition(written: Path) -> Path:
    return written / "power_bi" / MODEL / "definition"


@pytest.fixture(scope="module")
def bi(sample_warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(sample_warehouse, Role.BI, autocommit=True) as connection:
        yield connection


def columns_of(table: str) -> dict[str, str]:
    """The type of each column of a table in TMDL."""
    return dict(re.findall(r"^\tcolumn (\w+)\n\t\tdataType: (\w+)$", table, re.MULTILINE))


def relationships(definition: Path) -> dict[Key, bool]:
    """Each relationship, and whether it is active."""
    found = {}
    for block in (definition / "relationships.tmdl").read_text("utf-8").split("\n\n"):
        (here,) = re.findall(r"fromColumn: (\w+)\.(\w+)", block)
        (there,) = re.findall(r"toColumn: (\w+)\.(\w+)", block)
        found[Key(*here, *there)] = "isActive: false" not in block
    return found


def test_every_table_of_the_model_has_the_columns_that_information_schema_shows(
    definition: Path, bi: psycopg.Connection
):
    tables = {path.stem: columns_of(path.read_text("utf-8")) for path in (definition / "tables").iterdir()}
    assert {"fct_indicator", "fct_comparison", "fct_measure", "dim_authority", "dim_indicator"} <= set(tables)
    shown: dict[str, dict[str, str]] = {name: {} for name in tables}
    for table, column, data_type in bi.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_schema = 'marts' and table_name = any(%s) and data_type <> all(%s)",
        [list(tables), list(LEFT_OUT)],
    ):
        shown[table][column] = TYPES[data_type]
    assert tables == shown
    assert f"{(definition / 'model.tmdl').read_text('utf-8').count('ref table')}" == f"{len(tables)}"


def test_the_relationships_are_the_keys_of_one_column(definition: Path, bi: psycopg.Connection):
    found = relationships(definition)
    (shown,) = bi.execute(KEYS_OF_ONE_COLUMN).fetchone() or (0,)
    assert len(found) == shown > 30
    named = re.findall(
        r"^relationship (\S+)$", (definition / "relationships.tmdl").read_text("utf-8"), re.MULTILINE
    )
    assert len(named) == len(set(named)) == len(found)


def test_a_filter_has_one_way_from_each_table_to_another(definition: Path):
    """Power BI opens no model with two."""
    active = [key for key, is_active in relationships(definition).items() if is_active]
    ways: dict[str, list[str]] = {}
    for key in active:
        ways.setdefault(key.table, []).append(key.of)

    def reached(start: str) -> list[str]:
        return [name for one in ways.get(start, []) for name in (one, *reached(one))]

    assert [start for start in ways if len(reached(start)) != len(set(reached(start)))] == []
    joined = {(key.table, key.of) for key in active}
    assert {
        ("fct_indicator", "dim_indicator"), ("fct_indicator", "dim_authority"), ("fct_indicator", "dim_period"),
    } <= joined  # fmt: skip


def test_the_measures_ask_for_columns_that_there_are(definition: Path, bi: psycopg.Connection):
    for table, measures in MEASURES.items():
        written = (definition / "tables" / f"{table}.tmdl").read_text("utf-8")
        for name, formula, _ in measures:
            assert f"\tmeasure '{name}' = {formula}\n" in written
            for other, column in re.findall(r"(\w+)\[(\w+)\]", formula):
                assert column in columns_of((definition / "tables" / f"{other}.tmdl").read_text("utf-8"))
            of_measures = re.findall(r"(?<!\w)\[([^\]]+)\]", formula)
            assert set(of_measures) <= {name for name, *_ in measures}


def test_what_the_measure_works_out_is_the_figure_of_the_mart(bi: psycopg.Connection):
    """Multiplier x numerator / denominator, which is what the measure adds up for several authorities."""
    checked, wrong = bi.execute(
        """
        select
            count(*),
            count(*) filter (where abs(value - multiplier * numerator / denominator) > 1e-9 * abs(value))
        from marts.fct_indicator inner join marts.dim_indicator using (indicator_key)
        where value is not null and numerator is not null and denominator <> 0
        """
    ).fetchone() or (0, 0)
    assert checked > 1000
    assert wrong == 0


def test_the_connection_is_a_parameter_and_no_password_is_written(
    written: Path, definition: Path, sample_warehouse: Settings
):
    parameters = (definition / "expressions.tmdl").read_text("utf-8")
    given = dict(re.findall(r'^expression (\w+) = "(.+)" meta \[IsParameterQuery=true', parameters, re.MULTILINE))
    url = warehouse_url(sample_warehouse, Role.BI)
    assert given == {"Server": f"{url.host}:{url.port}", "Database": url.database}
    for path in (definition / "tables").iterdir():
        assert "PostgreSQL.Database(Server, Database," in path.read_text("utf-8")
    secrets = json.loads((sample_warehouse.state_folder / "secrets.json").read_text())
    texts = [path.read_bytes() for path in written.rglob("*") if path.is_file()]
    assert not [name for name, secret in secrets.items() for text in texts if str(secret).encode() in text]


def test_power_bi_is_led_from_file_to_file(written: Path):
    project = written / "power_bi" / f"{NAME}.pbip"
    (artifact,) = json.loads(project.read_text("utf-8"))["artifacts"]
    report = project.parent / artifact["report"]["path"]
    reference = json.loads((report / "definition.pbir").read_text("utf-8"))["datasetReference"]["byPath"]["path"]
    assert (report / reference / "definition.pbism").resolve().is_file()
    pages = json.loads((report / "definition" / "pages" / "pages.json").read_text("utf-8"))
    assert all((report / "definition" / "pages" / name / "page.json").is_file() for name in pages["pageOrder"])


def test_the_dashboard_asks_for_columns_that_there_are(written: Path, bi: psycopg.Connection):
    folder = written / "superset" / FOLDER
    for name in DATASETS:
        dataset = yaml.safe_load((folder / "datasets" / "Warehouse" / f"{name}.yaml").read_text("utf-8"))
        shown = bi.execute(
            "select column_name from information_schema.columns where table_schema = 'marts' and table_name = %s"
            " order by ordinal_position",
            [name],
        ).fetchall()
        assert [(column["column_name"],) for column in dataset["columns"]] == shown
        asked = {
            column
            for chart in CHARTS if chart.table == name
            for column in (*chart.columns, *filter(None, [chart.along]), *(column for column, *_ in chart.filters))
        }  # fmt: skip
        assert asked <= {column for (column,) in shown}


def test_the_same_build_gives_the_same_bytes_and_the_archive_holds_the_texts(
    written: Path, sample_warehouse: Settings
):
    folder = written / "superset"
    with zipfile.ZipFile(folder / f"{FOLDER}.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            str(path.relative_to(folder)): path.read_bytes()
            for path in (folder / FOLDER).rglob("*") if path.is_file()
        }  # fmt: skip
    before = {path: path.stat().st_mtime_ns for path in written.rglob("*") if path.is_file()}
    surroundings = {"CLUB_HOME": str(sample_warehouse.home), "WAREHOUSE_URL": None}
    assert CliRunner().invoke(app, ["bi-export", str(written)], env=surroundings).exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before


def star(*keys: tuple[str, str]) -> Star:
    names = {name for key in keys for name in key}
    return Star({name: Table(name, "", ()) for name in names}, tuple(Key(a, b, b, b) for a, b in keys))


@pytest.mark.parametrize(
    ("keys", "inactive"),
    [
        ([("fact", "place"), ("fact", "sent"), ("sent", "place")], [("sent", "place")]),
        ([("fact", "place"), ("other", "place"), ("fact", "year")], []),
        ([("fact", "a"), ("a", "b"), ("b", "c"), ("fact", "c")], [("b", "c")]),
    ],
)
def test_of_two_ways_that_of_the_fact_itself_is_active(
    keys: list[tuple[str, str]], inactive: list[tuple[str, str]]
):
    of = star(*keys)
    assert [(key.table, key.of) for key in of.keys if key not in active_keys(of)] == inactive
