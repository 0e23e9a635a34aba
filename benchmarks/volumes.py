"""Measure one server at national volumes: load, check, build and queries over millions of rows about children.

Run with `make bench-volumes`. The members send real files of so many invented children; these are collected,
checked and pseudonymised as ever. Then each return is copied in the database, under other pseudonyms, as that of a
council that is no member, until there are as many rows as asked for, and all is built. What takes time before the
copies is therefore measured on the files' rows, and what comes after on all of them.
"""

import argparse
import os
import platform
import re
import shutil
import tempfile
from pathlib import Path

from psycopg import Connection, sql
from rich.console import Console
from rich.table import Table

from benchmarks.meter import Meter
from benchmarks.road import collect_all, running
from benchmarks.scale import guide_queries, query_times
from ingestion.authorities import authorities, lifetimes
from ingestion.errors import ClubError
from ingestion.model.build import build_marts
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.operation.year_by_year import check_year_by_year
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from samples.ssda903 import write_child_samples

RETURN = "ssda903"
PERIODS = ("2023-24", "2024-25", "2025-26")
COUNCIL = "dudley"
GIBIBYTE = 1024**3
#: Added to the numbers of submissions and files, times the number of the copy.
STEP = 1_000_000
_SENDERS = """
create temporary table senders on commit drop as
select member, copied_to from unnest(%s::text[], %s::text[]) as pairs (member, copied_to)
"""
# The tables to copy, besides the rows, and the column that names whose they are.
_LEDGER = {"submission": "sender", "submission_file": None, "decision": None}
_OURS = (
    "submission_id in (select submission_id from ledger.submission where return_code = {} and submission_id < {})"
)


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=3250, help="that each member looks after on 31 March")
    parser.add_argument("--copies", type=int, default=9, help="how often each return is copied to another council")
    parser.add_argument("--most", type=float, default=20.0, help="GiB that the run may take of the disk")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="club-volumes-") as name:
        folder = Path(name)
        if shutil.disk_usage(folder).free < given.most * GIBIBYTE:
            raise SystemExit(f"{folder} has less than {given.most:.0f} GiB free: make room, or set TMPDIR.")
        with running(folder, str(folder / "landing")) as settings:
            _measure(settings, folder, given.children, given.copies)


def _measure(settings: Settings, folder: Path, children: int, copies: int) -> None:
    migrate(settings)
    prepare_crosswalk(settings)
    landing = Path(settings.landing)
    (pid_file,) = folder.rglob("postmaster.pid")
    meter = Meter(settings, pid_file.parent)
    meter.measure("write the files", lambda: write_child_samples(landing, periods=PERIODS, children=children))
    meter.measure("collect", lambda: collect_all(settings, RETURN))
    sent = rows_held(settings, "raw")
    meter.measure("check and pseudonymise", lambda: check_year_by_year(settings, RETURN))
    for copy in range(1, copies + 1):
        meter.measure(f"copy {copy}", lambda copy=copy: copy_returns(settings, copy))  # type: ignore[misc]
        # Twice: what grows faster than the rows is seen in the second build.
        if copy in (1, copies):
            held = rows_held(settings, "pseudonymised")
            meter.measure(f"full build, {held:,} rows", lambda: build_marts(settings, full=True))
    for path in (landing / COUNCIL / RETURN / PERIODS[-1]).iterdir():
        path.write_bytes(path.read_bytes() + b"\n")
        os.utime(path, (1e9, 1e9))  # an old file is not watched for further writing
    meter.measure("a return again: collect", lambda: collect_all(settings, RETURN))
    meter.measure("a return again: check", lambda: check_year_by_year(settings, RETURN))
    meter.measure("a return again: build", lambda: build_marts(settings))
    _print(settings, meter, sent, held)


def rows_held(settings: Settings, schema: str) -> int:
    """Count the rows about children in a schema."""
    with connect(settings, Role.ADMIN) as connection:
        return sum(
            (connection.execute(sql.SQL("select count(*) from {}").format(table)).fetchone() or (0,))[0]
            for table in _tables(schema)
        )


def copy_returns(settings: Settings, copy: int) -> None:
    """Copy every return of the members as one of a council that is no member, under other pseudonyms."""
    members = [code for code, authority in authorities().items() if authority.is_member]
    lasting = {code for code, life in lifetimes().items() if life.includes(PERIODS[0]) and not life.last}
    others = [code for code in authorities() if code in lasting and code not in members]
    chosen = others[(copy - 1) * len(members) : copy * len(members)]
    if len(chosen) < len(members):
        raise ClubError(
            f"There are no {copy} times {len(members)} councils beside the members: take fewer copies."
        )
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(_SENDERS, [members, chosen])
        for name, owner in _LEDGER.items():
            _copy(connection, sql.Identifier("ledger", name), owner, copy * STEP)
        for table in _tables("pseudonymised"):
            _copy(connection, table, "authority_code", copy * STEP)
        connection.commit()
        connection.autocommit = True
        for table in _tables("pseudonymised"):
            connection.execute(sql.SQL("analyze {}").format(table))


def _copy(connection: Connection, table: sql.Identifier, owner: str | None, step: int) -> None:
    """Copy the members' rows of a table; a decision gets its own number, as builds go by these."""
    found = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        [table.as_string(connection)],
    ).fetchall()
    columns = [name for (name,) in found if name != "decision_id"]
    instead = {
        "submission_id": sql.SQL("submission_id + {}").format(step),
        "file_id": sql.SQL("file_id + {}").format(step),
        "child_id": sql.SQL("md5(child_id || {})").format(str(step)),
    } | ({owner: sql.SQL("senders.copied_to")} if owner else {})
    of_sender = sql.SQL("inner join senders on senders.member = {}").format(sql.Identifier(owner or ""))
    statement = "insert into {0} ({1}) overriding system value select {2} from {0} as rows {3} where {4}"
    connection.execute(
        sql.SQL(statement).format(
            table,
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(instead.get(column, sql.Identifier(column)) for column in columns),
            of_sender if owner else sql.SQL(""),
            sql.SQL(_OURS).format(RETURN, STEP),
        )
    )


def _tables(schema: str) -> list[sql.Identifier]:
    return [sql.Identifier(schema, table) for table in find_return(RETURN).raw_tables]


def _slowest(settings: Settings) -> list[tuple[str, float | None, float, int | None]]:
    """Return the nodes that took longest in the larger full build: name, seconds in the smaller, in it, rows."""
    with connect(settings, Role.ADMIN) as connection:
        return connection.execute(
            """
            with builds as (
                select build_run_id, row_number() over (order by build_run_id) as turn from ledger.build_run
            )
            select node, max(seconds) filter (where turn = 1), max(seconds) filter (where turn = 2),
                max(rows) filter (where turn = 2)
            from ledger.build_node inner join builds using (build_run_id)
            where turn <= 2
            group by node
            order by 3 desc nulls last
            limit 20
            """
        ).fetchall()


def _print(settings: Settings, meter: Meter, sent: int, held: int) -> None:
    console = Console(width=150)
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    console.print(f"{sent:,} rows sent in files, {held:,} held and built")
    table = Table(
        "step", "seconds", "PostgreSQL's", "Python's", "peak MiB", "temporary MiB", "database MiB", "load"
    )
    for step in meter.steps:
        numbers = (step.seconds, step.of_postgres, step.of_python, step.peak, step.temporary, step.size, step.load)
        table.add_row(step.step, *(f"{number:,.1f}" for number in numbers))
    nodes = Table("slowest nodes of the full build", "seconds of the smaller", "of the larger", "rows")
    for name, smaller, larger, rows in _slowest(settings):
        nodes.add_row(name, f"{smaller or 0:,.1f}", f"{larger:,.1f}", f"{rows:,}" if rows else "")
    queries = Table("query", "rows", "ms, median")
    asked = {name: query for name, query in guide_queries().items() if not re.search("as_known_on", query)}
    for name, (rows, milliseconds) in query_times(settings, asked).items():
        queries.add_row(name, f"{rows:,}", f"{milliseconds:,.1f}")
    console.print(table, nodes, queries)


if __name__ == "__main__":
    main()
