"""Run the road once, through the DAGs: collect, check, decide, model, publish."""

import getpass
import time
from dataclasses import dataclass

from rich.console import Console

from ingestion.authorities import require_authority
from ingestion.collect.limits import require_period, takes_period
from ingestion.errors import ClubError
from ingestion.model.build import marts_are_behind
from ingestion.operation.airflow_api import FINISHED, AirflowApi
from ingestion.operation.dag_names import BUILD_DAG, collect_dags
from ingestion.operation.overview import count_received
from ingestion.operation.progress import Shown, shown_on
from ingestion.returns.catalogue import collected_returns
from ingestion.settings import Settings

POLL_SECONDS = 0.5
# How long after the collections Airflow may take to start the build that their assets trigger.
BUILD_GRACE_SECONDS = 20.0


@dataclass(frozen=True)
class Limits:
    """The returns that are to be collected: of one authority, of one period, or all."""

    authority: str | None = None
    period: str | None = None

    def dags(self) -> dict[str, dict[str, str]]:
        """Return the DAGs that collect such returns, each with its params.

        Raises:
            ClubError: there is no such authority, or no return comes for such a period.
        """
        if self.authority is None and self.period is None:
            return {dag_id: {} for dag_id in collect_dags()}
        authority = require_authority(self.authority).code if self.authority else None
        # A round that only the warehouse knows, of a workshop, is nothing that a mistyped year can be told from.
        layouts = [layout for layout in collected_returns() if layout.periods or not self.period]
        require_period(layouts, self.period)
        wanted = {name: value for name, value in (("authority", authority), ("period", self.period)) if value}
        return {f"collect_{layout.code}": wanted for layout in layouts if takes_period(layout, self.period)}

    @property
    def note(self) -> str:
        """What Airflow shows beside the runs."""
        limits = ", ".join(filter(None, [self.authority, self.period]))
        return f"club load by {getpass.getuser()}" + (f": {limits}" if limits else "")


ALL = Limits()


@dataclass(frozen=True)
class Run:
    """One DAG run that is being watched."""

    dag_id: str
    run_id: str
    number: int


def load(settings: Settings, api: AirflowApi, console: Console, limits: Limits = ALL) -> list[str]:
    """Run everything once, or what is limited; return a sentence for every step that failed.

    Raises:
        ClubError: a DAG is paused, Airflow has stopped, or nothing is within the limits.
    """
    dags = limits.dags()
    if paused := api.paused((*dags, BUILD_DAG)):
        raise ClubError(
            f"Paused in Airflow: {', '.join(paused)}. A run would wait for ever; switch the DAG on there, and run "
            "the command again."
        )
    with shown_on(console) as shown:
        # New runs, even if others are under way: these may have looked before a file arrived.
        runs = [
            Run(dag_id, api.trigger(dag_id, conf, limits.note), shown.begin(dag_id))
            for dag_id, conf in dags.items()
        ]
        failures = [failure for run in runs for failure in _follow(settings, api, shown, run)]
        failures += _follow_builds(settings, api, shown)
    return failures


def _follow(settings: Settings, api: AirflowApi, shown: Shown, run: Run) -> list[str]:
    """Watch one run to its end; report failed steps even when the run as a whole went on.

    A step may be a whole year of all England, so the submissions received are counted as well.
    """
    while True:
        state = api.run_state(run.dag_id, run.run_id)
        count = api.tasks(run.dag_id, run.run_id)
        received = count_received(settings, run.run_id)
        shown.update(run.number, count.done, count.total, received)
        if state in FINISHED:
            break
        api.require_scheduler()
        time.sleep(POLL_SECONDS)
    shown.end(run.number, state)
    failures = [f"{run.dag_id}: the step {step} failed" for step in count.failed]
    if state == "failed" and not failures:
        failures.append(f"{run.dag_id}: the run {run.run_id} failed")
    return failures


def _follow_builds(settings: Settings, api: AirflowApi, shown: Shown) -> list[str]:
    """Watch the builds triggered by the collections, until the marts are up to date."""
    seen: set[str] = set()
    failures: list[str] = []
    waited_since = time.monotonic()
    while True:
        open_runs = [run_id for run_id in api.unfinished_runs(BUILD_DAG) if run_id not in seen]
        for run_id in open_runs:
            seen.add(run_id)
            run = Run(BUILD_DAG, run_id, shown.begin(BUILD_DAG))
            failures = _follow(settings, api, shown, run)
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
