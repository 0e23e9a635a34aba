"""What counting by every reading costs beside one build of the counting models, and whether the figures agree.

Run with `make bench-readings`. The members send three years of 400 children each, invented with all that is read
in different ways. Then every reading is counted in one pass, and by a rebuild for each: the decisions are changed,
dbt builds the counting models anew, and the indicators are compared cell for cell.
"""

import argparse
import tempfile
import time
from pathlib import Path
from random import Random

import psycopg
from rich.console import Console

from benchmarks.road import running, timed
from ingestion.authorities import authorities
from ingestion.model.build import build_marts
from ingestion.model.dbt import run_dbt
from ingestion.model.readings import count_readings
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from tests.support.children import send
from tests.support.random_lives import returns_of

YEARS = (2024, 2025, 2026)
COUNTING_MODELS = (
    "path:models/intermediate/decisions", "path:models/intermediate/children_looked_after",
    "int_ssda903__measure_sources",
)  # fmt: skip
FIGURES = """
    select authority_code, period_code, indicator_code, numerator, denominator, value, missing_reason
    from {}
    order by authority_code, period_code, indicator_code
"""
REBUILT = """
    (
        select
            authority_code, period_code, indicator_code, numerator::double precision,
            denominator::double precision, value::double precision, missing_reason
        from intermediate.int_indicators
        where
            basis = 'submitted' and submission_ids is not null
            and indicator_code in (select indicator_code from marts.fct_reading)
    ) as rebuilt
"""


def main() -> None:
    """Measure the pass, and the rebuilds that it stands for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=400, help="how many each member has ever looked after")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="club-bench-") as name:
        folder = Path(name)
        with running(folder, str(folder / "landing")) as settings:
            migrate(settings)
            _send(settings, given.children)
            build_marts(settings)
            _measure(settings, Console())


def _send(settings: Settings, children: int) -> None:
    random = Random(1999)  # noqa: S311 -- invented lives, the same each time
    for authority in authorities().values():
        if authority.is_member:
            for period, episodes in returns_of(random, children, YEARS).items():
                send(settings, authority.code, period, {"episodes": episodes})


def _measure(settings: Settings, console: Console) -> None:
    def build() -> None:
        run_dbt(settings, "run", "--quiet", "--full-refresh", "--select", *COUNTING_MODELS)

    build()  # dbt has parsed the project for it, then
    one = timed(build)
    count_readings(settings)
    every = timed(lambda: count_readings(settings))
    console.print(
        f"one build of the counting models {one:.1f} s, every reading {every:.1f} s: {every / one:.1f} times"
    )
    with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
        readings = connection.execute(
            "select distinct reading_code from marts.fct_reading where indicator_code = 'A1' order by 1"
        ).fetchall()
        begun, different = time.perf_counter(), 0
        for (reading,) in readings:
            _decide(connection, reading)
            build()
            counted = connection.execute(
                FIGURES.format(
                    "marts.fct_reading where string_to_array(reading_code, ' ') <@ string_to_array(%s, ' ')"
                ),
                [reading],
            ).fetchall()
            rebuilt = connection.execute(FIGURES.format(REBUILT)).fetchall()
            different += len(set(counted) ^ set(rebuilt))
            console.print(f"{reading}: {len(counted)} figures, {len(set(counted) ^ set(rebuilt))} differ")
        took = time.perf_counter() - begun
    console.print(f"{len(readings)} rebuilds: {took:.0f} s, {different} figures differ")


def _decide(connection: psycopg.Connection, reading: str) -> None:
    for decided in reading.split():
        connection.execute(
            "update staging.club_decisions set value = %s where decision_code = %s",
            [decided.split("=")[1], decided.split("=")[0]],
        )


if __name__ == "__main__":
    main()
