"""Open the gate before the Airflow that runs here, or elsewhere."""

import os

from starlette.applications import Starlette

from ingestion.errors import ClubError
from ingestion.operation.airflow_process import AirflowProcess
from ingestion.operation.council.gate import Gate
from ingestion.settings import Settings
from ingestion.warehouse.secrets import load_secrets

_JWT_SECRET = "AIRFLOW__API_AUTH__JWT_SECRET"  # noqa: S105 -- the name of a variable


def gate_application(settings: Settings, airflow: str | None) -> Starlette:
    """Return the gate before an Airflow: that of `club up` if no address is given.

    Raises:
        ClubError: none runs here.
    """
    address = airflow or AirflowProcess(settings).url
    if address is None:
        raise ClubError("Airflow is not running here: start it with `club up`, or say where it is with --airflow.")
    secret = os.environ.get(_JWT_SECRET) or load_secrets(settings)["airflow_jwt"]
    return Gate(settings, address, secret).app()
