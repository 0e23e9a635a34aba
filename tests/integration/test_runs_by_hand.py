"""Runs of DAGs by hand, with params, in a real Airflow; what assets tell; which failure is tried again."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import DAGS, PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from tests.support.dag_runs import DagRun, run_dags
from tests.support.returns import sample_return
from tests.support.warehouses import settings_in

PERIODS = ("2006-07", "2007-08")

CAUSES = """
import psycopg, subprocess
from ingestion.errors import ClubError, NothingAwaitsError
from ingestion.mail.sending import MailNotSentError
from ingestion.model.dbt_outcome import DbtError, MachineError
from retries import BY_CAUSE

for cause in (
    psycopg.OperationalError("lost"), psycopg.errors.AdminShutdown("stopped"), MachineError("no room"),
    MailNotSentError("no server"), OSError("a disk"), psycopg.errors.UniqueViolation("two at once"),
    ClubError("a sentence"), DbtError("a test", ()), NothingAwaitsError("over"),
    psycopg.errors.DataException("text"), psycopg.errors.UndefinedTable("none"), KeyError("none"),
    ValueError("text"),
):
    print("CAUSE", type(cause).__name__, BY_CAUSE.evaluate(cause, 1, 3).action.value)
"""


@pytest.fixture(scope="module")
def warehouse(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two authorities have sent the returns of two years; nothing is collected yet."""
    settings = settings_in(prepared_home, tmp_path_factory.mktemp("by-hand") / "landing")
    for authority in ("dudley", "walsall"):
        for period in PERIODS:
            sample_return(authority, period).deliver(settings)
    return settings


@pytest.fixture(scope="module")
def runs(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What Airflow told of runs by hand, one after the other.

    Slow, as it makes its database and builds everything.
    """
    wanted = {
        "mistyped": DagRun("collect_pss_ex1", {"authority": "dudly"}),
        "no year": DagRun("collect_pss_ex1", {"period": "2006-7"}),
        "one": DagRun("collect_pss_ex1", {"authority": "DUDLEY", "period": "2006-07"}),
        "full": DagRun("build_marts", {"full": True}),
        "not full": DagRun("build_marts"),
    }
    told = run_dags(warehouse, tmp_path_factory.mktemp("airflow"), *wanted.values())
    return dict(zip(wanted, told, strict=True))


def test_a_run_collects_what_its_params_say_and_nothing_else(runs: dict[str, dict], warehouse: Settings):
    assert runs["one"]["state"] == "success" and runs["one"]["steps"]["collect_sender"] == ["success"]
    with connect(warehouse, Role.LOADER) as connection:
        collected = connection.execute("select sender, period_code from ledger.submission").fetchall()
    assert collected == [("dudley", "2006-07")]


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        ("mistyped", "There is no authority 'dudly'; the nearest known code is 'dudley'."),
        ("no year", "There is no year or round '2006-7' of pss_ex1; the nearest is '2006-07'."),
    ],
)
def test_what_is_mistyped_fails_at_once_with_the_nearest_that_is_known(
    runs: dict[str, dict], run: str, sentence: str
):
    assert runs[run]["state"] == "failed"
    assert (runs[run]["steps"]["find_senders"], runs[run]["tries"]["find_senders"]) == (["failed"], 1)
    assert sentence in runs[run]["log"]


def test_a_full_build_is_one_although_little_has_changed_and_without_it_nothing_is_built(runs: dict[str, dict]):
    assert runs["full"]["steps"]["build_with_dbt"] == ["success"]
    assert runs["not full"]["steps"]["build_with_dbt"] == ["skipped"]


def test_events_tell_submissions_rows_and_build(runs: dict[str, dict], warehouse: Settings):
    with connect(warehouse, Role.ANALYST) as connection:
        (build_id, tests) = connection.execute("select build_id, tests from marts.build").fetchone()
        (figures,) = connection.execute("select count(*) from marts.fct_indicator").fetchone()
        (shared,) = connection.execute("select count(*) from sharing.comparison").fetchone()
    with connect(warehouse, Role.LOADER) as connection:
        (number,) = connection.execute("select submission_id from ledger.submission").fetchone()
    events = {each["name"]: each["extra"] for run in runs.values() for each in run["emitted"]}
    assert events["pss_ex1_accepted"] == {"submission_ids": [number], "returns": ["pss_ex1", "pss_ex1_totals"]}
    assert events["marts"]["submission_ids"] == [number]
    assert (events["marts"]["build_id"], events["marts"]["tests"]) == (build_id, tests) and tests > 100
    assert events["marts"]["rows"]["fct_indicator"] == figures > 0
    assert events["sharing"]["rows"]["comparison"] == shared
    assert events["comparison_page"]["build_id"] == build_id
    assert any(page.endswith("comparison.html") for page in events["comparison_page"]["pages"])
    assert events["feedback"]["files"] > 0
    assert set(events) == {"pss_ex1_accepted", "marts", "sharing", "comparison_page", "feedback"}


def test_the_log_of_a_step_is_what_it_did(runs: dict[str, dict]):
    collected, built = runs["one"]["log"], runs["full"]["log"]
    assert "collected" in collected and "decided" in collected
    assert "Registering" not in collected and "great_expectations" not in collected
    assert "PASS=" in built and "ERROR=0" in built


def test_a_lost_connection_is_tried_again_and_a_fault_of_data_is_not():
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(DAGS), str(PROJECT_ROOT)))}
    done = subprocess.run(
        [sys.executable, "-c", CAUSES], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told = dict(line.split()[1:] for line in done.stdout.splitlines() if line.startswith("CAUSE"))
    again = {"OperationalError", "AdminShutdown", "MachineError", "MailNotSentError"}
    assert {cause for cause, action in told.items() if action == "retry"} == again
    assert {cause for cause, action in told.items() if action == "default"} == {"OSError", "UniqueViolation"}
    assert {cause for cause, action in told.items() if action == "fail"} == {
        "ClubError", "DbtError", "NothingAwaitsError", "DataException", "UndefinedTable", "KeyError", "ValueError",
    }  # fmt: skip
