"""Loads on two workers, each of which loses something: a step, its supervisor, a worker, the broker.

One installation for all, and beside it one whose steps are taken in one process: before each load every sender
sends its return again, and after it both warehouses have come to the same.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ingestion.model.build import build_marts
from ingestion.settings import Settings
from samples import write_samples
from tests.conftest import run_road
from tests.end_to_end.workers import WorkingClub, kill, what_came_of_it, working_club
from tests.integration.test_incremental import send_more_hours
from tests.support.waiting import until
from tests.support.warehouses import Warehouses, settings_in, walkable

SENDERS, RETURN = ("dudley", "herefordshire", "walsall"), "pss_ex1"
# As many steps at once as there are senders (`Club.environment`).
AT_ONCE = len(SENDERS)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A landing zone with one return, of two years, of each sender."""
    folder = walkable(tmp_path_factory.mktemp("delivered"))
    write_samples(folder / "all")
    for sender in SENDERS:
        (folder / "landing" / sender).mkdir(parents=True)
        (folder / "all" / sender / RETURN).rename(folder / "landing" / sender / RETURN)
    return folder / "landing"


@pytest.fixture(scope="module")
def alone(warehouses: Warehouses, landing: Path) -> Iterator[Settings]:
    """A warehouse whose steps are taken in one process, and nothing fails."""
    with warehouses.empty() as kept:
        yield settings_in(kept.home, landing)


@pytest.fixture(scope="module")
def club(warehouses: Warehouses, tmp_path_factory: pytest.TempPathFactory, landing: Path) -> Iterator[WorkingClub]:
    """An installation that runs, with a broker."""
    folder = walkable(tmp_path_factory.mktemp("club"))
    warehouses.put_empty(folder / "home")
    with working_club(folder, landing) as club:
        club.bring_up(workers=2)
        yield club


def kill_a_step(club: WorkingClub) -> None:
    """The process in which a step runs, and nothing else: its supervisor says so to Airflow."""
    kill(_steps(club)[0])


def kill_a_supervisor(club: WorkingClub) -> None:
    """A process of the pool: the step goes on in no one's care while Airflow starts it again."""
    supervisor = _steps(club)[0].parent()
    assert supervisor
    kill(supervisor)


def kill_a_worker(club: WorkingClub) -> None:
    """A worker with all it runs, as when its machine goes down."""
    next(worker for worker in club.workers if worker.tasks()).kill()


def kill_the_head_of_a_worker(club: WorkingClub) -> None:
    """The process of a worker that fetches tasks, and not the pool that runs them."""
    kill(psutil.Process(next(worker for worker in club.workers if worker.tasks()).process.pid))


def restart_the_broker(club: WorkingClub) -> None:
    """The broker, while steps run of which it has still to be told that they ended."""
    club.broker.kill()
    club.broker.start()


AMID_STEPS: dict[str, Callable[[WorkingClub], None]] = {
    "step": kill_a_step,
    "supervisor": kill_a_supervisor,
    "worker": kill_a_worker,
    "head": kill_the_head_of_a_worker,
    "broker": restart_the_broker,
}


def test_a_load_that_nobody_disturbs(club: WorkingClub, alone: Settings) -> None:
    load = club.start("load")
    finish(club, load, alone)


@pytest.mark.parametrize("fault", AMID_STEPS)
def test_a_load_that_loses_something_amid_its_steps_comes_to_the_same(
    club: WorkingClub, alone: Settings, fault: str
) -> None:
    send_again(club)
    with club.ledger_held() as waiting:
        load = club.start("load")
        until(lambda: waiting() == AT_ONCE, 600)
        AMID_STEPS[fault](club)
    finish(club, load, alone)


@pytest.mark.parametrize("with_memory", [True, False])
def test_a_broker_that_is_killed_with_a_full_queue_loses_nothing_and_doubles_nothing(
    club: WorkingClub, alone: Settings, with_memory: bool
) -> None:
    """Without its memory it is Airflow that hands out again what nobody has taken."""
    send_again(club)
    for worker in club.workers:
        worker.send_to_all(signal.SIGSTOP)
    load = club.start("load")
    until(lambda: club.broker.queued() == AT_ONCE, 600)
    club.broker.kill()
    club.broker.start(with_memory=with_memory)
    assert club.broker.queued() == (AT_ONCE if with_memory else 0)
    for worker in club.workers:
        worker.send_to_all(signal.SIGCONT)
    finish(club, load, alone)


def send_again(club: WorkingClub) -> None:
    """Let every sender send its return with other figures; two workers are there to take it in."""
    club.have_workers(2)
    for sender in SENDERS:
        send_more_hours(club.landing, sender)


def finish(club: WorkingClub, load: object, alone: Settings) -> None:
    """Wait for the end of a load; it has come to what one process alone comes to."""
    said, _ = load.communicate(timeout=1800)  # type: ignore[attr-defined]
    assert load.returncode == 0, said  # type: ignore[attr-defined]
    run_road(alone, RETURN)
    build_marts(alone)
    assert what_came_of_it(club.settings) == what_came_of_it(alone)


def _steps(club: WorkingClub) -> list[psutil.Process]:
    return [task for worker in club.workers for task in worker.tasks()]
