"""Every DAG file can be imported by a fresh Airflow, pulls in nothing heavy, and says what it does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.authorities import members
from ingestion.operation.airflow_api import WATCHER
from ingestion.operation.executors import executor_environment
from ingestion.returns.catalogue import collected_returns, find_return
from ingestion.settings import DAGS, PROJECT_ROOT, Settings
from tests.unit.test_rooms import BESIDE_THE_DAGS

# What the DAG files share.
SHARED = tuple(f"{name}.py" for name in BESIDE_THE_DAGS)
DAG_FILES = sorted(path for path in DAGS.glob("*.py") if path.name not in SHARED)
STAGES = {"collect", "decide", "model", "publish", "retention"}
# One run for each submission that the officer is asked about: they wait side by side.
SIDE_BY_SIDE = "sign_off_submission"
# The Airflow DAGs of a file that holds more than one of its own name.
OF_THE_CATALOGUE = [f"collect_{layout.code}" for layout in collected_returns()]
# What a DAG file may take from the house while it is parsed: which returns there are.
CATALOGUE = {
    "ingestion", "ingestion.days", "ingestion.errors", "ingestion.seeds",
    "ingestion.settings", "ingestion.settings.places", "ingestion.settings.secrets", "ingestion.settings.settings",
    "ingestion.returns",
    "ingestion.returns.catalogue", "ingestion.returns.forms", "ingestion.returns.worked_cases",
    "ingestion.returns.published", "ingestion.returns.published.figures",
    # And which members there are, each with a task of its own.
    "ingestion.authorities", "ingestion.operation", "ingestion.operation.council",
    "ingestion.operation.council.names",
}  # fmt: skip
HEAVY = ("great_expectations", "dbt", "pandas", "altair", "psycopg", "psycopg2")

# Each file is run in a process of its own, forked where nothing but Airflow's own machinery is imported: what the
# file itself pulls in is told from what that needs, and Airflow is imported only once.
PROBE = """
import json, os, runpy, sys
import airflow.sdk
import pydantic, pydantic_settings, yaml

def modules_with(path):
    reading, writing = os.pipe()
    if os.fork() == 0:
        code = 1
        try:
            before = set(sys.modules)
            runpy.run_path(path)
            found = {
                "pulled_in": sorted(set(sys.modules) - before),
                "all_modules": sorted(sys.modules),
            }
            with os.fdopen(writing, "w") as pipe:
                json.dump(found, pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        found = pipe.read()
    assert os.waitstatus_to_exitcode(os.wait()[1]) == 0, path
    return json.loads(found)

probed = {path: modules_with(path) for path in sys.argv[1:]}

from airflow.dag_processing.dagbag import DagBag
for path, found in probed.items():
    bag = DagBag(dag_folder=path)
    print("PROBE " + json.dumps(found | {
        "path": path,
        "errors": bag.import_errors,
        "dags": {
            dag_id: {
                "tags": sorted(dag.tags),
                "doc": dag.doc_md,
                "description": dag.description,
                "params": {name: dag.params.get_param(name).serialize()["schema"] for name in dag.params},
                "catchup": dag.catchup,
                "max_active_runs": dag.max_active_runs,
                "timeout": dag.dagrun_timeout is not None,
                "schedule": getattr(dag.timetable, "expression", None),
                "waits_for": sorted(
                    asset.name
                    for asset in getattr(getattr(dag.timetable, "asset_condition", None), "objects", ())
                ),
                "emits": sorted({asset.name for task in dag.tasks for asset in task.outlets}),
                "addresses": sorted({asset.uri for task in dag.tasks for asset in task.outlets}),
                "tasks": {
                    task.task_id: {
                        "retries": task.retries,
                        "timeout": task.execution_timeout is not None,
                        "trigger_rule": getattr(task.trigger_rule, "value", task.trigger_rule),
                        "downstream": sorted(task.downstream_task_ids),
                        "is_mapped": task.is_mapped,
                        "owner": task.owner,
                        "retry_policy": task.retry_policy.serialize() if task.retry_policy else None,
                        "at_once": task.max_active_tis_per_dag,
                    }
                    for task in dag.tasks
                },
            }
            for dag_id, dag in bag.dags.items()
        },
    }))
"""


@pytest.fixture(scope="module")
def found_by_airflow(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """What a fresh Airflow found in every DAG file, by path."""
    home = tmp_path_factory.mktemp("airflow-home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "PYTHONPATH": os.pathsep.join((str(DAGS), str(PROJECT_ROOT))),  # Airflow puts its DAG folder there
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, DAG_FILES)],
        capture_output=True, text=True, timeout=240, env=environment, cwd=home,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    probes = [line.removeprefix("PROBE ") for line in done.stdout.splitlines() if line.startswith("PROBE ")]
    return {found["path"]: found for found in map(json.loads, probes)}


@pytest.fixture(params=DAG_FILES, ids=[path.stem for path in DAG_FILES])
def probed(request: pytest.FixtureRequest, found_by_airflow: dict[str, dict]) -> tuple[str, dict]:
    """The name of a DAG file and what a fresh Airflow found in it."""
    return request.param.stem, found_by_airflow[str(request.param)]


def test_the_dag_files_of_the_road_are_there():
    assert {path.stem for path in DAG_FILES} >= {
        "ask_for_sign_off", "back_up", "build_marts", "chase_returns", "check_at_councils", "collect_published",
        "collect_returns", "count_readings", "publish_packs", "purge_children", "sign_off_submission",
    }  # fmt: skip
    assert set(OF_THE_CATALOGUE) >= {"collect_pss_ex1", "collect_ssda903"}


def test_a_dag_file_is_noticed_by_airflow_and_not_mistaken_for_dbts():
    for path in DAG_FILES:
        assert "airflow" in path.read_text()
        assert not path.name.startswith("dbt_")


def test_a_dag_file_names_no_return():
    for path in DAGS.glob("*.py"):
        assert [layout.code for layout in collected_returns() if layout.code in path.read_text()] == [], path


def test_a_dag_file_holds_one_dag_of_its_own_name_or_one_of_every_return(probed: tuple[str, dict]):
    name, found = probed
    assert found["errors"] == {}
    assert sorted(found["dags"]) == (sorted(OF_THE_CATALOGUE) if name == "collect_returns" else [name])


def test_a_dag_says_what_it_does_and_where_it_belongs(probed: tuple[str, dict]):
    for name, dag in probed[1]["dags"].items():
        assert STAGES & set(dag["tags"])
        assert not name.startswith("collect_") or {"collect", name.removeprefix("collect_")} <= set(dag["tags"])
        assert len(dag["doc"].strip()) > 100
        assert 20 < len(dag["description"]) < 120 and dag["description"].endswith(".")
        assert "Safe to repeat" in dag["doc"]


def test_a_dag_runs_once_at_a_time_and_not_for_ever(probed: tuple[str, dict]):
    for name, dag in probed[1]["dags"].items():
        at_once = 200 if name == SIDE_BY_SIDE else 1
        assert (dag["catchup"], dag["max_active_runs"], dag["timeout"]) == (False, at_once, True)
        for task_id, task in dag["tasks"].items():
            assert task["timeout"], task_id
            assert task["retries"] >= 1 or task_id == WATCHER, task_id


def test_a_return_is_collected_when_its_layout_says(probed: tuple[str, dict]):
    for name, dag in probed[1]["dags"].items():
        if name in OF_THE_CATALOGUE:
            assert dag["schedule"] == find_return(name.removeprefix("collect_")).schedule


def test_every_collection_announces_what_was_decided_and_the_marts_wait_for_all(probed: tuple[str, dict]):
    returns = [*(name.removeprefix("collect_") for name in OF_THE_CATALOGUE), "published"]
    others = {
        "build_marts": ["comparison_page", "feedback", "marts", "sharing"], "count_readings": ["comparison_page"],
        "publish_packs": ["packs"], "sign_off_submission": ["signed_off"],
    }  # fmt: skip
    not_accepted = [f"{each}_not_accepted" for each in returns]
    waits = {
        "ask_for_sign_off": not_accepted, "chase_returns": ["marts", "packs"], "count_readings": ["marts"],
        "publish_packs": ["marts"],
        "build_marts": [*(f"{each}_accepted" for each in returns), *not_accepted, "signed_off"],
    }  # fmt: skip
    for name, dag in probed[1]["dags"].items():
        code = name.removeprefix("collect_")
        announced = [f"{code}_accepted", f"{code}_not_accepted", "feedback"] if code in returns else []
        assert dag["emits"] == sorted(others.get(name, announced))
        assert dag["waits_for"] == sorted(waits.get(name, []))


def test_an_asset_has_an_address_that_is_the_same_wherever_the_warehouse_is(probed: tuple[str, dict]):
    for dag in probed[1]["dags"].values():
        assert len(dag["addresses"]) == len(dag["emits"])
        assert all(address.startswith("x-club://") for address in dag["addresses"])


def test_every_step_has_an_owner_and_is_tried_again_by_the_cause_of_its_failure(probed: tuple[str, dict]):
    for dag in probed[1]["dags"].values():
        for task_id, task in dag["tasks"].items():
            assert task["owner"] == "club engineer", task_id
            passing, lasting = task["retry_policy"]["rules"]
            assert (passing["action"], lasting["action"]) == ("retry", "fail"), task_id
            assert "psycopg.OperationalError" in passing["exception"]
            assert "ingestion.errors.ClubError" in lasting["exception"]


def test_a_run_by_hand_takes_what_it_is_limited_to(probed: tuple[str, dict]):
    text = ["null", "string"]
    for name, dag in probed[1]["dags"].items():
        types = {param: schema["type"] for param, schema in dag["params"].items()}
        if name in OF_THE_CATALOGUE:
            assert types == {"authority": text, "period": text}
            layout = find_return(name.removeprefix("collect_"))
            assert dag["params"]["period"]["examples"] == list(layout.periods)
        else:
            assert types == {
                "collect_published": {"period": text}, "build_marts": {"full": "boolean"},
                "sign_off_submission": {"submission_id": "integer"},
            }.get(name, {})  # fmt: skip


def test_the_check_runs_whoever_failed_to_collect(probed: tuple[str, dict]):
    for name, dag in probed[1]["dags"].items():
        tasks = dag["tasks"]
        assert name.startswith("collect_") == ("check_submissions" in tasks)
        if "check_submissions" in tasks:
            assert tasks["check_submissions"]["trigger_rule"] == "all_done"


def test_a_collection_in_which_a_step_failed_is_red_in_the_end(probed: tuple[str, dict]):
    for name, dag in probed[1]["dags"].items():
        tasks = dag["tasks"]
        assert name.startswith("collect_") == (WATCHER in tasks)
        if WATCHER in tasks:
            assert (tasks[WATCHER]["trigger_rule"], tasks[WATCHER]["retries"]) == ("one_failed", 0)
            watched = {task_id for task_id, task in tasks.items() if WATCHER in task["downstream"]}
            assert {"collect_sender", "collect_published_return"} & watched
            # What finds the senders fails those that wait for it.
            assert set(tasks) - watched <= {
                WATCHER, "find_senders", "find_collections", "find_published_returns",
            }  # fmt: skip


def test_copies_are_collected_after_the_senders_whether_there_were_any_or_not(probed: tuple[str, dict]):
    for name, dag in probed[1]["dags"].items():
        tasks = dag["tasks"]
        assert (name == "collect_pss_ex1") == ("collect_collection" in tasks)
        if "collect_collection" in tasks:
            assert tasks["collect_collection"]["trigger_rule"] == "all_done"
            assert "collect_collection" in tasks["collect_sender"]["downstream"]


def test_packs_are_made_member_by_member_and_asked_about_once(found_by_airflow: dict[str, dict]):
    """One at a time, so that the road has the machine; nothing is made or recorded before the officer's word."""
    tasks = found_by_airflow[str(DAGS / "publish_packs.py")]["dags"]["publish_packs"]["tasks"]
    each = {name: task["at_once"] for name, task in tasks.items() if task["is_mapped"]}
    assert each == {"draft_packs": 1, "finish_packs": 1}
    assert tasks["draft_packs"]["downstream"] == ["prepare_question"]
    assert tasks["prepare_question"]["downstream"] == ["ask_the_officer"]
    # What follows the question directly is skipped by a refusal, which is to be recorded.
    assert tasks["ask_the_officer"]["downstream"] == ["finish_packs"]
    assert (tasks["finish_packs"]["downstream"], tasks["record_refusal"]["trigger_rule"]) == (
        ["record_refusal"], "none_failed",
    )  # fmt: skip


# What a member's task is told by, where workers at councils are let in.
QUEUES = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
assert not bag.import_errors, bag.import_errors
(dag,) = bag.dags.values()
print("QUEUES " + json.dumps({task.task_id: [task.queue, task.executor] for task in dag.tasks}))
"""


def test_a_members_work_goes_to_its_own_queue_alone(tmp_path: Path):
    executors = executor_environment(Settings(edge_address="https://club.example.org"))
    environment = os.environ | executors | {
        "AIRFLOW_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join((str(DAGS), str(PROJECT_ROOT))),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", QUEUES, str(DAGS / "check_at_councils.py")],
        capture_output=True, text=True, timeout=240, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (told,) = [line for line in done.stdout.splitlines() if line.startswith("QUEUES ")]
    tasks = json.loads(told.removeprefix("QUEUES "))
    at_councils = {task_id: place for task_id, place in tasks.items() if task_id.startswith("at_")}
    assert at_councils == {f"at_{each.code}": [f"council-{each.code}", "EdgeExecutor"] for each in members()}
    assert {executor for task_id, (_, executor) in tasks.items() if task_id not in at_councils} == {None}


def test_a_submission_is_asked_about_before_anything_is_recorded(found_by_airflow: dict[str, dict]):
    tasks = found_by_airflow[str(DAGS / "sign_off_submission.py")]["dags"]["sign_off_submission"]["tasks"]
    # What follows the question directly is skipped by a refusal, which is to be recorded.
    assert tasks["ask_the_officer"]["downstream"] == ["accept_submission"]
    assert (tasks["accept_submission"]["downstream"], tasks["reject_submission"]["trigger_rule"]) == (
        ["reject_submission"], "none_failed",
    )  # fmt: skip


def test_importing_a_dag_file_pulls_in_the_catalogue_and_nothing_heavy(probed: tuple[str, dict]):
    _, found = probed
    for name in ("great_expectations", "dbt", "pandas"):
        assert name not in found["all_modules"]
    assert [name for name in found["pulled_in"] if name.split(".")[0] in HEAVY] == []
    ours = {name for name in found["pulled_in"] if name.split(".")[0] in ("ingestion", "reporting")}
    assert ours <= CATALOGUE, "a DAG file imports the house's other packages inside its tasks"
