"""Airflow, by its process and its own database: an import takes seconds, and its interface may be down."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg

from ingestion.operation.airflow_process import AirflowProcess
from ingestion.operation.dag_names import BUILD_DAG, collect_dags
from ingestion.operation.doctor.fault import Fault, listed
from ingestion.operation.doctor.server import listener
from ingestion.settings import Settings
from ingestion.warehouse.secrets import kept_secrets
from ingestion.warehouse.server import AIRFLOW, EmbeddedServer

# Each says every few seconds that it lives; on a busy machine it may be late.
SILENT = timedelta(minutes=2)
PARTS = {"SchedulerJob": "scheduler", "DagProcessorJob": "DAG processor", "TriggererJob": "triggerer"}


def faults(settings: Settings) -> Iterator[Fault]:
    """Look at the Airflow of this state folder; beside WAREHOUSE_URL it may run elsewhere."""
    state_file = settings.state_folder / "airflow.json"
    if settings.warehouse_url and not state_file.exists():
        return
    airflow = AirflowProcess(settings)
    if airflow.url is None:
        yield _not_running(state_file)
        return
    port = int(json.loads(state_file.read_text())["port"])
    if listener(port) is None:
        yield Fault(
            "airflow_not_answering",
            f"Airflow runs, but nothing answers at port {port}",
            f"club up starts it anew; its log is {settings.airflow_home / 'standalone.log'}",
        )
    if not airflow.serves(settings.landing):
        yield Fault(
            "airflow_other_landing_zone",
            f"Airflow was started for another landing zone than {settings.landing}",
            "club up starts it anew for this one",
        )
    with _open(settings) as connection:
        for look in (_silent, _import_errors, _paused, _failed):
            yield from look(connection)


def _not_running(state_file: Path) -> Fault:
    port = int(json.loads(state_file.read_text())["port"]) if state_file.exists() else None
    taker = listener(port) if port else None
    if taker:
        return Fault(
            "airflow_port_taken",
            f"Airflow is not running, and its port {port} is taken by {taker}: it would start at another one",
            "stop the other program, or set CLUB_AIRFLOW_PORT; then `club up`",
        )
    return Fault("airflow_not_running", "Airflow is not running: nothing is collected, built or mailed", "club up")


def _open(settings: Settings) -> psycopg.Connection:
    address = EmbeddedServer(settings).address()
    assert address is not None, "looked at before"
    password = kept_secrets(settings)["airflow_database"]
    return psycopg.connect(
        address.dsn(AIRFLOW, password, AIRFLOW), autocommit=True,
        options="-c default_transaction_read_only=on -c lock_timeout=1s -c statement_timeout=5s",
    )  # fmt: skip


def _silent(connection: psycopg.Connection) -> Iterator[Fault]:
    """Name the parts of Airflow that have given no sign of life for a while."""
    rows = connection.execute(
        "select job_type, clock_timestamp() - max(latest_heartbeat)"
        " from job where state = 'running' group by job_type"
    ).fetchall()
    beats: dict[str, timedelta] = dict(rows)
    for job, name in PARTS.items():
        if (since := beats.get(job)) is None or since > SILENT:
            said = f"for {int(since.total_seconds() // 60)} minutes" if since else "since it was started"
            yield Fault(
                "airflow_silent", f"Airflow's {name} has given no sign of life {said}", "club up starts it anew"
            )


def _import_errors(connection: psycopg.Connection) -> Iterator[Fault]:
    """Name the DAG files that cannot be read."""
    rows = connection.execute("select filename from import_error order by filename").fetchall()
    if rows:
        names = [Path(name).name for (name,) in rows]
        yield Fault(
            "dag_import_error",
            f"Airflow cannot read {listed(names)}: its DAGs do not run",
            "the first page of Airflow shows the error; mend it, or make install if a module is missing",
        )


def _paused(connection: psycopg.Connection) -> Iterator[Fault]:
    """Name the DAGs that are switched off, and those that are not there at all."""
    rows = connection.execute("select dag_id, is_paused from dag where not is_stale").fetchall()
    paused = sorted(dag for dag, is_paused in rows if is_paused)
    if paused:
        yield Fault(
            "dag_paused",
            f"switched off in Airflow: {listed(paused)}; a run of it would wait for ever",
            "switch it on again in Airflow's list of DAGs",
        )
    absent = sorted({*collect_dags(), BUILD_DAG} - {dag for dag, _ in rows})
    if absent:
        yield Fault(
            "dag_missing",
            f"Airflow does not know {listed(absent)}",
            "club up; if it stays so, look for the reason in the log of the DAG processor",
        )


def _failed(connection: psycopg.Connection) -> Iterator[Fault]:
    """Name the DAGs whose last run that ended has failed."""
    rows = connection.execute(
        """
        select newest.dag_id
        from (
            select distinct on (dag_id) dag_id, state from dag_run
            where state in ('success', 'failed')
            order by dag_id, end_date desc nulls last, id desc
        ) as newest
        inner join dag on newest.dag_id = dag.dag_id
        where newest.state = 'failed' and not dag.is_stale
        order by newest.dag_id
        """
    ).fetchall()
    if rows:
        names = [name for (name,) in rows]
        yield Fault(
            "last_run_failed",
            f"the last run failed of {listed(names)}",
            f"look at its red step in Airflow, then `club load` (or run {names[0]} again there)",
        )
