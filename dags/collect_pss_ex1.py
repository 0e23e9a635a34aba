"""Collect PSS EX1 from every authority, check it, decide, and give feedback (Airflow DAG `collect_pss_ex1`)."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, chain, dag
from steps import (
    PSS_EX1_ACCEPTED,
    PSS_EX1_NOT_ACCEPTED,
    announce_accepted,
    announce_not_accepted,
    check_submissions,
    collect_collection,
    collect_sender,
    decide_submissions,
    find_collections,
    find_senders,
    write_feedback_reports,
)

RETURN = "pss_ex1"
TOTALS = "pss_ex1_totals"  # they come with the national collections
RETURNS = [RETURN, TOTALS]


@dag(
    # No start date: the first scheduled run is the next one, not the one just missed.
    schedule=CronTriggerTimetable("0 6 * * *", timezone="Europe/London"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    tags=["collect", RETURN],
    doc_md="""
    ### PSS EX1, expenditure and activity
    One task an authority reads `LANDING_ZONE/<authority>/pss_ex1/<year>/` and copies new or changed files into
    `raw.pss_ex1_cells`, one transaction a submission. All new submissions are then checked together, decided in
    the ledger, and answered with a feedback report in `CLUB_HOME/outbox/<authority>/`.
    After the authorities, one task a year reads a national collection, `LANDING_ZONE/england/pss_ex1/<year>/` or
    `LANDING_ZONE/_published/<source>/pss_ex1/<year>/`: each council's tables are a submission of that council.

    **Safe to repeat:** files that were seen before are recognised by their bytes.
    **A bad file** never fails the run: it is rejected with a sentence; the other authorities go on.
    **A red `collect_sender`** is a fault of ours (database, landing zone), not of a file: look at its log.
    Emits `pss_ex1_accepted` when something was accepted, `pss_ex1_not_accepted` when something was not.
    """,
)
def collect_pss_ex1() -> None:
    """Find senders and collections, collect each, then check, decide and answer all together."""
    chain(
        collect_sender.partial(return_code=RETURN).expand(sender=find_senders(RETURN)),
        collect_collection.partial(return_code=RETURN).expand(place=find_collections(RETURN)),
        check_submissions([RETURN]),
        decide_submissions([RETURN]),
        # A control total is held against the councils' returns in force, so they are decided first.
        check_submissions.override(task_id="check_control_totals")([TOTALS]),
        decide_submissions.override(task_id="decide_control_totals")([TOTALS]),
        [
            write_feedback_reports(),
            announce_accepted.override(outlets=[PSS_EX1_ACCEPTED])(RETURNS),
            announce_not_accepted.override(outlets=[PSS_EX1_NOT_ACCEPTED])(RETURNS),
        ],
    )


collect_pss_ex1()
