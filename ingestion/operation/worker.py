"""A worker of Airflow's: it joins the Airflow of this state folder, or the one that the environment tells of."""

import os
from collections.abc import Callable
from urllib.parse import urlsplit

from ingestion.errors import ClubError
from ingestion.operation.airflow_process import AirflowProcess, airflow_program, places
from ingestion.operation.broker import require_broker, shown, worker_name
from ingestion.operation.executors import executor_environment, executor_names
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, warehouse_url
from ingestion.warehouse.secrets import SECRETS_FILE

API = "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"
# What a worker of another machine is told, the same there as in every part of Airflow.
TOLD = (
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET", API, "WAREHOUSE_URL",
)  # fmt: skip


def run_worker(settings: Settings, say: Callable[[str], None], concurrency: int | None = None) -> None:
    """Become a worker that runs so many tasks at once; say first what it joins. Does not return.

    Raises:
        ClubError: tasks are not handed to workers here, the broker does not answer, or something is not told.
    """
    if "celery" not in executor_names(settings):
        raise ClubError("CLUB_EXECUTOR hands no tasks to workers: set CLUB_EXECUTOR=celery here and for Airflow.")
    environment = worker_environment(settings)
    broker = environment["AIRFLOW__CELERY__BROKER_URL"]
    require_broker(broker)
    count, name = concurrency or settings.airflow_parallelism, worker_name()
    api = urlsplit(environment[API])
    warehouse = warehouse_url(settings, Role.LOADER)
    say(f"Worker {name} runs {count} tasks at once")
    say(f"It joins the broker {shown(broker)}, Airflow at {api.scheme}://{api.netloc}")
    say(f"and the warehouse at {warehouse.host}:{warehouse.port}/{warehouse.database}")
    say("Ctrl-C or SIGTERM: it takes no more tasks, and those that run have a minute")
    program = str(airflow_program())
    # Logs lie in the state folder, where Airflow reads them; its server of logs would listen to every machine.
    command = [program, "celery", "worker", "--skip-serve-logs", "--celery-hostname", name,
               "--concurrency", str(count)]  # fmt: skip
    os.execve(program, command, os.environ | environment)  # noqa: S606 - signals go to the worker itself


def worker_environment(settings: Settings) -> dict[str, str]:
    """Return the variables of a worker, as `AirflowProcess.environment` has those of the other parts.

    Raises:
        ClubError: Airflow does not run in this state folder, and the environment does not say where it runs.
    """
    # With this, SIGTERM ends a worker in a bounded time (`worker_soft_shutdown_timeout` in airflow.cfg).
    bounded = {"REMAP_SIGTERM": "SIGQUIT"}
    airflow = AirflowProcess(settings)
    if airflow.url:
        return airflow.environment(urlsplit(airflow.url).port or 0) | bounded
    if missing := [name for name in TOLD if not os.environ.get(name)]:
        raise ClubError(
            "Airflow does not run in this CLUB_HOME. Start it with `club up`, or, where it runs on another "
            f"machine, tell the worker of it: {', '.join(missing)} must be set, each as it is there."
        )
    # Made anew, they would be other ones: of children above all, who would have other pseudonyms on each machine.
    if not (settings.state_folder / SECRETS_FILE).exists():
        raise ClubError(
            f"{settings.state_folder} is not the club's: it has no {SECRETS_FILE}. All machines share one "
            "CLUB_HOME, in which the archive, the outbox and the logs of steps lie: mount it here."
        )
    return places(settings) | executor_environment(settings) | bounded
