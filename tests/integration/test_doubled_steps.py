"""A step that is started twice ends well twice, and leaves what one run leaves.

Airflow starts a task again whose supervisor was killed, while the task itself runs on.
"""

import importlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
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


def expect_one_version(loader: psycopg.Connection) -> None:
    assert loader.execute("select sender, version from ledger.submission").fetchall() == [("dudley", 1)]


def expect_findings_once(loader: psycopg.Connection) -> None:
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


def expect_decisions_once(loader: psycopg.Connection) -> None:
    assert counted(loader, "decision") == counted(loader, "submission") == 14


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_return_collected_twice_is_one_version(
    delivered: Settings, loader: psycopg.Connection, offset: float
) -> None:
    twice(lambda: collect(delivered, FORM, "dudley"), offset)
    expect_one_version(loader)


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_return_checked_and_decided_twice_has_its_findings_and_its_decision_once(
    delivered: Settings, loader: psycopg.Connection, offset: float
) -> None:
    collect_all(delivered)
    twice(lambda: check(delivered, FORM), offset)
    expect_findings_once(loader)
    twice(lambda: decide(delivered, FORM), offset)
    expect_decisions_once(loader)


@dataclass(frozen=True)
class Halt:
    """A step, the call in its middle at which its first run is stopped, and what one run of it leaves."""

    step: Callable[[Settings], object]
    call: str
    before: Callable[[Settings], object]
    expect: Callable[[psycopg.Connection], None]


HALTS = {
    "collect": Halt(
        lambda settings: collect(settings, FORM, "dudley"), "ingestion.collect.run.read_delivery",
        lambda _: None, expect_one_version,
    ),
    "check": Halt(
        lambda settings: check(settings, FORM), "ingestion.check.run.record", collect_all, expect_findings_once
    ),
    "decide": Halt(
        lambda settings: decide(settings, FORM), "ingestion.warehouse.decisions._write",
        lambda settings: (collect_all(settings), check(settings, FORM)), expect_decisions_once,
    ),
}  # fmt: skip


@contextmanager
def halted(step: Callable[[], object], call: str) -> Iterator[BaseProcess]:
    """Provide a process that has come to a call, and is stopped there as a machine without memory stops it."""
    module, _, name = call.rpartition(".")
    real = getattr(importlib.import_module(module), name)

    def halt_once(*arguments: object, **named: object) -> object:
        setattr(importlib.import_module(module), name, real)
        os.kill(os.getpid(), signal.SIGSTOP)
        return real(*arguments, **named)

    def run() -> None:
        setattr(importlib.import_module(module), name, halt_once)
        step()

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    try:
        until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED, seconds=600)
        yield process
    finally:
        process.kill()
        process.join()


def holders(admin: psycopg.Connection) -> set[int]:
    """The sessions that others wait for."""
    found = admin.execute("select unnest(pg_blocking_pids(pid)) from pg_stat_activity").fetchall()
    return {session for (session,) in found}


def run_while_halted(
    settings: Settings, loader: psycopg.Connection, halt: Halt, *, loses_its_lock: bool, seconds: float = 0
) -> int | None:
    """Stop a step, run it again meanwhile, and let the first one go on; return how that one ended."""
    halt.before(settings)
    second = multiprocessing.get_context("fork").Process(target=halt.step, args=(settings,))
    with (
        connect(settings, Role.ADMIN, autocommit=True) as admin,
        halted(lambda: halt.step(settings), halt.call) as first,
    ):
        second.start()
        until(lambda: bool(holders(admin)))
        if loses_its_lock:
            (lost,) = holders(admin)
            admin.execute("select pg_terminate_backend(%s, 10000)", [lost])
            until(lambda: not second.is_alive() or bool(holders(admin) - {lost}), seconds=600)
        time.sleep(seconds)
        os.kill(first.pid or 0, signal.SIGCONT)
        first.join(600)
        second.join(600)
        assert second.exitcode == 0
        halt.expect(loader)
        return first.exitcode


@pytest.mark.parametrize("name", HALTS)
def test_a_step_that_was_stopped_goes_on_and_the_second_finds_nothing_to_do(
    delivered: Settings, loader: psycopg.Connection, name: str
) -> None:
    assert run_while_halted(delivered, loader, HALTS[name], loses_its_lock=False) == 0


@pytest.mark.parametrize("name", HALTS)
def test_a_step_that_has_lost_its_lock_writes_nothing_late(
    delivered: Settings, loader: psycopg.Connection, name: str
) -> None:
    """The second takes it over, as nothing keeps it out; the first may fail, or find nothing to do."""
    run_while_halted(delivered, loader, HALTS[name], loses_its_lock=True)


def build_twice(settings: Settings, offset: float) -> None:
    """Build in two processes, and compare with what was built before."""
    before = what_others_read(settings)
    with connect(settings, Role.ADMIN) as connection:
        keys = connection.execute(FOREIGN_KEYS).fetchone()
    twice(lambda: build_marts(settings), offset)
    assert what_others_read(settings) == before
    with connect(settings, Role.ADMIN) as connection:
        assert connection.execute(FOREIGN_KEYS).fetchone() == keys


def test_the_marts_built_twice_at_once_are_those_built_once(sample_warehouse: Settings) -> None:
    """Slow, as it builds twice."""
    build_twice(settings_in(sample_warehouse.home), 0.5)


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
