"""Kill -9 in the middle of a load: the next run ends where an undisturbed one would have ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.server import EmbeddedServer
from tests.conftest import empty_warehouse, run_road
from tests.support.returns import sample_return
from tests.support.warehouses import Warehouses, settings_in, walkable

PATIENCE = 30.0

# A loader that stops for ever in the middle of its second file, with rows already sent to the server.
LOADER = """
import sys, threading
from pathlib import Path
from ingestion.collect import run as collect, copying
from ingestion.settings import Settings

def copy_half(cursor, submission_id, tables):
    def until_the_middle(rows):
        yield from rows[: len(rows) // 2]
        # More than the client keeps in its buffers.
        yield from (f"{line}\\t1\\tand so on" for line in range(10_000, 70_000))
        threading.Event().wait()

    (_, first), (_, second) = tables
    second.copy_text = until_the_middle(second.copy_text)
    copying.copy_tables(cursor, submission_id, tables)

collect.copy_tables = copy_half
home, landing, sender = sys.argv[1:]
collect.collect(Settings(home=Path(home), landing_zone=landing, settle_seconds=0), "pss_ex1", sender)
"""


@dataclass(frozen=True)
class Outcome:
    """What is in the warehouse after a run, without the numbers that the database gives out."""

    submissions: list[tuple]
    files: list[tuple]
    cells: list[tuple]
    findings: list[tuple]


def outcome(settings: Settings) -> Outcome:
    with connect(settings, Role.LOADER) as connection:
        return Outcome(
            connection.execute(
                "select sender, period_code, version, state, is_in_force from ledger.submission order by 1, 2, 3"
            ).fetchall(),
            connection.execute(
                "select file_name, table_name, sha256, cell_count from ledger.submission_file order by 3"
            ).fetchall(),
            connection.execute(
                """
                select sender, file_name, line_number, column_number, value
                from raw.pss_ex1_cells
                left join ledger.submission_file using (submission_id, file_id)
                left join ledger.submission using (submission_id)
                order by 1, 2, 3, 4
                """
            ).fetchall(),
            connection.execute(
                "select rule_code, line_number, message from ledger.finding order by 1, 2"
            ).fetchall(),
        )


def deliver(settings: Settings) -> None:
    """Two good returns, and one with a fault between them that is only a warning."""
    for authority in ("birmingham", "solihull"):
        sample_return(authority, "2006-07").deliver(settings)
    faulty = sample_return("dudley", "2006-07")
    faulty.with_cell("activity.csv", faulty.activity_cell("days_schools_own"), "n/k").deliver(settings)


@pytest.fixture
def undisturbed(settings: Settings) -> Outcome:
    """What a run that nobody disturbs comes to; afterwards the warehouse is empty again."""
    deliver(settings)
    run_road(settings)
    found = outcome(settings)
    empty_warehouse(settings)
    assert [state for _, _, _, state, _ in found.submissions] == ["accepted", "accepted_with_warnings", "accepted"]
    assert len(found.cells) > 3000
    return found


@contextmanager
def loader_amid_its_copy(settings: Settings, sender: str) -> Iterator[subprocess.Popen]:
    """A loader process of which the server has already taken rows that are not committed."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOADER, str(settings.home), settings.landing, sender],
        env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        with connect(settings, Role.ADMIN, autocommit=True) as connection:
            wait_until(lambda: rows_on_their_way(connection) > 0, process)
        yield process
    finally:
        process.kill()
        process.communicate()


def rows_on_their_way(connection: psycopg.Connection) -> int:
    """Rows of the spend table that a COPY has sent and not finished sending."""
    row = connection.execute(
        """
        select copying.tuples_processed
        from pg_stat_progress_copy as copying
        where copying.relid = 'raw.pss_ex1_cells'::regclass
            and exists (
                select 1 from pg_stat_activity as activity
                where activity.pid = copying.pid and activity.wait_event = 'ClientRead'
            )
        """
    ).fetchone()
    return row[0] if row else 0


def wait_until(holds: Callable[[], bool], process: subprocess.Popen | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert process is None or process.poll() is None, process.communicate()[0].decode()
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def test_after_a_killed_loader_nothing_is_half_there_and_the_next_run_makes_it_whole(
    settings: Settings, loader: psycopg.Connection, undisturbed: Outcome
):
    with loader_amid_its_copy(settings, "dudley") as process:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    for table in ("ledger.submission", "ledger.submission_file", "raw.pss_ex1_cells"):
        assert loader.execute(f"select count(*) from {table}").fetchone() == (0,)
    run_road(settings)
    assert outcome(settings) == undisturbed


def test_after_a_killed_server_the_next_run_makes_it_whole(
    undisturbed: Outcome, warehouses: Warehouses, tmp_path_factory: pytest.TempPathFactory
):
    """Slow, as it takes the same returns in twice, and waits for what a killed server leaves running."""
    home = walkable(tmp_path_factory.mktemp("home"))
    warehouses.put_empty(home)
    settings = settings_in(home)
    server = EmbeddedServer(settings)
    address = server.start()
    try:
        deliver(settings)
        with loader_amid_its_copy(settings, "dudley") as process:
            os.kill(int((address.data_folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            wait_until(lambda: server.address() is None)
            assert process.poll() is None
        assert server.start() == address
        assert outcome(settings) == Outcome([], [], [], [])
        run_road(settings)
        assert outcome(settings) == undisturbed
    finally:
        server.stop()
