"""Run DAGs to their end with a real Airflow, by `dag.test()`, and answer the questions that they ask.

`run_dags` starts this file as a program: Airflow wants a process, a home and a database of its own.
"""

import json
import os
import secrets
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.settings import DAGS, PROJECT_ROOT, Settings

DONE = "DONE "


@dataclass(frozen=True)
class DagRun:
    """A run that is wanted: of which DAG, with which params, and how its question is answered, time after time.

    An answer is the option and the reason; `look` lets the question look whether it is still awaited, and `do` is
    a program that is run while it waits.
    """

    dag_id: str
    conf: dict[str, Any] = field(default_factory=dict)
    answers: tuple[dict[str, Any], ...] = ()


def run_dags(settings: Settings, home: Path, *runs: DagRun) -> list[dict[str, Any]]:
    """Run DAGs one after the other; return of each its state, steps, questions, assets and what was logged."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment |= {
        "AIRFLOW_HOME": str(home), "CLUB_HOME": str(settings.home), "LANDING_ZONE": settings.landing,
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS), "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "true",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "PYTHONPATH": os.pathsep.join((str(DAGS), str(PROJECT_ROOT))),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps([vars(run) for run in runs]), env=environment,
        capture_output=True, text=True, timeout=600, cwd=home,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-8000:]
    told, log = [], []
    for line in done.stdout.splitlines():
        if line.startswith(DONE):
            told.append(json.loads(line[len(DONE) :]) | {"log": "\n".join(log)})
            log = []
        else:
            log.append(line)
    return told


def _main() -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    for wanted in json.load(sys.stdin):
        dag = DagBag(dag_folder=str(DAGS / f"{_file_of(wanted['dag_id'])}.py")).dags[wanted["dag_id"]]
        dag.deadline = None  # `dag.test()` cannot read back the one that it has stored in a run before
        with _answering(wanted["dag_id"], wanted["answers"]) as asked:
            run = dag.test(run_conf=wanted["conf"])
        print(DONE + json.dumps(_told(run) | {"asked": asked}, default=str), flush=True)


def _file_of(dag_id: str) -> str:
    return dag_id if (DAGS / f"{dag_id}.py").exists() else "collect_returns"


@contextmanager
def _answering(dag_id: str, answers: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Answer each question that waits, one after the other, by Airflow's own API; note what was asked."""
    asked: list[dict[str, Any]] = []
    answering = threading.Thread(target=_answer_all, args=(dag_id, answers, asked), daemon=True)
    if answers:
        answering.start()
    yield asked
    if answers:
        answering.join(timeout=30)


def _answer_all(dag_id: str, answers: list[dict[str, Any]], asked: list[dict[str, Any]]) -> None:
    try:
        _answer_each(dag_id, answers, asked)
    except BaseException:  # a run whose question nobody answers would wait for ever
        traceback.print_exc()
        os._exit(1)


def _answer_each(dag_id: str, answers: list[dict[str, Any]], asked: list[dict[str, Any]]) -> None:
    from airflow.api_fastapi.app import create_app
    from fastapi.testclient import TestClient

    with TestClient(create_app(), base_url="http://test") as client:
        token = client.get("/auth/token").raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        for answer in answers:
            question = _wait_for_question(client, dag_id)
            asked.append({"subject": question["subject"], "body": question["body"]})
            if "do" in answer:
                subprocess.run(answer["do"], check=True, stdout=sys.stderr)
            if answer.get("look"):
                _look_again()
                continue
            path = f"dags/{dag_id}/dagRuns/{question['task_instance']['dag_run_id']}"
            body = {"chosen_options": [answer["option"]], "params_input": {"reason": answer["reason"]}}
            path = f"/api/v2/{path}/taskInstances/ask_the_officer/-1/hitlDetails"
            client.patch(path, json=body).raise_for_status()


def _wait_for_question(client: Any, dag_id: str) -> dict[str, Any]:
    while True:
        found = client.get(f"/api/v2/dags/{dag_id}/dagRuns/~/hitlDetails").raise_for_status().json()
        for each in found["hitl_details"]:
            if each["task_instance"]["state"] == "awaiting_input" and not each["response_received"]:
                return dict(each)
        time.sleep(0.2)


def _look_again() -> None:
    """Let the time of the question be up, as the scheduler does after ten minutes."""
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import func, update

    with create_session() as session:
        waiting = update(TaskInstance).where(TaskInstance.state == "awaiting_input")
        session.execute(waiting.values(trigger_timeout=func.now()))
    with create_session() as session:
        SchedulerJobRunner(Job()).check_awaiting_input_timeouts(session=session)


def _told(run: Any) -> dict[str, Any]:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    steps: dict[str, list[str]] = {}
    tries: dict[str, int] = {}
    with create_session() as session:
        for each in run.get_task_instances(session=session):
            steps.setdefault(each.task_id, []).append(str(each.state))
            tries[each.task_id] = max(each.try_number, tries.get(each.task_id, 0))
        events = session.scalars(select(AssetEvent).where(AssetEvent.source_run_id == run.run_id)).all()
        emitted = [{"name": each.asset.name, "extra": each.extra} for each in events]
    return {"state": str(run.state), "steps": steps, "tries": tries, "emitted": emitted}


if __name__ == "__main__":
    _main()
