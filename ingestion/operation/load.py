"""Run the road once, through the DAGs: collect, check, decide, model, publish."""

import time
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from ingestion.errors import ClubError
from ingestion.model.build import marts_are_behind
from ingestion.operation.airflow_api import FINISHED, AirflowApi
from ingestion.operation.dag_names import BUILD_DAG, collect_dags
from ingestion.operation.overview import count_received
from ingestion.settings import Settings

POLL_SECONDS = 0.5
# How long after the collections Airflow may take to start the build that their assets trigger.
BUILD_GRACE_SECONDS = 20.0


@dataclass
class Run:
    """One DAG run that is being watched."""

    dag_id: str
    run_id: str
    bar: TaskID


def load(settings: Settings, api: AirflowApi, console: Console) -> list[str]:
    """Run everything once; return a sentence for every step that failed.

    Raises:
        ClubError: a DAG is paused, or Airflow has stopped.
    """
    if paused := api.paused((*collect_dags(), BUILD_DAG)):
        raise ClubError(
            f"Paused in Airflow: {', '.join(paused)}. A run would wait for ever; switch the DAG on there, and run "
            "the command again."
        )
    columns = (
        SpinnerColumn(), TextColumn("{task.description:<20}"), BarColumn(24),
        TextColumn("{task.completed:>3.0f}/{task.total:.0f} steps"), TimeElapsedColumn(),
        TextColumn("{task.fields[received]}"),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        runs = [_start(api, progress, dag_id) for dag_id in collect_dags()]
        failures = [failure for run in runs for failure in _follow(settings, api, progress, run)]
        failures += _follow_builds(settings, api, progress)
    return failures


def _start(api: AirflowApi, progress: Progress, dag_id: str) -> Run:
    """Trigger a new run, even if one is under way: that one may have looked before a file arrived."""
    return Run(dag_id, api.trigger(dag_id), _add_bar(progress, dag_id, steps=1))


def _add_bar(progress: Progress, dag_id: str, steps: int) -> TaskID:
    return progress.add_task(dag_id, total=steps, received="")


def _follow(settings: Settings, api: AirflowApi, progress: Progress, run: Run) -> list[str]:
    """Watch one run to its end; report failed steps even when the run as a whole went on.

    A step may be a whole year of all England, so the submissions received are counted as well.
    """
    while True:
        state = api.run_state(run.dag_id, run.run_id)
        count = api.tasks(run.dag_id, run.run_id)
        received = count_received(settings, run.run_id)
        progress.update(
            run.bar, completed=count.done, total=max(count.total, 1),
            received=f"{received:,} submissions received" if received else "",
        )  # fmt: skip
        if state in FINISHED:
            break
        api.require_scheduler()
        time.sleep(POLL_SECONDS)
    failures = [f"{run.dag_id}: the step {step} failed" for step in count.failed]
    if state == "failed" and not failures:
        failures.append(f"{run.dag_id}: the run {run.run_id} failed")
    return failures


def _follow_builds(settings: Settings, api: AirflowApi, progress: Progress) -> list[str]:
    """Watch the builds triggered by the collections, until the marts are up to date."""
    seen: set[str] = set()
    failures: list[str] = []
    waited_since = time.monotonic()
    while True:
        open_runs = [run_id for run_id in api.unfinished_runs(BUILD_DAG) if run_id not in seen]
        for run_id in open_runs:
            seen.add(run_id)
            run = Run(BUILD_DAG, run_id, _add_bar(progress, BUILD_DAG, steps=3))
            failures = _follow(settings, api, progress, run)
            waited_since = time.monotonic()
        if failures or not (open_runs or marts_are_behind(settings)):
            return failures
        if time.monotonic() - waited_since > BUILD_GRACE_SECONDS:
            # The announcement was lost with a crash: the marts are behind and no build is running.
            api.trigger(BUILD_DAG)
            waited_since = time.monotonic()
        api.require_scheduler()
        time.sleep(POLL_SECONDS)


def require_no_failures(failures: list[str], airflow_url: str | None) -> None:
    """Turn failed steps into one error.

    Raises:
        ClubError: something failed.
    """
    if failures:
        raise ClubError("\n".join([*failures, f"The logs of the steps are in Airflow: {airflow_url}"]))
