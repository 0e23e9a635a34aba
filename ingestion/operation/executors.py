"""Where Airflow's tasks run: the executors that `CLUB_EXECUTOR` names, and what each of them asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from ingestion.errors import ClubError
from ingestion.settings import Settings


@dataclass(frozen=True)
class Executor:
    """One of Airflow's executors: its name there, the package that it needs, the variables that set it up."""

    airflow_name: str
    package: str
    environment: Callable[[Settings], dict[str, str]] = lambda _: {}


def _broker(settings: Settings) -> dict[str, str]:
    if not settings.broker_url:
        raise ClubError(
            "Tasks are handed to workers by a broker, and CLUB_BROKER_URL does not say where it is: set it to "
            "redis://:PASSWORD@HOST:PORT/0, or leave CLUB_EXECUTOR out to run tasks on this machine alone."
        )
    # The results are kept where Airflow keeps everything else: without a setting, in its own database.
    return {"AIRFLOW__CELERY__BROKER_URL": settings.broker_url}


def _edge(settings: Settings) -> dict[str, str]:
    return {
        "AIRFLOW__EDGE__API_ENABLED": "True",
        "AIRFLOW__EDGE__API_URL": f"{settings.edge_address}/edge_worker/v1/",
        "AIRFLOW__DATABASE__EXTERNAL_DB_MANAGERS": "airflow.providers.edge3.models.db.EdgeDBManager",
    }


# By their names in CLUB_EXECUTOR, which are those of compose's profiles as well.
EXECUTORS = {
    "local": Executor("LocalExecutor", "apache-airflow"),
    "celery": Executor("CeleryExecutor", "apache-airflow-providers-celery", _broker),
}


# Beside the others where CLUB_EDGE_ADDRESS is set, for tasks that name it. Airflow has no short name for it.
EDGE = Executor(
    "EdgeExecutor:airflow.providers.edge3.executors.EdgeExecutor", "apache-airflow-providers-edge3", _edge
)


def executor_environment(settings: Settings) -> dict[str, str]:
    """Return the variables that tell every part of Airflow where tasks run; with several, the first is the rule.

    Raises:
        ClubError: a name is not known, its packages are not installed, or it has no broker.
    """
    executors = [_find(name) for name in executor_names(settings)]
    if settings.edge_address:
        executors.append(_installed("CLUB_EDGE_ADDRESS", EDGE))
    variables: dict[str, str] = {}
    for executor in executors:
        variables |= executor.environment(settings)
    return variables | {"AIRFLOW__CORE__EXECUTOR": ",".join(each.airflow_name for each in executors)}


def executor_names(settings: Settings) -> list[str]:
    """Return what `CLUB_EXECUTOR` names."""
    return [name.strip() for name in settings.executor.split(",")]


def _find(name: str) -> Executor:
    if name not in EXECUTORS:
        raise ClubError(
            f"CLUB_EXECUTOR names '{name}'; known are {', '.join(EXECUTORS)}, or several with commas between them."
        )
    return _installed(f"CLUB_EXECUTOR={name}", EXECUTORS[name])


def _installed(asked: str, executor: Executor) -> Executor:
    try:
        version(executor.package)
    except PackageNotFoundError:
        raise ClubError(
            f"{asked} needs packages that are not installed: "
            "pip install --no-deps --require-hashes -r requirements-distributed.lock"
        ) from None
    return executor
