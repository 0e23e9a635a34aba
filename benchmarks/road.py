"""Time the road from delivery to marts, step by step, and compare the loading with a bare COPY of the same cells.

Run with `make bench` (invented samples) or `make bench LANDING_ZONE=/path/to/landing`. It works in a state folder
of its own, without Airflow, one step after the other in one process; `make demo` is the road with Airflow.
"""

import logging
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import structlog
from rich.console import Console
from rich.table import Table

from ingestion.check.run import check
from ingestion.collect.landing import collections, senders
from ingestion.collect.run import collect, collect_national
from ingestion.decide import decide
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.operation.year_by_year import check_year_by_year
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.server import EmbeddedServer
from samples import write_samples

RETURN = "pss_ex1"
RETURNS = (RETURN, "pss_ex1_totals")


def main() -> None:
    """Measure the road once and print the result."""
    with tempfile.TemporaryDirectory(prefix="club-bench-") as name:
        folder = Path(name)
        landing = os.environ.get("LANDING_ZONE")
        if not landing:
            write_samples(folder / "landing")
        _measure(folder, landing or str(folder / "landing"))


def _measure(folder: Path, landing: str) -> None:
    with running(folder, landing) as settings:
        steps = [
            ("roles, schemas, migrations", timed(lambda: migrate(settings))),
            ("crosswalk (dbt)", timed(lambda: prepare_crosswalk(settings))),
            ("collect: hash, archive, COPY", timed(lambda: collect_all(settings, RETURN))),
            ("collect again, nothing new", timed(lambda: collect_all(settings, RETURN))),
            ("check (Great Expectations)", timed(lambda: [check(settings, code) for code in RETURNS])),
            ("decide", timed(lambda: [decide(settings, code) for code in RETURNS])),
            ("build marts (dbt)", timed(lambda: build_marts(settings))),
        ]
        with connect(settings, Role.LOADER) as connection:
            cells, bare = _bare_copy(connection)
    _print(steps, cells, bare)


@contextmanager
def running(folder: Path, landing_zone: str) -> Iterator[Settings]:
    """Run a separate warehouse in this folder, its server up for as long as the block runs."""
    folder.chmod(0o755)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = Settings(home=folder / "home", landing_zone=landing_zone)
    server = EmbeddedServer(settings)
    server.start()
    try:
        yield settings
    finally:
        server.stop()


def timed(step: Callable[[], object]) -> float:
    """Return the seconds that a step takes."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def collect_all(settings: Settings, return_code: str) -> None:
    """Collect one return from all senders, one after the other."""
    layout = find_return(return_code)
    for sender in senders(settings, layout):
        collect(settings, return_code, sender)
    for place in collections(settings, layout):
        collect_national(settings, return_code, place)


def take_in(settings: Settings, return_code: str) -> None:
    """Collect, check and decide one return, as its DAG does, in this process."""
    collect_all(settings, return_code)
    if find_return(return_code).looks_back:
        check_year_by_year(settings, return_code)
    else:
        check(settings, return_code)
    decide(settings, return_code)


def _bare_copy(connection: psycopg.Connection) -> tuple[int, float]:
    """Time a COPY of the same cells, ready in memory, into a table of the same shape: the machine's limit."""
    with connection.cursor().copy("copy raw.pss_ex1_cells to stdout") as source:
        content = b"".join(source)
    connection.execute("create temporary table bare (like raw.pss_ex1_cells including indexes)")

    def load() -> None:
        with connection.cursor().copy("copy bare from stdin") as target:
            target.write(content)

    seconds = timed(load)
    (cells,) = connection.execute("select count(*) from bare").fetchone() or (0,)
    return cells, seconds


def _print(steps: list[tuple[str, float]], cells: int, bare: float) -> None:
    table = Table("step", "seconds", "cells per second")
    for name, seconds in steps:
        table.add_row(name, f"{seconds:.2f}", f"{cells / seconds:,.0f}" if name.startswith("collect:") else "")
    table.add_row("bare COPY of the same cells", f"{bare:.2f}", f"{cells / bare:,.0f}")
    console = Console()
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {cells:,} cells"
    )
    console.print(table)
    collected = dict(steps)["collect: hash, archive, COPY"]
    console.print(f"Collecting takes {collected / bare:.1f} times as long as a bare COPY of what it lands.")


if __name__ == "__main__":
    main()
