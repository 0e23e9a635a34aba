"""Collect the national statistics that publishers release (Airflow DAG `collect_published`)."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task
from assets import PUBLISHED
from steps import EVERY_STEP, PATIENT, check_submissions, decide_submissions, run_and_answer

from ingestion.returns.catalogue import listing


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def find_published_returns() -> list[str]:
    """List the published returns of the catalogue."""
    from ingestion.returns.catalogue import published_returns

    return [layout.code for layout in published_returns()]


@task(
    execution_timeout=timedelta(minutes=60),
    map_index_template="{{ task.op_kwargs['return_code'] }}",
    **PATIENT,
)
def collect_published_return(return_code: str) -> int:
    """Register, archive and copy every release of one published return that is new or changed."""
    from ingestion.collect.landing import senders
    from ingestion.collect.run import collect
    from ingestion.returns.catalogue import find_return
    from ingestion.settings import Settings

    settings, release = Settings(), get_current_context()["params"].get("period") or None
    return sum(
        len(collect(settings, return_code, sender, period_code=release))
        for sender in senders(settings, find_return(return_code))
    )


@dag(
    description="Collect the national statistics that publishers release.",
    # No start date: the first scheduled run is the next one, not the one just missed.
    schedule=CronTriggerTimetable(listing().published_schedule, timezone="Europe/London"),
    params={
        "period": Param(
            None, type=["null", "string"], title="Release", description="Only this one; empty for all."
        ),
    },
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
    dagrun_timeout=timedelta(hours=3),
    tags=["collect", PUBLISHED],
    doc_md="""
    ### Published national statistics
    Reads `LANDING_ZONE/_published/<source>/<dataset>/<release>/`, one task a dataset, into
    `raw.published_records`. Every release is kept and stands in the marts beside the others.

    **Safe to repeat:** files that were seen before are recognised by their bytes.
    Emits `published_accepted` when something was accepted, `published_not_accepted` when something was not.
    """,
)
def collect_published() -> None:
    """Collect each published return, then check, decide and answer all together."""
    codes = find_published_returns()
    steps = [
        collect_published_return.expand(return_code=codes), check_submissions(codes), decide_submissions(codes),
    ]  # fmt: skip
    run_and_answer(PUBLISHED, codes, steps)


collect_published()
