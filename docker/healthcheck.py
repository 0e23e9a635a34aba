"""Ask Airflow how one of its parts is: exit 0 when it is well, 1 and a sentence when it is not.

`airflow jobs check` would import Airflow every time (seconds of processor, hundreds of megabytes); the API
server answers for every part from the heartbeats in the database.
"""

import json
import os
import socket
import sys
from urllib.parse import urljoin
from urllib.request import urlopen

# The API server's own condition is whether it reaches its database.
COMPONENTS = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}


def condition(part: str) -> str:
    """What the API server says of a part: `healthy`, `unhealthy`, or why it cannot be asked."""
    address = urljoin(os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"], "/api/v2/monitor/health")
    try:
        with urlopen(address, timeout=8) as answer:  # noqa: S310 - the address is our own setting
            return str(json.load(answer)[COMPONENTS[part]]["status"])
    except OSError as error:
        return f"unknown, because {address} does not answer ({error})"


def worker_condition() -> str:
    """What the worker of this container says by way of its broker."""
    # Only here, as importing it takes longer than all the rest.
    from ingestion.operation.broker import lives_on

    alive = lives_on(os.environ["CLUB_BROKER_URL"], socket.gethostname())
    return "healthy" if alive else "not answering its broker"


if __name__ == "__main__":
    state = worker_condition() if sys.argv[1] == "worker" else condition(sys.argv[1])
    print(f"The {sys.argv[1]} is {state}.")
    sys.exit(state != "healthy")
