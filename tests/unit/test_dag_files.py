"""Every DAG file can be imported by a fresh Airflow, quickly, and says what it does."""

import json
import os
import subprocess
import sys

import pytest

from ingestion.settings import DAGS, PROJECT_ROOT

DAG_FILES = sorted(path for path in DAGS.glob("*.py") if path.name != "steps.py")
STAGES = {"collect", "model", "publish", "retention"}
HEAVY = ("great_expectations", "dbt", "pandas", "altair", "psycopg", "psycopg2")

# Each file is run in a process of its own, forked where nothing but Airflow's own machinery is imported: what the
# file itself pulls in is told from what that needs, and Airflow is imported only once.
PROBE = """
import json, os, runpy, sys
import airflow.sdk

def modules_with(path):
    reading, writing = os.pipe()
    if os.fork() == 0:
        code = 1
        try:
            before = set(sys.modules)
            runpy.run_path(path)
            found = {"pulled_in": sorted(set(sys.modules) - before), "all_modules": sorted(sys.modules)}
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
                "catchup": dag.catchup,
                "max_active_runs": dag.max_active_runs,
                "timeout": dag.dagrun_timeout is not None,
                "tasks": {
                    task.task_id: {
                        "retries": task.retries,
                        "timeout": task.execution_timeout is not None,
                        "trigger_rule": getattr(task.trigger_rule, "value", task.trigger_rule),
                        "downstream": sorted(task.downstream_task_ids),
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
    assert {"build_marts", "collect_published", "collect_pss_ex1", "collect_ssda903", "purge_children"} <= {
        path.stem for path in DAG_FILES
    }


def test_a_dag_file_is_noticed_by_airflow_and_not_mistaken_for_dbts():
    for path in DAG_FILES:
        assert "airflow" in path.read_text()
        assert not path.name.startswith("dbt_")


def test_a_dag_file_holds_one_dag_of_its_own_name_without_errors(probed: tuple[str, dict]):
    name, found = probed
    assert found["errors"] == {}
    assert list(found["dags"]) == [name]


def test_a_dag_says_what_it_does_and_where_it_belongs(probed: tuple[str, dict]):
    name, found = probed
    dag = found["dags"][name]
    assert STAGES & set(dag["tags"])
    assert not name.startswith("collect_") or "collect" in dag["tags"]
    assert len(dag["doc"].strip()) > 100
    assert "Safe to repeat" in dag["doc"]


def test_a_dag_runs_once_at_a_time_and_not_for_ever(probed: tuple[str, dict]):
    name, found = probed
    dag = found["dags"][name]
    assert (dag["catchup"], dag["max_active_runs"], dag["timeout"]) == (False, 1, True)
    for task_id, task in dag["tasks"].items():
        assert task["timeout"], task_id
        assert task["retries"] >= 1, task_id


def test_the_check_runs_whoever_failed_to_collect(probed: tuple[str, dict]):
    name, found = probed
    tasks = found["dags"][name]["tasks"]
    assert name.startswith("collect_") == ("check_submissions" in tasks)
    if "check_submissions" in tasks:
        assert tasks["check_submissions"]["trigger_rule"] == "all_done"


def test_copies_are_collected_after_the_senders_whether_there_were_any_or_not(probed: tuple[str, dict]):
    name, found = probed
    tasks = found["dags"][name]["tasks"]
    assert (name == "collect_pss_ex1") == ("collect_collection" in tasks)
    if "collect_collection" in tasks:
        assert tasks["collect_collection"]["trigger_rule"] == "all_done"
        assert "collect_collection" in tasks["collect_sender"]["downstream"]


def test_importing_a_dag_file_pulls_in_nothing_heavy(probed: tuple[str, dict]):
    _, found = probed
    for name in ("great_expectations", "dbt", "pandas"):
        assert name not in found["all_modules"]
    assert [name for name in found["pulled_in"] if name.split(".")[0] in HEAVY] == []
    ours = [name for name in found["pulled_in"] if name.split(".")[0] in ("ingestion", "reporting")]
    assert ours == [], "a DAG file imports the house's packages inside its tasks"
