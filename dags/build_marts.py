"""Build the marts when something was decided, and publish from them (Airflow DAG `build_marts`)."""

from datetime import timedelta

from airflow.sdk import AssetAny, chain, dag, task
from steps import MARTS, PATIENT, announced, publish_comparison


# A failed test does not mend itself by waiting; one retry is for a lost connection.
@task(execution_timeout=timedelta(minutes=60), outlets=[MARTS], **(PATIENT | {"retries": 1}))
def build_with_dbt() -> int:
    """Run one `dbt build`, from seeds to marts with all tests; return the last decision included.

    Two announcements may lead to two runs; the second finds the marts up to date, and not one row is written.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.model.build import build_marts as build
    from ingestion.model.build import marts_are_behind
    from ingestion.settings import Settings

    settings = Settings()
    if not marts_are_behind(settings):
        raise AirflowSkipException("The marts are up to date.")
    return build(settings)


@task(execution_timeout=timedelta(minutes=20), **PATIENT)
def tell_of_quarantine() -> int:
    """Renew the reports on submissions that break the build, or did: their senders have nothing to do."""
    from ingestion.decide import decided_by_warehouse
    from ingestion.feedback.report import write_feedback
    from ingestion.settings import Settings

    settings = Settings()
    return len(write_feedback(settings, decided_by_warehouse(settings)))


@task(execution_timeout=timedelta(minutes=20), **PATIENT)
def tell_of_figures() -> int:
    """Renew the reports on submissions whose figures are another now: their senders see what became of them."""
    from ingestion.feedback.report import write_own_figures
    from ingestion.settings import Settings

    return len(write_own_figures(Settings()))


@dag(
    # Whatever was decided, the marts have to show it.
    schedule=AssetAny(*announced()),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    tags=["model", "publish"],
    doc_md="""
    ### Seeds, staging, intermediate, marts
    Runs whenever a collect DAG has announced a decision. It is one `dbt build` and not a task a model:
    dbt needs five seconds to start, the models less than one each.

    **Safe to repeat.** Readers keep the last good build until all tests of the next have passed. A submission
    that breaks one is quarantined, and the build goes on without it.
    Emits `marts` when another build is read.
    """,
)
def build_marts() -> None:
    """Build, then publish."""
    built = build_with_dbt()
    built >> publish_comparison()
    # One after the other: both write reports, and the same one may be due in both.
    chain(built, tell_of_quarantine(), tell_of_figures())


build_marts()
