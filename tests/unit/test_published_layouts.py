"""A published layout says what it means, and nothing that nobody reads."""

import io
import json

import pytest
import yaml
from pydantic import ValidationError

from ingestion.collect.published_layouts import _as_json
from ingestion.readers.csv import read_csv
from ingestion.readers.table import UnreadableFile
from ingestion.returns.catalogue import PUBLISHED, TableLayout, find_return, published_returns, read_layout
from ingestion.returns.published.figures import MOST_DIMENSIONS, Figures, as_record
from ingestion.settings import DBT_PROJECT

TABLES = [
    pytest.param(table, id=f"{layout.code}.{table.name}")
    for layout in published_returns()
    for table in layout.tables
]
FIGURES = {
    "place": {"name": "la_name"},
    "dimensions": ["group", "sex"],
    "values": [{"column": "count", "kind": "count"}],
    "symbols": {"c": "withheld"},
    "series": [{"where": {"group": ["a", "b"], "sex": ["all"]}, "measures": {"count": "children"}}],
}


@pytest.mark.parametrize("table", TABLES)
def test_what_the_figures_are_read_from_is_a_column_of_the_table(table: TableLayout):
    if table.figures is None:
        return
    known = {*table.columns, *table.spellings, *table.also}
    assert set(table.figures.columns()) <= known


@pytest.mark.parametrize("table", TABLES)
def test_no_row_means_two_measures(table: TableLayout):
    entries = json.loads(_as_json(table))["figures"]["series"] if table.figures else []
    cells = [(tuple(entry["key"]), entry["column"], entry["qualifier"]) for entry in entries]
    assert len(cells) == len(set(cells))
    codes = [entry["measure_code"] for entry in entries]
    assert all(code == code.lower() and " " not in code for code in codes)


@pytest.mark.parametrize("table", TABLES)
def test_the_parts_of_a_sum_are_rows_that_the_layout_knows(table: TableLayout):
    """A misspelt part would never be found, and the sum never be checked."""
    if table.figures is None:
        return
    record = as_record(table.figures)
    known = {key[0] for key in [*(entry["key"] for entry in record["series"]), *record["passed_over"]]}
    for row_sum in table.figures.row_sums:
        assert {row_sum.total, *row_sum.parts} <= known
    values = {value.column for value in table.figures.values}
    for column_sum in table.figures.column_sums:
        assert {column_sum.total, *column_sum.parts} <= values
    for ratio in table.figures.ratios:
        assert {ratio.column, ratio.numerator, ratio.denominator} <= values


def test_a_series_is_laid_out_in_every_spelling():
    assert as_record(Figures(**FIGURES))["series"] == [
        {"key": ["a", "all"], "column": "count", "measure_code": "children", "qualifier": None},
        {"key": ["b", "all"], "column": "count", "measure_code": "children", "qualifier": None},
    ]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"series": [{"where": {"group": ["a"]}, "measures": {"count": "x"}}]}, "the dimensions are"),
        ({"series": [{"where": {"group": ["a"], "sex": ["all"]}, "measures": {"rate": "x"}}]}, "no value column"),
        ({"dimensions": ["group", "sex", "age", "need", "place"]}, "at most 4 items"),
        ({"valeus": []}, "Extra inputs are not permitted"),
        ({"values": [{"column": "count", "kind": "children"}]}, "Input should be 'count'"),
    ],
)
def test_a_layout_that_contradicts_itself_is_refused(change: dict, complaint: str):
    with pytest.raises(ValidationError, match=complaint):
        Figures(**FIGURES | change)


def test_a_layout_may_have_as_many_dimensions_as_the_models_read():
    macros = (DBT_PROJECT / "macros" / "published.sql").read_text(encoding="utf-8")
    assert f"{{% macro most_dimensions() %}}{MOST_DIMENSIONS}{{% endmacro %}}" in macros


@pytest.mark.parametrize("also", [{"columns": ["Name"]}, {"figures": FIGURES}])
def test_columns_that_go_by_their_position_are_not_asked_for_by_heading(also: dict):
    with pytest.raises(ValidationError, match="go by their position"):
        TableLayout(name="costs", columns_by_position=True, **also)


def test_a_sheet_goes_by_the_position_of_its_columns():
    sheet = {"councils": "down", "symbols": {}}
    assert TableLayout(name="costs", columns_by_position=True, sheet=sheet).sheet is not None
    with pytest.raises(ValidationError, match="go by their position"):
        TableLayout(name="costs", sheet=sheet)


def test_a_set_of_symbols_is_meant_by_its_name():
    named = yaml.safe_load((PUBLISHED / "_symbols.yaml").read_text())["dfe"]
    layout = read_layout(PUBLISHED / "la_cla_placement_stability.yaml")
    assert layout.tables[0].figures is not None
    assert layout.tables[0].figures.symbols == named
    assert set(named) >= {"c", "k", "x", "z"}


def test_the_outturn_is_read_in_the_encoding_its_layout_states():
    content = "LA,Line\n335,Sure Start Children\u2019s Centres\n".encode("windows-1252")
    _, (_, cells) = read_csv(lambda: io.BytesIO(content), find_return("s251_outturn").encodings).rows
    assert cells[1] == "Sure Start Children\u2019s Centres"
    with pytest.raises(UnreadableFile) as refused:
        read_csv(lambda: io.BytesIO(content))
    assert refused.value.rule_code == "intake.wrong_encoding"
    assert refused.value.line == 2


def test_a_byte_that_is_in_none_of_the_encodings_is_refused():
    with pytest.raises(UnreadableFile) as refused:
        read_csv(lambda: io.BytesIO(b"a\n\x81\n"), ("utf-8", "windows-1252"))
    assert refused.value.line == 2
