"""Of Airflow a council's worker reaches its own name, its own queue and its own tasks, whatever it asks for."""

import json

import pytest

from ingestion.operation.council.gate_rules import (
    RefusedError,
    edge_request,
    execution_request,
    own_job,
    split,
)
from ingestion.operation.council.names import DAG
from ingestion.operation.council.tokens import shows, sign, subject_of

TASK = "01a23233-82f5-7e82-9944-155335f6e830"
RUN = "manual__2026-12-01T05:00:00+00:00"
OWN, OTHERS = f"{DAG}/at_walsall/{RUN}", f"{DAG}/at_dudley/{RUN}"


def ask(verb: str, path: str, body: object = None) -> dict[str, object]:
    forwarded = edge_request("walsall", verb, split(path), json.dumps(body or {}).encode())
    held: dict[str, object] = json.loads(forwarded.body or b"{}")
    return held | {"path": forwarded.path}


@pytest.mark.parametrize("queues", [None, [], ["council-dudley"], ["default", "council-walsall"]])
def test_a_worker_fetches_from_its_own_queue_whatever_it_names(queues: list[str] | None):
    for path in ("jobs/fetch/walsall", "worker/walsall"):
        asked = ask("POST", path, {"queues": queues, "team_name": "others", "free_concurrency": 1})
        assert asked["queues"] == ["council-walsall"]
        assert asked["team_name"] is None
        assert asked["free_concurrency"] == 1


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "worker/dudley"),
        ("PATCH", "worker/dudley"),
        ("PATCH", "worker/queues/walsall"),
        ("POST", "jobs/fetch/dudley"),
        ("PATCH", f"jobs/state/{OTHERS}/1/-1/success"),
        ("PATCH", f"jobs/state/build_marts/at_walsall/{RUN}/1/-1/success"),
        ("POST", f"logs/push/{OTHERS}/1/-1"),
        ("GET", f"logs/logfile_path/{OTHERS}/1/-1"),
        ("DELETE", "worker/walsall"),
        ("GET", "ui/jobs"),
    ],
)
def test_what_is_anothers_is_refused(verb: str, path: str):
    with pytest.raises(RefusedError, match="may not"):
        ask(verb, path)


@pytest.mark.parametrize("path", ["worker/../jobs", "worker//walsall", "worker/wal%2fsall", "worker/.", "a b"])
def test_a_path_that_could_lead_elsewhere_is_refused(path: str):
    with pytest.raises(RefusedError, match="part that no request"):
        split(path)


def test_its_own_task_is_told_of():
    assert (
        ask("PATCH", f"jobs/state/{OWN}/1/-1/success")["path"] == f"/edge_worker/v1/jobs/state/{OWN}/1/-1/success"
    )


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "connections/club_smtp"),
        ("GET", "variables/anything"),
        ("GET", f"xcoms/{OWN}/return_value"),
        ("POST", f"xcoms/{DAG}/{RUN}/at_dudley/return_value"),
        ("POST", f"xcoms/collect_ssda903/{RUN}/at_walsall/return_value"),
        ("PATCH", "task-instances/01a23233-82f5-7e82-9944-000000000000/state"),
        ("GET", f"task-instances/{TASK}/previous-successful-dagrun"),
        ("POST", f"dag-runs/build_marts/{RUN}"),
    ],
)
def test_a_task_at_a_council_asks_about_itself_alone(verb: str, path: str):
    with pytest.raises(RefusedError, match="may not"):
        execution_request("walsall", verb, split(path), b"", TASK)


@pytest.mark.parametrize("what", ["run", "state"])
def test_a_task_at_a_council_begins_and_ends(what: str):
    forwarded = execution_request("walsall", "PATCH", split(f"task-instances/{TASK}/{what}"), b"{}", TASK)
    assert forwarded.path == f"/execution/task-instances/{TASK}/{what}"


def test_a_job_of_anothers_is_not_handed_out():
    own, others = ({"dag_id": DAG, "task_id": f"at_{council}", "id": TASK} for council in ("walsall", "dudley"))
    assert own_job("walsall", own | {"command": {"ti": own}}) == TASK
    for job in (others | {"command": {"ti": others}}, own | {"command": {"ti": others}}):
        with pytest.raises(RefusedError, match="is no task of walsall"):
            own_job("walsall", job)


def test_a_token_is_for_one_request_and_one_secret():
    secret, other = "a" * 64, "b" * 64
    token = sign(secret, "packages")
    assert shows(token, secret, "packages")
    assert not shows(token, secret, "joined")
    assert not shows(token, other, "packages")
    assert not shows("", secret, "packages")
    assert subject_of(token) is None
