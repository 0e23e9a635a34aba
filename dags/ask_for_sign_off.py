"""Ask the officer about every submission that awaits sign-off (Airflow DAG `ask_for_sign_off`)."""

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import AssetAny, dag, task
from assets import announced_not_accepted
from steps import EVERY_STEP, PATIENT

SIGN_OFF = "sign_off_submission"


@task(execution_timeout=timedelta(minutes=5), **PATIENT)
def find_submissions() -> list[dict[str, Any]]:
    """List the submissions that await sign-off, each with the name of the run that is to ask about it."""
    from ingestion.feedback.awaiting import find_awaited
    from ingestion.settings import Settings

    # The decision is part of the name: what was asked about once is asked about anew when it awaits anew.
    return [
        {
            "trigger_run_id": f"submission_{each.submission.submission_id}_decision_{each.submission.decision_id}",
            "conf": {"submission_id": each.submission.submission_id},
            "note": each.title,
        }
        for each in find_awaited(Settings())
    ]


@dag(
    description="Ask the officer about every submission that awaits sign-off.",
    schedule=AssetAny(*announced_not_accepted()),
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
    dagrun_timeout=timedelta(hours=1),
    tags=["decide"],
    doc_md="""
    ### What awaits the officer's sign-off
    Runs whenever a collect DAG has announced that something was not accepted, and starts a run of
    `sign_off_submission` for each submission that awaits sign-off: each question has a run of its own, so that an
    answer for one is not held up by the others, and what arrives later is asked about while they wait.

    **Safe to repeat:** a submission that is asked about already is skipped.
    """,
)
def ask_for_sign_off() -> None:
    """Find them, and ask about each."""
    TriggerDagRunOperator.partial(
        task_id="ask_about",
        trigger_dag_id=SIGN_OFF,
        logical_date=None,
        skip_when_already_exists=True,
        map_index_template="{{ task.note }}",
        execution_timeout=timedelta(minutes=5),
        retries=3,
        retry_delay=timedelta(seconds=10),
    ).expand_kwargs(find_submissions())


ask_for_sign_off()
