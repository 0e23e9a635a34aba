"""Back up database, archive and outbox each night, where a folder is set for it (Airflow DAG `back_up`)."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from retries import PATIENCE
from steps import EVERY_STEP


# In no pool: builds wait for it by the lock of their own step, everything else goes on.
@task(execution_timeout=timedelta(hours=3), **(PATIENCE | {"retries": 1}))
def take_backup() -> dict[str, int]:
    """Take a backup, read it back, take away those that are not to be kept; skipped where no folder is set."""
    import structlog
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.backup.nightly import back_up as take
    from ingestion.settings import Settings

    log = structlog.get_logger()
    taken = take(Settings(), log.info)
    if taken is None:
        raise AirflowSkipException("CLUB_BACKUPS is not set: no backup is taken by itself.")
    log.info(f"backup {taken.folder}: {taken.manifest.in_words}", taken_away=taken.removed)
    return {"files": len(taken.manifest.files), "taken_away": len(taken.removed)}


@dag(
    description="Back up database, archive and outbox each night, where a folder is set for it.",
    # After `purge_children`: what is purged in a night is in none of its backups.
    schedule=CronTriggerTimetable("30 4 * * *", timezone="Europe/London"),
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
    dagrun_timeout=timedelta(hours=6),
    tags=["retention"],
    doc_md="""
    ### A backup each night
    Into `CLUB_BACKUPS`, a folder named by its time, while everything runs; builds wait until the database is
    dumped. It is read back byte by byte. Then those beyond `CLUB_BACKUPS_KEPT` go, and those whose last day has
    come because of rows about children in them; never the newest. The secrets go into
    `CLUB_BACKUP_SECRETS_FOLDER`, apart from it. `ledger.dump` beside the archive is written anew.

    **Safe to repeat:** each is a backup of its own. Without `CLUB_BACKUPS` nothing is done.
    """,
)
def back_up() -> None:
    """Take one."""
    take_backup()


back_up()
