"""What a council's worker may ask of Airflow: its own name, its own queue, its own tasks, and nothing else.

Airflow's edge API trusts every worker with everything: whoever has its secret can fetch from any queue and speak
for any worker. So no worker has that secret, and each request is held against these rules first.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ingestion.errors import ClubError
from ingestion.operation.council.names import DAG, queue_of, task_of

EDGE = "edge_worker/v1"
EXECUTION = "execution"

# Of a task's own calls those that ours make; none reads connections, variables, or what another task left.
_OF_A_TASK = {
    ("PATCH", "run"), ("PATCH", "state"), ("PUT", "heartbeat"), ("PUT", "rtif"), ("PATCH", "rendered-map-index"),
    ("GET", "validate-inlets-and-outlets"),
}  # fmt: skip
_SEGMENT = re.compile(r"[\w.:+@~-]+")


class RefusedError(ClubError):
    """A council's worker has asked for something that is not its own."""


@dataclass(frozen=True)
class Forwarded:
    """A request as it goes on to Airflow."""

    path: str
    body: bytes | None
    is_fetch: bool = False


def edge_request(council: str, verb: str, segments: list[str], body: bytes) -> Forwarded:
    """Hold a request to the edge API against the rules, and narrow it to the council's own queue.

    Args:
        council: who asks, as its secret has shown.
        verb: of HTTP.
        segments: the path below the API, decoded, in parts.
        body: as sent.

    Raises:
        RefusedError: it is not the council's own.
    """
    match (verb, segments):
        case ("GET", ["health"]):
            narrowed: bytes | None = None
        case ("POST" | "PATCH", ["worker", name]) if name == council:
            narrowed = _narrow(body, council)
        case ("POST", ["jobs", "fetch", name]) if name == council:
            narrowed = _narrow(body, council)
        case ("PATCH", ["jobs", "state", dag, task, _, _, _, _]) if _is_own(council, dag, task):
            narrowed = body
        case ("GET" | "POST", ["logs", "logfile_path" | "push", dag, task, _, _, _]) if _is_own(
            council, dag, task
        ):
            narrowed = body
        case _:
            raise RefusedError(f"The worker of {council} may not {verb} {'/'.join(segments)}.")
    return Forwarded(_path(EDGE, segments), narrowed, is_fetch=segments[:2] == ["jobs", "fetch"])


def execution_request(council: str, verb: str, segments: list[str], body: bytes, task_instance: str) -> Forwarded:
    """Hold a request of a task that runs at the council against the rules.

    Args:
        council: who asks; the caller has made sure that the task was handed out to it.
        verb: of HTTP.
        segments: the path below the API, decoded, in parts.
        body: as sent.
        task_instance: whose token it came with.

    Raises:
        RefusedError: it is not about that task.
    """
    match segments:
        case ["task-instances", own, what] if own == task_instance and (verb, what) in _OF_A_TASK:
            pass
        case ["xcoms", dag, _, task, "return_value"] if verb == "POST" and _is_own(council, dag, task):
            pass
        case ["health", *_] if verb == "GET":
            pass
        case _:
            raise RefusedError(f"A task at {council} may not {verb} {'/'.join(segments)}.")
    return Forwarded(_path(EXECUTION, segments), body)


def own_job(council: str, job: dict[str, Any]) -> str:
    """Return the task instance of a job that was fetched.

    Raises:
        RefusedError: it is not the council's.
    """
    task = job["command"]["ti"]
    if not all(_is_own(council, named["dag_id"], named["task_id"]) for named in (job, task)):
        raise RefusedError(f"{job['dag_id']}.{job['task_id']} is no task of {council}.")
    return str(task["id"])


def split(path: str) -> list[str]:
    """Split a decoded path into its parts.

    Raises:
        RefusedError: a part of it could lead elsewhere.
    """
    segments = path.split("/")
    if any(not _SEGMENT.fullmatch(part) or set(part) <= {"."} for part in segments):
        raise RefusedError("The path has a part that no request of a worker has.")
    return segments


def _narrow(body: bytes, council: str) -> bytes:
    """Let a request be about the council's queue alone, whatever it asked for: no queue would be every queue."""
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise RefusedError("The request is no JSON.") from error
    if not isinstance(asked, dict):
        raise RefusedError("The request is no JSON object.")
    return json.dumps(asked | {"queues": [queue_of(council)], "team_name": None}).encode()


def _is_own(council: str, dag: str, task: str) -> bool:
    return dag == DAG and task == task_of(council)


def _path(root: str, segments: list[str]) -> str:
    return f"/{root}/{'/'.join(quote(part, safe=':+@~') for part in segments)}"
