"""Builds that are killed at a moment that is known by what they have done, and readers that look on meanwhile."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg

from ingestion.errors import ClubError
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from tests.support.waiting import until

# The build that is read, and what tells it from any other: a figure of it in each kind of mart.
STATE = """
select
    (select build_id from marts.build) as build_id,
    (select count(*) from marts.fct_measure) as measures,
    (select sum(value) from marts.fct_measure where measure_code = 'hh1_hours_la') as hours,
    (select sum(value) from marts.fct_indicator where indicator_code = 'B17') as indicators,
    (select sum(value - comparator_value) from marts.fct_comparison where indicator_code = 'B17') as comparisons,
    (select count(*) from marts.fct_driver) as drivers,
    (select sum(value) from sharing.indicator where indicator_code = 'B17') as shared
"""
State = tuple[object, ...]

# So many tables of the next build have been written, and analysed as each is in the end.
Moment = int | str
BEFORE, AMID, UNCOMMITTED, COMMITTED = (
    "before the schemas change places", "when some have changed places", "when all have, before the commit",
    "after the commit",
)  # fmt: skip
WRITTEN = """
select count(*) from pg_stat_user_tables where schemaname like '%%\\_next' and last_analyze > %s
"""

# A build that stops for ever at a moment, when it has said so.
BUILD = """
import sys, threading
from pathlib import Path
from ingestion.model import build, schemas
from tests.support import disturbed_builds as moments
from tests.support.warehouses import settings_in

home, landing, moment = sys.argv[1:]
publish, rename, renamed = build.publish, schemas._rename, []

def stop_if(at):
    if moment == at:
        print(at, flush=True)
        threading.Event().wait()

def rename_slowly(*arguments):
    rename(*arguments)
    renamed.append(arguments)
    if len(renamed) == 4:
        stop_if(moments.AMID)

def publish_slowly(*arguments):
    stop_if(moments.BEFORE)
    schemas._rename = rename_slowly
    publish(*arguments)
    stop_if(moments.UNCOMMITTED)

build.publish = publish_slowly
build.build_marts(settings_in(Path(home), Path(landing)))
stop_if(moments.COMMITTED)
"""


def state(settings: Settings) -> State:
    """Return what is read."""
    with connect(settings, Role.ANALYST) as connection:
        return connection.execute(STATE).fetchone() or ()


@contextmanager
def reader_that_polls(settings: Settings, *, server_stops: bool = False) -> Iterator[Callable[[], set[State]]]:
    """Read every 50 ms until the end of the block, and provide what was seen; no read fails or waits long.

    Where the server stops meanwhile, connections are lost, and made again.
    """
    seen: set[State] = set()
    wrong: list[str] = []
    is_over = threading.Event()

    def poll() -> None:
        with connect(settings, Role.ANALYST, autocommit=True) as connection:
            connection.execute("set statement_timeout = '30s'")
            connection.execute("set lock_timeout = '1s'")
            while not is_over.wait(0.05):
                seen.add(connection.execute(STATE).fetchone() or ())

    def keep_polling() -> None:
        while not is_over.is_set():
            try:
                poll()
            except (psycopg.Error, ClubError) as error:
                if not (server_stops and isinstance(error, psycopg.OperationalError | ClubError)):
                    wrong.append(str(error))
                    return
                is_over.wait(0.05)

    thread = threading.Thread(target=keep_polling)
    thread.start()
    try:
        yield lambda: seen
    finally:
        is_over.set()
        thread.join()
    assert not wrong


@contextmanager
def build_at(settings: Settings, moment: Moment) -> Iterator[subprocess.Popen[str]]:
    """Provide a build, in a process of its own, that has come to a moment; it is killed in the end."""
    with connect(settings, Role.ADMIN, autocommit=True) as admin:
        (begun,) = admin.execute("select clock_timestamp()").fetchone() or (None,)
        build = subprocess.Popen(
            [sys.executable, "-c", BUILD, str(settings.home), settings.landing, str(moment)],
            cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            if isinstance(moment, int):
                until(lambda: build.poll() is not None or _written(admin, begun) >= moment, seconds=600)
            else:
                # A build tells what it did on the same way.
                assert build.stdout and any(line.strip() == moment for line in build.stdout)
            assert build.poll() is None, "it ended before the moment came"
            with suppress(psycopg.OperationalError):
                admin.close()
            yield build
        finally:
            build.kill()
            build.communicate()


def _written(admin: psycopg.Connection, begun: object) -> int:
    (count,) = admin.execute(WRITTEN, [begun]).fetchone() or (0,)
    return int(count)
