"""All England over twenty years: the full build, one resubmission, and the queries of the analysts' guide.

Run with `make bench-scale LANDING_ZONE=/path/to/landing`, a landing zone with a national collection
(`england/pss_ex1/<year>/`); without one it invents returns. Everything else that the landing zone holds is loaded
too, as the queries ask for it. PSS EX1 ended with 2007-08, so the years after it are copies of that year, with its
form, of the councils that existed in the year: the seeds are extended in a copy of the dbt project, the
returns in the database.
"""

import csv
import os
import platform
import re
import shutil
import statistics
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.growth import RETURN, landing_zone, send_again
from benchmarks.road import running, take_in, timed
from ingestion.collect.landing import ENGLAND
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.model.dbt import run_dbt
from ingestion.returns.catalogue import catalogue, find_return
from ingestion.settings import DBT_PROJECT, PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from samples import write_samples

LAST = "2007-08"
ADDED = tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(2008, 2020))
YEARS = len(find_return(RETURN).periods) + len(ADDED)
# Columns of the seeds that hold a year, and those that hold the last year of a spell.
YEAR, END = "period_code", ("to_period", "valid_to_period")
KNOWN_ON = r"as_known_on\('[0-9-]+'\)"
ROUNDS, RESUBMISSIONS = 5, 3

# A copy of every return of the last year whose council goes on, under the same ids shifted by a step that
# differs for each year.
COPY_YEAR = """
create temp table copied on commit drop as
select submission_id
from ledger.submission
where
    return_code = 'pss_ex1'
    and period_code = %(last)s
    and sender in (
        select authority_code from staging.authority_types
        where from_period <= %(period)s and coalesce(to_period, %(period)s) >= %(period)s
    );

insert into ledger.submission (
    submission_id, sender, return_code, period_code, version, fingerprint, state, is_in_force, collection
) overriding system value
select
    submission_id + %(step)s, sender, return_code, %(period)s, version, fingerprint, state, is_in_force, collection
from ledger.submission inner join copied using (submission_id);

insert into ledger.submission_file (
    file_id, submission_id, table_name, file_name, landing_path, sheet_name, column_offset, sha256, size_bytes
) overriding system value
select
    file_id + %(step)s, submission_id + %(step)s, table_name, file_name, landing_path, sheet_name, column_offset,
    sha256, size_bytes
from ledger.submission_file inner join copied using (submission_id);

insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)
select submission_id + %(step)s, from_state, to_state, decided_by, reason
from ledger.decision inner join copied using (submission_id);

insert into raw.pss_ex1_cells
select submission_id + %(step)s, file_id + %(step)s, line_number, column_number, value
from raw.pss_ex1_cells inner join copied using (submission_id);
"""


def main() -> None:
    """Measure once and print."""
    with tempfile.TemporaryDirectory(prefix="club-scale-") as name:
        folder = Path(name)
        landing = folder / "landing"
        copy_returns(landing_zone(folder), landing)
        if not os.environ.get("LANDING_ZONE"):
            write_samples(folder / "samples")
            copy_returns(folder / "samples", landing)
        with running(folder, str(landing)) as settings:
            _measure(settings, landing, lengthened_project(folder / "dbt_project"))


def _measure(settings: Settings, landing: Path, project: Path) -> None:
    migrate(settings)
    prepare_crosswalk(settings)
    for code in catalogue():
        take_in(settings, code)
    first = landing / ENGLAND / RETURN / "2000-01"
    steps = _builds(settings, landing, first, YEARS - len(ADDED), DBT_PROJECT)
    lengthen_returns(settings)
    steps += _builds(settings, landing, first, YEARS, project)
    run_dbt(settings, "compile", "--quiet", "--select", "path:analyses", project=project)
    compiled = settings.state_folder / "dbt" / "target" / "compiled" / "club" / "analyses"
    # Queries of what was known on a day are run for today: before, nothing had been loaded here.
    of_guide = {
        name: re.sub(KNOWN_ON, f"as_known_on('{date.today()}')", query) for name, query in guide_queries().items()
    }
    queries = of_guide | {path.stem: path.read_text() for path in sorted(compiled.glob("*.sql"))}
    _print(settings, steps, query_times(settings, queries))


def _builds(settings: Settings, landing: Path, first: Path, years: int, project: Path) -> list[tuple[str, float]]:
    """Time a full build with so many years held, and the builds after some resubmissions of the first year."""
    steps = [(f"full build, {years} years", timed(lambda: build_marts(settings, full=True, project=project)))]
    _say(*steps)
    for turn in range(1, RESUBMISSIONS + 1):
        again = send_again(settings, landing, first, 1_000 * years + turn, project)
        steps.append((f"build after a resubmission, {years} years ({turn})", again.build))
        _say(steps[-1])
    return steps


def copy_returns(source: Path, landing: Path) -> None:
    """Copy the content of a landing zone into one of our own; of PSS EX1 only the national collection.

    A member's own return would count instead of its copy in the collection.
    """
    for returns in source.glob("*/*"):
        if returns.is_dir() and (returns.name != RETURN or returns.parent.name == ENGLAND):
            shutil.copytree(returns, landing / returns.relative_to(source))


def lengthened_project(folder: Path) -> Path:
    """Copy the dbt project and extend its seeds to the added years, as in the last one."""
    shutil.copytree(DBT_PROJECT, folder, ignore=shutil.ignore_patterns("target", "logs"))
    for path in (folder / "seeds").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            headings = reader.fieldnames or []
            longer = [longer_row for row in reader for longer_row in _lengthened(row)]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headings)
            writer.writeheader()
            writer.writerows(longer)
    return folder


def _lengthened(row: dict[str, str]) -> list[dict[str, str]]:
    goes_on = {column: ADDED[-1] for column in END if row.get(column) == LAST}
    if row.get(YEAR) != LAST:
        return [row | goes_on]
    return [row, *(row | {YEAR: period} for period in ADDED)]


def lengthen_returns(settings: Settings) -> None:
    """Copy the returns of the last year into each of the added ones."""
    for number, period in enumerate(ADDED, start=1):
        values = {"step": 1_000_000 * number, "period": period, "last": LAST}
        with connect(settings, Role.ADMIN) as connection:
            for statement in COPY_YEAR.split(";\n\n"):
                connection.execute(statement, values)


def guide_queries() -> dict[str, str]:
    """Return the queries of the analysts' guide, by their heading and their number below it."""
    guide = (PROJECT_ROOT / "docs" / "analysts-guide.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", guide, flags=re.MULTILINE)[1:]
    return {
        f"{section.splitlines()[0]} ({turn})": query
        for section in sections
        for turn, query in enumerate(re.findall(r"```sql\n(.*?)```", section, flags=re.DOTALL), start=1)
    }


def query_times(settings: Settings, queries: dict[str, str]) -> dict[str, tuple[int, float]]:
    """Return rows and median milliseconds of each query, run as an analyst."""
    with connect(settings, Role.ANALYST, autocommit=True) as connection:

        def ask(query: str) -> tuple[int, float]:
            rows = len(connection.execute(query.encode()).fetchall())
            rounds = (timed(lambda: connection.execute(query.encode()).fetchall()) for _ in range(ROUNDS))
            return rows, 1000 * statistics.median(rounds)

        return {name: ask(query) for name, query in queries.items()}


def _say(*steps: tuple[str, float]) -> None:
    for name, seconds in steps:
        print(f"{name}: {seconds:.1f} s", flush=True)


def _print(settings: Settings, steps: list[tuple[str, float]], times: dict[str, tuple[int, float]]) -> None:
    with connect(settings, Role.ANALYST) as connection:
        sizes = {
            mart: (connection.execute(f"select count(*) from marts.{mart}").fetchone() or (0,))[0]  # noqa: S608 -- ours
            for mart in ("fct_measure", "fct_indicator", "fct_comparison")
        }
    console = Console(width=140)
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    console.print(", ".join(f"{mart} {rows:,} rows" for mart, rows in sizes.items()))
    builds = Table("Builds", "seconds")
    for name, seconds in steps:
        builds.add_row(name, f"{seconds:,.1f}")
    queries = Table(f"Queries, {YEARS} years", "rows", "ms, median")
    for name, (rows, milliseconds) in times.items():
        queries.add_row(name, f"{rows:,}", f"{milliseconds:,.1f}")
    console.print(builds, queries)


if __name__ == "__main__":
    main()
