"""Airflow's own REST API: check its health, run DAGs, follow their progress."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from ingestion.errors import RUN_AGAIN, ClubError

FINISHED = ("success", "failed")
HEALTHY_PARTS = ("metadatabase", "scheduler", "dag_processor")
# A scheduler that lives says so every five seconds; on a busy machine it may be late.
SCHEDULER_SILENT_SECONDS = 120

# The task that makes a run red because another one failed; it is no failure of its own.
WATCHER = "red_if_a_step_failed"


@dataclass(frozen=True)
class TaskCount:
    """The number of finished tasks of a run, of all known ones, and the names of those that failed."""

    done: int
    total: int
    failed: tuple[str, ...]


class AirflowApi:
    """A logged-in client."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=20)
        self._user = user
        self._password = password
        self._heartbeat: str | None = None
        self._heard_at = time.monotonic()

    def is_ready(self, dag_ids: tuple[str, ...]) -> bool:
        """Return True if all parts are healthy and these DAGs have been parsed."""
        if not self.is_healthy():
            return False
        try:
            listed = self._get("/api/v2/dags", limit=100)["dags"]
        except (httpx.HTTPError, ValueError, ClubError):
            return False
        return set(dag_ids) <= {dag["dag_id"] for dag in listed}

    def is_healthy(self) -> bool:
        """Return True if Airflow answers and all its parts are at work."""
        health = self._health()
        return all(health.get(part, {}).get("status") == "healthy" for part in HEALTHY_PARTS)

    def require_scheduler(self) -> None:
        """Make sure that runs go on; to be called again and again while one is awaited.

        Raises:
            ClubError: the scheduler has given no sign of life for two minutes.
        """
        heartbeat = self._health().get("scheduler", {}).get("latest_scheduler_heartbeat")
        now = time.monotonic()
        if heartbeat != self._heartbeat:
            self._heartbeat, self._heard_at = heartbeat, now
        elif now - self._heard_at > SCHEDULER_SILENT_SECONDS:
            raise ClubError(
                f"Airflow's scheduler has given no sign of life for {SCHEDULER_SILENT_SECONDS} seconds: what is "
                f"waiting would never start. {RUN_AGAIN}"
            )

    def _health(self) -> dict[str, Any]:
        """Return what Airflow says of each of its parts; nothing where it does not answer."""
        try:
            health: dict[str, Any] = self._client.get("/api/v2/monitor/health").json()
        except (httpx.HTTPError, ValueError):
            return {}
        return health

    def paused(self, dag_ids: tuple[str, ...]) -> list[str]:
        """Return those of these DAGs that are paused: a run of them would wait for ever."""
        listed = self._get("/api/v2/dags", limit=100)["dags"]
        return sorted(dag["dag_id"] for dag in listed if dag["is_paused"] and dag["dag_id"] in dag_ids)

    def ensure_pool(self, name: str, slots: int) -> None:
        """Make the pool, or set its size."""
        body = {"name": name, "slots": slots, "include_deferred": False}
        answer = self._request("POST", "/api/v2/pools", json=body)
        if answer.status_code == httpx.codes.CONFLICT:
            answer = self._request("PATCH", f"/api/v2/pools/{name}", json=body)
        _expect_success(answer)

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None, note: str | None = None) -> str:
        """Start a run with these params, and a note that Airflow shows beside it; return its id."""
        wanted = {"logical_date": None, "conf": dict(conf or {}), "note": note}
        answer = self._request("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=wanted)
        return str(_expect_success(answer).json()["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        """Return the state of a run: queued, running, success or failed."""
        return str(self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def unfinished_runs(self, dag_id: str, queued_before: datetime | None = None) -> list[str]:
        """Return the ids of the runs queued or running; with `queued_before`, only of those queued before then."""
        runs = self._get(f"/api/v2/dags/{dag_id}/dagRuns", limit=100, order_by="-run_after")["dag_runs"]
        return [
            run["dag_run_id"]
            for run in runs
            if run["state"] not in FINISHED
            and (queued_before is None or datetime.fromisoformat(run["queued_at"]) < queued_before)
        ]

    def give_up(self, dag_id: str, run_id: str) -> None:
        """Mark a run as failed, with everything in it that is still waiting."""
        _expect_success(
            self._request("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", json={"state": "failed"})
        )

    def tasks(self, dag_id: str, run_id: str) -> TaskCount:
        """Return the progress of a run."""
        entries = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=500)["task_instances"]
        over = ("success", "failed", "skipped", "upstream_failed", "removed")
        failed = tuple(
            _label(entry)
            for entry in entries
            if entry["state"] in ("failed", "upstream_failed") and entry["task_id"] != WATCHER
        )
        return TaskCount(sum(entry["state"] in over for entry in entries), len(entries), failed)

    def _get(self, path: str, **parameters: Any) -> Any:
        return _expect_success(self._request("GET", path, params=parameters)).json()

    def _request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """Send a request; repeat it when the API does not answer for a moment."""
        for attempt in range(5):
            try:
                answer = self._client.request(method, path, headers=self._headers(), **arguments)
            except httpx.TransportError:
                time.sleep(1 + attempt)
                continue
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                return answer
            self._client.headers.pop("Authorization", None)
        raise ClubError(f"Airflow at {self._client.base_url} did not answer. {RUN_AGAIN}")

    def _headers(self) -> dict[str, str]:
        if "Authorization" not in self._client.headers:
            answer = self._client.post("/auth/token", json={"username": self._user, "password": self._password})
            self._client.headers["Authorization"] = f"Bearer {_expect_success(answer).json()['access_token']}"
        return {}


def _label(entry: dict[str, Any]) -> str:
    mapped = entry.get("rendered_map_index") or entry.get("map_index", -1)
    return f"{entry['task_id']}[{mapped}]" if mapped != -1 else str(entry["task_id"])


def _expect_success(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    if answer.is_server_error:
        raise ClubError(f"Airflow at {answer.request.url.host} cannot work at the moment. {RUN_AGAIN}")
    asked = f"{answer.request.method} {answer.request.url.path}"
    raise ClubError(f"Airflow refused {asked}: {answer.status_code} {answer.text[:300]}")
