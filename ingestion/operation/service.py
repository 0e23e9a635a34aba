"""Bring everything up, and down again: database, migrations, crosswalk, Airflow."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from ingestion.backup.restore import require_whole
from ingestion.errors import ClubError
from ingestion.model.crosswalk import prepare_crosswalk
from ingestion.operation.airflow_api import AirflowApi
from ingestion.operation.airflow_process import ADMIN_USER, AirflowProcess
from ingestion.operation.dag_names import BUILD_DAG, collect_dags
from ingestion.operation.logs import LOG
from ingestion.outbox import close_to_others, make_private_folder
from ingestion.settings import Settings
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.processes import one_process
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import EmbeddedServer

WAREHOUSE_POOL = "warehouse"
READY_SECONDS = 300
# How long an Airflow that runs may be unwell before it is started anew: a busy one may answer late.
PATIENCE_SECONDS = 30

# A progress callback, called with a sentence for each step.
Say = Callable[[str], None]


def prepare_warehouse(settings: Settings, say: Say) -> None:
    """Prepare roles, schemas, migrations and the crosswalk; safe to repeat."""
    say("Preparing the warehouse: roles, schemas, migrations")
    for folder in (settings.outbox, settings.archive, settings.airflow_home):
        close_to_others(folder)
    # Great Expectations writes its pages before any report is written, and would make it open to all.
    make_private_folder(settings.club_outbox)
    migrate(settings)
    if prepare_crosswalk(settings):
        say("Built the crosswalk of the returns")


def bring_up(settings: Settings, say: Say) -> AirflowApi:
    """Start what is down; return the client of the running Airflow. Of two that ask for it at once, one waits."""

    def tell() -> None:
        say("Another command is starting PostgreSQL and Airflow; waiting for it")

    with one_process(settings.state_folder / "service.lock", tell):
        return _bring_up(settings, say)


def _bring_up(settings: Settings, say: Say) -> AirflowApi:
    require_whole(settings)
    server = EmbeddedServer(settings)
    database_was_down = server.address() is None
    if database_was_down:
        say("Starting PostgreSQL")
    server.start()
    prepare_warehouse(settings, say)
    airflow = AirflowProcess(settings)
    if airflow.url and (
        database_was_down
        or not airflow.serves(settings.landing)
        or not airflow.runs_tasks_as_set()
        or not _is_well(settings, airflow)
    ):
        # Its connections, landing zone or executor are out of date, or one of its parts was killed, not replaced.
        say("Restarting Airflow")
        airflow.stop()
    start = datetime.now(UTC)
    if has_started := airflow.start():
        say("Starting Airflow")
    api = _wait_for_airflow(settings, airflow)
    if has_started:
        _clear_interrupted_runs(api, start)
    # Also where a command started it that did not wait to the end: every step would wait for the pool.
    api.ensure_pool(WAREHOUSE_POOL, settings.airflow_parallelism)
    return api


def take_down(settings: Settings, say: Say) -> None:
    """Stop what `bring_up` has started, and only that."""
    if AirflowProcess(settings).stop():
        say("Stopped Airflow")
    if EmbeddedServer(settings).stop():
        say("Stopped PostgreSQL")


def connect_airflow(settings: Settings, airflow: AirflowProcess) -> AirflowApi:
    """Return a client of the running Airflow.

    Raises:
        ClubError: Airflow is not running.
    """
    url = airflow.url
    if url is None:
        raise ClubError("Airflow is not running. Start it with `club up`.")
    return AirflowApi(url, ADMIN_USER, load_secrets(settings)["airflow_admin"])


def _wait_for_airflow(settings: Settings, airflow: AirflowProcess) -> AirflowApi:
    log = settings.airflow_home / LOG
    api = connect_airflow(settings, airflow)
    deadline = time.monotonic() + READY_SECONDS
    while not api.is_ready((*collect_dags(), BUILD_DAG)):
        if airflow.url is None:
            raise ClubError(f"Airflow stopped while starting. Its log is {log}.")
        if time.monotonic() > deadline:
            raise ClubError(f"Airflow was not ready after {READY_SECONDS} seconds. Its log is {log}.")
        time.sleep(0.5)
    return api


def _is_well(settings: Settings, airflow: AirflowProcess) -> bool:
    api = connect_airflow(settings, airflow)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not api.is_healthy():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def _clear_interrupted_runs(api: AirflowApi, start: datetime) -> None:
    """Fail the runs interrupted before this start, which would keep the next one waiting; it does their work."""
    for dag_id in (*collect_dags(), BUILD_DAG):
        for run_id in api.unfinished_runs(dag_id, queued_before=start):
            api.give_up(dag_id, run_id)
