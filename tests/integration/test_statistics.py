"""The macros for intervals and funnels, as dbt renders them, beside published known answers."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

Record = dict[str, str]
Numbers = list[float | None]
Warehouse = tuple[Settings, psycopg.Connection]

BOUNDS = [(side, band) for side in ("lower", "upper") for band in ("95", "99_8")]
WILSON = {
    f"{side}_{band}": f"{{{{ wilson_bound('events', 'total', z_of('{band}'), '{side}') }}}}"
    for side, band in BOUNDS
}


@pytest.fixture(scope="module")
def warehouse(prepared_home: Path) -> Iterator[Warehouse]:
    settings = Settings(home=prepared_home, warehouse_url=None)
    with connect(settings, Role.TRANSFORMER) as connection:
        yield settings, connection


def computed(warehouse: Warehouse, expressions: dict[str, str], **columns: Numbers) -> list[dict[str, Any]]:
    """What SQL with macros in it gives for each row of the columns."""
    settings, connection = warehouse
    query = "select " + ", ".join(f"{sql} as {name}" for name, sql in expressions.items())
    query += (
        " from unnest("
        + ", ".join(f"%({name})s::double precision[]" for name in columns)
        + f") with ordinality as counts ({', '.join(columns)}, turn) order by turn"
    )
    printed = run_dbt(settings, "compile", "--inline", query, "--quiet").printed
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(printed[printed.index("select ") :].encode(), columns).fetchall()


def known(folder: Path, name: str) -> list[Record]:
    with (folder / "stats" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def numbers(records: list[Record], column: str) -> Numbers:
    return [float(record[column]) if record[column] else None for record in records]


def pooled(areas: list[Record]) -> float:
    return sum(float(row["numerator"]) for row in areas) / sum(float(row["denominator"]) for row in areas)


def equal(one: Numbers, other: Numbers, **tolerance: float) -> int:
    """Holds each number against the other's; returns how many there are."""
    assert [number is None for number in one] == [number is None for number in other]
    there = [(left, right) for left, right in zip(one, other, strict=True) if left is not None]
    assert [left for left, _ in there] == pytest.approx([right for _, right in there], **tolerance)
    return len(there)


@pytest.mark.parametrize("method", ["Wilson", "Byars"])
def test_bounds_equal_the_known_answers(warehouse: Warehouse, shared_data: Path, method: str) -> None:
    """Byar's formula itself too, also of a count below 10, of which the intervals take the exact bounds."""
    answers = [row for row in known(shared_data, "phe_byars_wilson.csv") if row["method"] == method]
    byar = {f"{side}_{band}": f"{{{{ byar_bound('events', '{band}', '{side}') }}}}" for side, band in BOUNDS}
    found = computed(
        warehouse,
        {"Wilson": WILSON, "Byars": byar}[method],
        events=numbers(answers, "x"),
        total=numbers(answers, "n"),
    )
    compared = 0
    for row, answer in zip(found, answers, strict=True):
        band = answer["confidence"].rstrip("%").replace(".", "_")
        for side in ("lower", "upper"):
            if answer[f"{side}cl"]:
                assert row[f"{side}_{band}"] == pytest.approx(float(answer[f"{side}cl"]), rel=1e-9)
                compared += 1
    assert compared == {"Wilson": 2 * 6, "Byars": 2 * 6 + 1}[method]


def test_bounds_of_rates_equal_the_known_answers(warehouse: Warehouse, shared_data: Path) -> None:
    answers = known(shared_data, "phe_rate_exact_byars.csv")
    found = computed(
        warehouse,
        {
            f"{side}_{band}": f"{{{{ rate_bound('events', 'total', 'multiplier', '{band}', '{side}') }}}}"
            for side, band in BOUNDS
        }
        | {"method": "{{ poisson_method('events') }}"},
        events=numbers(answers, "Numerator"),
        total=numbers(answers, "Denominator"),
        multiplier=numbers(answers, "multiplier"),
    )
    compared = sum(
        equal(
            [row[f"{side}_{band}"] for row in found],
            numbers(answers, f"{side}{band if band == '99_8' else '95_0'}cl"),
            rel=1e-9,
        )
        for side, band in BOUNDS
    )
    assert compared == 4 * 17
    methods = {"Exact": "exact Poisson", "Byars": "Byar", "": None}
    assert [row["method"] for row in found] == [methods[answer["method"]] for answer in answers]


def test_funnel_limits_of_proportions_equal_the_known_answers(warehouse: Warehouse, shared_data: Path) -> None:
    answers = known(shared_data, "phe_funnel_prop_outputs.csv")
    areas = known(shared_data, "phe_funnel_prop_inputs.csv")
    baseline = pooled(areas)
    found = computed(
        warehouse,
        {
            f"{side}_{band}": f"100 * {{{{ proportion_limit('baseline', 'total', '{band}', '{side}') }}}}"
            for side, band in BOUNDS
        },
        total=numbers(answers, "Population"),
        baseline=[baseline] * len(answers),
    )
    columns = {"95": "2s0025limit", "99_8": "3s0001limit"}
    compared = sum(
        equal(
            [row[f"{side}_{band}"] for row in found],
            numbers(answers, side.title() + columns[band]),
            abs=1e-6,
            rel=0,
        )
        for side, band in BOUNDS
    )
    assert compared == 4 * 100


def test_funnel_positions_of_proportions_equal_the_known_answers(warehouse: Warehouse, shared_data: Path) -> None:
    answers = known(shared_data, "phe_funnel_prop_inputs.csv")
    events, totals = numbers(answers, "numerator"), numbers(answers, "denominator")
    intervals = computed(warehouse, WILSON, events=events, total=totals)
    found = computed(
        warehouse,
        {"position": "{{ funnel_position('baseline') }}"},
        baseline=[pooled(answers)] * len(answers),
        **{name: [row[name] for row in intervals] for name in WILSON},
    )
    assert [row["position"] for row in found] == [answer["significance"] for answer in answers]
