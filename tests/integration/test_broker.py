"""What is said of a broker and of the workers behind it: a real broker, workers of Celery alone, no Airflow."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ingestion.errors import ClubError
from ingestion.operation.airflow_process import AirflowProcess
from ingestion.operation.broker import code_version, lives_on, living_workers, require_broker, version_of
from ingestion.operation.doctor import workers as doctor
from ingestion.operation.worker import TOLD, run_worker, worker_environment
from ingestion.settings import Settings
from ingestion.warehouse.ports import HOST, free_port
from tests.support.broker import Broker
from tests.support.waiting import until


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with Broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@contextmanager
def worker_named(broker: Broker, name: str) -> Iterator[None]:
    """A worker that answers under this name and has nothing to do."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-b", broker.url, "worker", "-n", name, "--pool", "solo"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: name in living_workers(broker.url))
        yield
    finally:
        process.kill()
        process.wait()


def faults(url: str) -> dict[str, str]:
    return {fault.code: fault.what for fault in doctor.faults(Settings(executor="celery", broker_url=url))}


def test_a_broker_that_is_down_is_named_without_its_password():
    url = f"redis://:very-secret@{HOST}:{free_port(0)}/0"
    ((code, said),) = faults(url).items()
    assert code == "broker_unreachable" and HOST in said and "very-secret" not in said
    with pytest.raises(ClubError, match="cannot be used: ConnectionError") as told:
        require_broker(url)
    assert "very-secret" not in str(told.value)


def test_a_broker_that_refuses_the_login_is_told_from_one_that_is_down(broker: Broker):
    wrong = f"redis://:wrong@{broker.url.rpartition('@')[2]}"
    assert "it refuses the login of CLUB_BROKER_URL" in faults(wrong)["broker_unreachable"]


def test_where_no_worker_lives_that_is_named(broker: Broker):
    assert list(faults(broker.url)) == ["no_worker"]


def test_only_workers_of_another_version_are_named_and_each_is_known_by_its_host(broker: Broker):
    with worker_named(broker, f"club-7-{code_version()}@here"), worker_named(broker, "club-7-0123456789@there"):
        ((code, said),) = faults(broker.url).items()
        assert code == "workers_of_another_version"
        assert "club-7-0123456789@there" in said and "@here" not in said
        assert lives_on(broker.url, "there") and not lives_on(broker.url, "elsewhere")


def test_without_workers_nothing_is_asked():
    assert list(doctor.faults(Settings(broker_url="redis://127.0.0.1:1/0"))) == []


def test_a_version_is_read_out_of_a_name():
    assert version_of("club-4711-0a1b2c3d4e@a-machine.example.org") == "0a1b2c3d4e"


class TestJoining:
    """A worker of a machine on which no Airflow runs."""

    @pytest.fixture
    def settings(self, broker: Broker, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Settings:
        for name in TOLD:
            monkeypatch.delenv(name, raising=False)
        return Settings(home=tmp_path, executor="celery", broker_url=broker.url)

    def test_what_it_has_not_been_told_is_named(self, settings: Settings, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("WAREHOUSE_URL", "postgresql://x@db/warehouse")
        with pytest.raises(ClubError) as told:
            worker_environment(settings)
        missing = [name for name in TOLD if name in str(told.value)]
        assert missing == [name for name in TOLD if name != "WAREHOUSE_URL"]

    def test_told_it_joins_from_where_the_state_of_the_club_is_and_makes_no_secrets_where_it_is_not(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ):
        for name in TOLD:
            monkeypatch.setenv(name, "x")
        with pytest.raises(ClubError, match=r"has no secrets\.json\. All machines share one CLUB_HOME"):
            worker_environment(settings)
        assert list(settings.state_folder.iterdir()) == []
        (settings.state_folder / "secrets.json").write_text("{}")
        environment = worker_environment(settings)
        assert environment["CLUB_HOME"] == str(settings.state_folder)
        assert environment["AIRFLOW__CELERY__BROKER_URL"] == settings.broker_url
        assert not set(TOLD) & set(environment)

    def test_where_tasks_are_not_handed_to_workers_none_is_started(self, settings: Settings):
        with pytest.raises(ClubError, match="set CLUB_EXECUTOR=celery"):
            run_worker(settings.model_copy(update={"executor": "local"}), print)
        assert AirflowProcess(settings).url is None
