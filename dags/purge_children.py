"""Purge rows about single children whose retention period has expired (Airflow DAG `purge_children`)."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from retries import PATIENCE
from steps import EVERY_STEP, PATIENT


@task(execution_timeout=timedelta(minutes=60), **PATIENT)
def purge() -> dict[str, int]:
    """Purge rows, archived files and values in reports whose retention period has expired."""
    from ingestion.retention import purge_children
    from ingestion.settings import Settings

    purged = purge_children(Settings())
    return {"submissions": len(purged.submissions), "rows": purged.rows, "files": purged.files}


@task(execution_timeout=timedelta(minutes=10), **PATIENCE)
def rotate_logs() -> bool:
    """Set aside the log of Airflow's own processes when it has grown large."""
    from ingestion.operation.logs import rotate_log
    from ingestion.settings import Settings

    return rotate_log(Settings())


@dag(
    description="Purge rows about single children whose retention period has expired.",
    # No start date: the first scheduled run is the next one, not the one just missed.
    schedule=CronTriggerTimetable("0 3 * * *", timezone="Europe/London"),
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
    dagrun_timeout=timedelta(hours=2),
    tags=["retention"],
    doc_md="""
    ### Retention of rows about single children
    `CLUB_KEEP_CHILDREN_DAYS` after a return was decided, its rows in `raw`, its files in the archive and the
    values in its feedback report are taken away. The pseudonymised rows stay, and so do the findings, which hold
    no values. Beside it, `standalone.log` is set aside when it has grown to 20 MiB; five of them are kept.

    **Safe to repeat:** what was purged is noted in the ledger. `club purge --dry-run` says what would go.
    """,
)
def purge_children() -> None:
    """Purge what is due, as the ledger knows; and look after the log."""
    purge()
    rotate_logs()


purge_children()
