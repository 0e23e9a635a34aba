"""Where tasks run is one setting, and what an executor lacks is said before Airflow starts."""

import pytest

from ingestion.errors import ClubError
from ingestion.operation import executors
from ingestion.operation.executors import executor_environment
from ingestion.settings import Settings

BROKER = "redis://:very-secret@127.0.0.1:6399/0"


def test_tasks_run_on_this_machine_unless_it_is_said_otherwise():
    assert executor_environment(Settings()) == {"AIRFLOW__CORE__EXECUTOR": "LocalExecutor"}


def test_workers_are_handed_tasks_by_the_broker():
    assert executor_environment(Settings(executor="celery", broker_url=BROKER)) == {
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CELERY__BROKER_URL": BROKER,
    }


def test_of_several_the_first_is_the_rule():
    variables = executor_environment(Settings(executor="local, celery", broker_url=BROKER))
    assert variables["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor,CeleryExecutor"


def test_workers_at_councils_are_let_in_beside_the_others():
    variables = executor_environment(Settings(edge_address="https://club.example.org"))
    first, edge = variables["AIRFLOW__CORE__EXECUTOR"].split(",")
    assert (first, edge.partition(":")[0]) == ("LocalExecutor", "EdgeExecutor")
    assert variables["AIRFLOW__EDGE__API_ENABLED"] == "True"


def test_a_broker_is_no_part_of_what_is_printed_of_settings():
    assert "very-secret" not in repr(Settings(broker_url=BROKER))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"executor": "celry"}, "CLUB_EXECUTOR names 'celry'; known are local, celery"),
        ({"executor": "celery"}, "CLUB_BROKER_URL does not say where it is"),
    ],
)
def test_what_is_mistyped_or_missing_is_said(given: dict[str, str], sentence: str):
    with pytest.raises(ClubError, match=sentence):
        executor_environment(Settings(**given))


def test_packages_that_are_not_installed_are_said(monkeypatch: pytest.MonkeyPatch):
    absent = executors.Executor("CeleryExecutor", "apache-airflow-providers-nowhere")
    monkeypatch.setitem(executors.EXECUTORS, "celery", absent)
    with pytest.raises(ClubError, match=r"pip install .* -r requirements-distributed\.lock"):
        executor_environment(Settings(executor="celery", broker_url=BROKER))
