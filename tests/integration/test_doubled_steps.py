"""A step that is started twice ends well twice, and leaves what one run leaves.

Airflow starts a task again whose supervisor was killed, while the task itself runs on.
"""

import multiprocessing
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from structlog.testing import capture_logs

from ingestion.check.run import check
from ingestion.collect.run import collect
from ingestion.decide import decide
from ingestion.model.build import build_marts
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.step_lock import one_at_a_time
from samples import write_samples
from tests.conftest import what_others_read
from tests.support.waiting import until
from tests.support.warehouses import settings_in

FORM = "pss_ex1"
OFFSETS = (0.0, 0.05, 0.2, 0.8)
FOREIGN_KEYS = "select count(*) from pg_constraint where contype = 'f' and connamespace = 'marts'::regnamespace"


def twice(step: Callable[[], object], offset: float) -> None:
    """Run a step in two processes, one begun so many seconds after the other; both must end well."""

    def begin(delay: float) -> None:
        time.sleep(delay)
        step()

    forked = multiprocessing.get_context("fork")
    runs = [forked.Process(target=begin, args=(delay,)) for delay in (0.0, offset)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(300)
    assert [run.exitcode for run in runs] == [0, 0]


@pytest.fixture
def delivered(settings: Settings, loader: psycopg.Connection) -> Settings:
    """The samples of a year, of which nothing has been collected."""
    write_samples(Path(settings.landing), periods=("2006-07",))
    return settings


def counted(connection: psycopg.Connection, table: str) -> int:
    (count,) = connection.execute(f"select count(*) from ledger.{table}").fetchone() or (0,)
    return int(count)


def collect_all(settings: Settings) -> None:
    for sender in sorted(path.name for path in Path(settings.landing).iterdir() if not path.name.startswith("_")):
        collect(settings, FORM, sender)


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_return_collected_twice_is_one_version(
    delivered: Settings, loader: psycopg.Connection, offset: float
) -> None:
    twice(lambda: collect(delivered, FORM, "dudley"), offset)
    assert loader.execute("select sender, version from ledger.submission").fetchall() == [("dudley", 1)]


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_return_checked_and_decided_twice_has_its_findings_and_its_decision_once(
    delivered: Settings, loader: psycopg.Connection, offset: float
) -> None:
    collect_all(delivered)
    twice(lambda: check(delivered, FORM), offset)
    checked = loader.execute(
        "select count(*), count(distinct (submission_id, file_id, rule_code, line_number, column_number, message))"
        " from ledger.finding"
    ).fetchone()
    assert checked is not None
    assert checked[0] == checked[1] > 0
    (ran,) = loader.execute(
        "select count(*) from ledger.rule_result where outcome <> 'not_run' group by rule_code order by 1 desc"
    ).fetchone() or (0,)
    assert ran == 1

    twice(lambda: decide(delivered, FORM), offset)
    assert counted(loader, "decision") == counted(loader, "submission") == 14


def test_the_marts_built_twice_at_once_are_those_built_once(sample_warehouse: Settings) -> None:
    """Slow, as it builds twice."""
    settings = settings_in(sample_warehouse.home)
    before = what_others_read(settings)
    with connect(settings, Role.ADMIN) as connection:
        keys = connection.execute(FOREIGN_KEYS).fetchone()
    twice(lambda: build_marts(settings), 0.5)
    assert what_others_read(settings) == before
    with connect(settings, Role.ADMIN) as connection:
        assert connection.execute(FOREIGN_KEYS).fetchone() == keys


def test_whoever_comes_second_says_that_it_waits(settings: Settings) -> None:
    def take() -> None:
        with one_at_a_time(settings, Role.LOADER, "a step"):
            pass

    with capture_logs() as said:
        with one_at_a_time(settings, Role.LOADER, "a step"):
            second = threading.Thread(target=take)
            second.start()
            until(lambda: bool(said))
        second.join(timeout=60)
    assert not second.is_alive()
    assert [(line["step"], line["log_level"]) for line in said] == [("a step", "warning")]


def test_nobody_who_only_reads_can_hold_up_a_step(settings: Settings) -> None:
    for role in (Role.ANALYST, Role.BI, Role.OUTSIDE):
        with connect(settings, role) as reader:
            reader.execute("set transaction read write")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute("select from ledger.step for update")
