"""The edge worker of Airflow on a council's own machine: how it is started, and the one task that it takes."""

import os
import sys
from pathlib import Path

from ingestion.errors import ClubError
from ingestion.operation.airflow_process import CONFIGURATION
from ingestion.operation.council.centre import Centre
from ingestion.operation.council.membership import Membership, kept_membership
from ingestion.operation.council.names import EDGE_AUTHORITY, queue_of
from ingestion.operation.council.work import Work, work_at_council
from ingestion.operation.executors import EDGE
from ingestion.outbox import make_private_folder
from ingestion.settings import DAGS, PROJECT_ROOT, Settings


def worker_command(membership: Membership) -> list[str]:
    """Return the command that runs the worker: under the council's name, on its queue, a task at a time."""
    airflow = Path(sys.executable).with_name("airflow")
    return [
        str(airflow), "edge", "worker", "--edge-hostname", membership.council,
        "--queues", queue_of(membership.council), "--concurrency", "1",
    ]  # fmt: skip


def worker_environment(settings: Settings, membership: Membership) -> dict[str, str]:
    """Return the worker's variables: it knows the gate and its own secret, neither a broker nor a database."""
    make_private_folder(settings.airflow_home)
    gate = f"{membership.address}/{membership.council}"
    return {
        "AIRFLOW_HOME": str(settings.airflow_home),
        "AIRFLOW_CONFIG": str(CONFIGURATION),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__EXECUTOR": EDGE.airflow_name,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{gate}/execution/",
        "AIRFLOW__API_AUTH__JWT_SECRET": membership.secret,
        "AIRFLOW__EDGE__API_URL": f"{gate}/edge_worker/v1/",
        # Logs stay here: an error may quote what stands in a row.
        "AIRFLOW__EDGE__PUSH_LOGS": "False",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(settings.airflow_home / "logs"),
        EDGE_AUTHORITY: membership.council,
        "CLUB_HOME": str(settings.state_folder),
        "LANDING_ZONE": settings.landing,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH")])),
    }


def take_task(settings: Settings, council: str) -> dict[str, int]:
    """Do the work of a council, on the machine of that council alone.

    Raises:
        ClubError: this is another's machine.
    """
    if os.environ.get(EDGE_AUTHORITY) != council:
        raise ClubError(f"This is not the machine of {council}: {EDGE_AUTHORITY} does not say so.")
    membership = kept_membership(settings)
    return work_at_council(Work(settings, membership.council, Centre(membership), membership.pseudonym_key))
