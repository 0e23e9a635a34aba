"""Build the marts when something was decided, and publish from them (Airflow DAG `build_marts`)."""

from datetime import timedelta

from airflow.sdk import (
    AssetAny,
    DeadlineAlert,
    DeadlineReference,
    Param,
    SyncCallback,
    chain,
    dag,
    get_current_context,
    task,
)
from alerts import TellEngineer
from assets import FEEDBACK, MARTS, SHARING, SIGNED_OFF, announced, tell
from steps import EVERY_STEP, PATIENT, announce_reports, publish_comparison


# A failed test does not mend itself by waiting; one retry is for a lost connection.
@task(execution_timeout=timedelta(minutes=60), outlets=[MARTS, SHARING], **(PATIENT | {"retries": 1}))
def build_with_dbt() -> int:
    """Run one `dbt build`, from seeds to marts with all tests; return the last decision included.

    With the param `full` everything is built anew, also what is quarantined and what has not changed.

    Two announcements may lead to two runs; the second finds the marts up to date, and not one row is written.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.model.announcement import build_in_short, facts_to_tell
    from ingestion.model.build import build_marts as build
    from ingestion.model.build import marts_are_behind
    from ingestion.settings import Settings

    settings, is_full = Settings(), bool(get_current_context()["params"]["full"])
    if not is_full and not marts_are_behind(settings):
        raise AirflowSkipException("The marts are up to date.")
    before = build_in_short(settings)["last_decision_id"] or 0
    decision = build(settings, full=is_full)
    tell(MARTS, **facts_to_tell(settings, "marts", after=before))
    tell(SHARING, **facts_to_tell(settings, "sharing"))
    return decision


@task(execution_timeout=timedelta(minutes=20), outlets=[FEEDBACK], **PATIENT)
def tell_of_quarantine() -> int:
    """Renew the reports on submissions that break the build, or did: their senders have nothing to do."""
    from ingestion.decide import decided_by_warehouse
    from ingestion.feedback.report import write_feedback
    from ingestion.settings import Settings

    settings = Settings()
    return announce_reports(write_feedback(settings, decided_by_warehouse(settings)))


@task(
    execution_timeout=timedelta(minutes=20),
    outlets=[FEEDBACK],
    trigger_rule="none_failed_min_one_success",
    **PATIENT,
)
def tell_of_figures() -> int:
    """Renew the reports on submissions whose figures are another now: their senders see what became of them."""
    from ingestion.feedback.report import write_own_figures
    from ingestion.settings import Settings

    return announce_reports(write_own_figures(Settings()))


@dag(
    description="Build the marts when something was decided, and publish from them.",
    # Whatever was decided, the marts have to show it.
    schedule=AssetAny(*announced(), SIGNED_OFF),
    params={
        "full": Param(
            False, type="boolean", title="Build everything anew", description="Also what has not changed."
        )
    },
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
    dagrun_timeout=timedelta(hours=2),
    # A build of everything takes minutes: after an hour something is in its way, and nothing has failed yet.
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=1),
        callback=SyncCallback(TellEngineer),
    ),
    tags=["model", "publish"],
    doc_md="""
    ### Seeds, staging, intermediate, marts
    Runs whenever a collect DAG has announced a decision, or the officer has given the word on a
    submission. It is one `dbt build` and not a task a model:
    dbt needs five seconds to start, the models less than one each.

    **Safe to repeat.** Readers keep the last good build until all tests of the next have passed. A submission
    that breaks one is quarantined, and the build goes on without it.
    Emits `marts` and `sharing` when another build is read, with its number, the submissions that are new in it and
    the rows of each table; `comparison_page` and `feedback` when these are written.

    **By hand:** with `full`, everything is built anew, as `club rebuild` does.
    """,
)
def build_marts() -> None:
    """Build, then publish."""
    built = build_with_dbt()
    built >> publish_comparison()
    # One after the other: both write reports, and the same one may be due in both.
    figures = tell_of_figures()
    chain(built, tell_of_quarantine(), figures)
    built >> figures


build_marts()
