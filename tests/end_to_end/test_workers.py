"""One small return on the road with workers, by a broker of its own; the worker is killed amid a step.

A minute and a half: Airflow starts, misses the heartbeat of the step, and hands it out again to another worker.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.model.build import build_marts
from ingestion.operation.doctor import workers as doctor
from ingestion.settings import Settings
from samples import write_samples
from tests.conftest import run_road
from tests.end_to_end.workers import WorkingClub, what_came_of_it, working_club
from tests.support.waiting import until
from tests.support.warehouses import Warehouses, settings_in, walkable

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1500)]

SENDER, RETURN, PERIOD = "dudley", "pss_ex1", "2006-07"


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """A landing zone with one return."""
    write_samples(tmp_path / "all")
    landing = tmp_path / "landing"
    shutil.copytree(tmp_path / "all" / SENDER / RETURN / PERIOD, landing / SENDER / RETURN / PERIOD)
    return landing


@pytest.fixture
def undisturbed(warehouses: Warehouses, landing: Path) -> dict[str, object]:
    """What the return comes to when its steps are taken in one process."""
    with warehouses.empty() as kept:
        settings = settings_in(kept.home, landing)
        run_road(settings, RETURN)
        build_marts(settings)
        return what_came_of_it(settings)


@pytest.fixture
def club(warehouses: Warehouses, tmp_path: Path, landing: Path) -> Iterator[WorkingClub]:
    """An installation that runs, with one worker."""
    warehouses.put_empty(walkable(tmp_path) / "home")
    with working_club(tmp_path, landing) as club:
        club.bring_up(workers=1)
        yield club


def test_a_step_whose_worker_is_killed_is_taken_by_another_and_everything_is_there_once(
    undisturbed: dict[str, object], club: WorkingClub
) -> None:
    (first,) = club.workers
    assert f"It joins the broker redis://{club.broker.url.rpartition('@')[2]}, Airflow at http://" in first.said
    assert faults(club) == []
    with club.ledger_held() as waiting:
        load = club.start("load", "--authority", SENDER, "--period", PERIOD)
        until(lambda: waiting() == 1, 300)
        first.kill()
    assert faults(club) == ["no_worker"]

    (second,) = club.have_workers(1)

    said, _ = load.communicate(timeout=900)
    assert load.returncode == 0, said
    assert what_came_of_it(club.settings) == undisturbed
    assert club.most_tries("collect_sender") == 2, "it was not amid this step that the worker was killed"
    assert second.stop() in (0, 1), second.said


def faults(club: WorkingClub) -> list[str]:
    """What the doctor says of broker and workers."""
    return [fault.code for fault in doctor.faults(Settings(executor="celery", broker_url=club.broker.url))]
