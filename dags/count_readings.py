"""Count every reading of the indicators when the marts are built (Airflow DAG `count_readings`)."""

from datetime import timedelta

from airflow.sdk import chain, dag, task
from assets import MARTS
from steps import EVERY_STEP, PATIENT, publish_comparison


@task(execution_timeout=timedelta(minutes=60), **(PATIENT | {"retries": 1}))
def count_by_every_reading() -> int:
    """Run one `dbt build` of what is counted by readings, and let it be read; return how many figures."""
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.model.readings import count_readings, readings_are_behind
    from ingestion.settings import Settings

    settings = Settings()
    if not readings_are_behind(settings):
        raise AirflowSkipException("The readings are up to date.")
    return count_readings(settings).figures


@dag(
    description="Count every figure under every reading of the club's decisions.",
    schedule=[MARTS],
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
    dagrun_timeout=timedelta(hours=2),
    tags=["model", "publish"],
    doc_md="""
    ### Every figure under every reading
    Runs when another build of the marts is read, and counts if a return about children was decided since: each
    indicator by each choice among the options of the club's decisions, in one pass over the children, into
    `fct_reading`. `definition_sensitivity`, `decision_effect` and `definition_spread` are views of it.

    **A return that breaks a reading** has none, with a warning in the log of the step; all others have theirs.

    **Safe to repeat.** Readers keep the figures of before until the new ones have passed their tests. The marts
    may be built anew meanwhile: it then counts again. What is worked out of children is dropped at the end.
    """,
)
def count_readings() -> None:
    """Count, then publish."""
    chain(count_by_every_reading(), publish_comparison())


count_readings()
