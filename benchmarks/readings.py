"""What counting by every reading costs beside one build of the counting models, and whether the figures agree.

Run with `make bench-readings`. The members send three years of samples of 400 children each; every reading is
counted in one pass, and the counting models are built once. With `--rebuilds` they send four more years of
invented lives full of what is read in different ways, and each reading is counted by a rebuild, too: the decisions
are changed, dbt builds the models anew, and the indicators are compared cell for cell.
"""

import argparse
import tempfile
import time
from pathlib import Path
from random import Random

import psycopg
from rich.console import Console

from benchmarks.road import running, take_in, timed
from ingestion.authorities import authorities
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.model.dbt import run_dbt
from ingestion.model.readings import count_readings
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from samples.ssda903 import write_child_samples
from tests.support.children import send
from tests.support.random_lives import returns_of

SAMPLED = ("2023-24", "2024-25", "2025-26")
YEARS = (2005, 2006, 2007, 2008)
LIVES = 60
COUNTING_MODELS = (
    "path:models/intermediate/decisions", "path:models/intermediate/children_looked_after",
    "int_ssda903__measure_sources",
)  # fmt: skip
# And what stands on them, views among it, which go with the tables that are made anew.
UP_TO_THE_INDICATORS = "int_ssda903__measure_sources+,path:models/intermediate"
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
    """Measure the pass, and compare it with the rebuilds that it stands for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=400, help="how many each member looks after on 31 March")
    parser.add_argument("--rebuilds", action="store_true", help="rebuild for each reading, and compare")
    given = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="club-bench-") as name:
        folder = Path(name)
        with running(folder, str(folder / "landing")) as settings:
            migrate(settings)
            prepare_crosswalk(settings)
            write_child_samples(Path(settings.landing), periods=SAMPLED, children=given.children)
            take_in(settings, "ssda903")
            build_marts(settings)
            _measure(settings, console)
            if given.rebuilds:
                _send_lives(settings)
                build_marts(settings)
                count_readings(settings)
                _compare(settings, console)


def _measure(settings: Settings, console: Console) -> None:
    _build(settings)  # dbt has parsed the project for it, then
    one = timed(lambda: _build(settings))
    count_readings(settings)
    every = timed(lambda: count_readings(settings))
    console.print(
        f"one build of the counting models {one:.1f} s, every reading {every:.1f} s: {every / one:.1f} times"
    )


def _build(settings: Settings, *more: str) -> None:
    run_dbt(settings, "run", "--quiet", "--full-refresh", "--select", *COUNTING_MODELS, *more)


def _send_lives(settings: Settings) -> None:
    random = Random(1999)  # noqa: S311 -- invented lives, the same each time
    for authority in authorities().values():
        if authority.is_member:
            for period, episodes in returns_of(random, LIVES, YEARS).items():
                send(settings, authority.code, period, {"episodes": episodes})


def _compare(settings: Settings, console: Console) -> None:
    with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
        readings = connection.execute(
            "select distinct reading_code from marts.fct_reading where indicator_code = 'A1' order by 1"
        ).fetchall()
        begun, different = time.perf_counter(), 0
        for (reading,) in readings:
            _decide(connection, reading)
            _build(settings, UP_TO_THE_INDICATORS)
            counted = connection.execute(
                FIGURES.format(
                    "marts.fct_reading where string_to_array(reading_code, ' ') <@ string_to_array(%s, ' ')"
                ),
                [reading],
            ).fetchall()
            rebuilt = connection.execute(FIGURES.format(REBUILT)).fetchall()
            differ = len(set(counted) ^ set(rebuilt))
            console.print(f"{reading}: {len(counted)} figures, {differ} differ", soft_wrap=True)
            different += differ
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
