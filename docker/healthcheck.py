"""Ask Airflow how one of its parts is: exit 0 when it is well, 1 and a sentence when it is not.

`airflow jobs check` would import Airflow every time (seconds of processor, hundreds of megabytes); the API
server answers for every part from the heartbeats in the database.
"""

import json
import os
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


if __name__ == "__main__":
    state = condition(sys.argv[1])
    print(f"The {sys.argv[1]} is {state}.")
    sys.exit(state != "healthy")
