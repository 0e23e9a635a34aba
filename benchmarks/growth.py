"""Measure the cost of one more year, and of one resubmission, with ever more years held already.

Run with `make bench-growth LANDING_ZONE=/path/to/landing`, a landing zone with a national collection
(`england/pss_ex1/<year>/`); without one it invents a collection. The years are loaded one after the other; after
each, one council sends its return of the first year again with one figure changed. Neither should grow.
"""

import csv
import io
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.road import running, timed
from ingestion.check.run import check
from ingestion.collect.landing import ENGLAND
from ingestion.collect.run import collect, collect_national
from ingestion.decide import decide
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.returns.catalogue import find_return
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.migrate import migrate
from samples import write_national_samples

RETURN, TOTALS = "pss_ex1", "pss_ex1_totals"
COUNCIL = "dudley"


@dataclass(frozen=True)
class Load:
    """Seconds of one load, step by step."""

    collect: float
    check: float
    build: float

    @property
    def total(self) -> float:
        """The total seconds."""
        return self.collect + self.check + self.build


def main() -> None:
    """Load year after year and print the time of each."""
    with tempfile.TemporaryDirectory(prefix="club-growth-") as name:
        folder = Path(name)
        landing = folder / "landing"
        with running(folder, str(landing)) as settings:
            migrate(settings)
            prepare_crosswalk(settings)
            lines = []
            years = sorted(path for path in (landing_zone(folder) / ENGLAND / RETURN).iterdir() if path.is_dir())
            for held, year in enumerate(years, start=1):
                added = _add(settings, landing, year)
                again = send_again(settings, landing, years[0], figure=10_000 + held)
                lines.append((held, year.name, added, again))
                print(f"{year.name}: {added.total:.1f} s, sent again: {again.total:.1f} s", flush=True)
    _print(lines)


def landing_zone(folder: Path) -> Path:
    """Return the landing zone given, or one with an invented national collection in this folder."""
    given = os.environ.get("LANDING_ZONE")
    source = Path(given) if given else folder / "invented"
    if not given:
        write_national_samples(source, periods=find_return(RETURN).periods)
    return source


def _add(settings: Settings, landing: Path, year: Path) -> Load:
    target = landing / ENGLAND / RETURN / year.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(year, target)
    return _load(settings, lambda: collect_national(settings, RETURN, f"{ENGLAND}/{year.name}"))


def send_again(settings: Settings, landing: Path, year: Path, figure: int, project: Path = DBT_PROJECT) -> Load:
    """Send a council's own return of a year, with a new figure of the home care hours, and time its load."""
    target = landing / COUNCIL / RETURN / year.name
    target.mkdir(parents=True, exist_ok=True)
    for table in ("activity", "spend"):
        (found,) = (path for path in (year / table).iterdir() if COUNCIL in path.stem.lower())
        rows = list(csv.reader(found.read_text(encoding="utf-8").splitlines(keepends=True)))
        for row in rows:
            if table == "activity" and row and row[0].startswith("Table 1 line 4 column A"):
                row[1] = str(figure)
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path = target / f"{table}.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        os.utime(path, (1e9, 1e9))  # an old file is not watched for further writing
    return _load(settings, lambda: collect(settings, RETURN, COUNCIL), project)


def _load(settings: Settings, take_in: Callable[[], object], project: Path = DBT_PROJECT) -> Load:
    collecting = timed(take_in)

    def check_and_decide() -> None:
        for code in (RETURN, TOTALS):
            check(settings, code)
            decide(settings, code)

    checking = timed(check_and_decide)
    return Load(collecting, checking, timed(lambda: build_marts(settings, project=project)))


def _print(lines: list[tuple[int, str, Load, Load]]) -> None:
    steps = ("collect", "check", "build", "all")
    table = Table("years held", "added", *steps, *(f"again: {step}" for step in steps))
    for held, year, added, again in lines:
        seconds = [
            value for load in (added, again) for value in (load.collect, load.check, load.build, load.total)
        ]
        table.add_row(str(held), year, *(f"{value:.1f}" for value in seconds))
    console = Console(width=140)
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; seconds")
    console.print(table)


if __name__ == "__main__":
    main()
