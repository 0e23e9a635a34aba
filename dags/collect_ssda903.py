"""Collect SSDA903 from every authority, check it year by year, decide, and give feedback (Airflow DAG)."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, chain, dag
from steps import (
    SSDA903_ACCEPTED,
    SSDA903_NOT_ACCEPTED,
    announce_accepted,
    announce_not_accepted,
    check_and_decide_year_by_year,
    collect_sender,
    find_senders,
    write_feedback_reports,
)

RETURN = "ssda903"


@dag(
    # No start date: the first scheduled run is the next one, not the one just missed.
    schedule=CronTriggerTimetable("15 6 * * *", timezone="Europe/London"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    tags=["collect", RETURN],
    doc_md="""
    ### SSDA903, children looked after
    One task an authority reads `LANDING_ZONE/<authority>/ssda903/<year>/` as a stream and copies new or changed
    files into `raw.ssda903_*`, which the loader alone may read. All new submissions of a year are then checked
    together with the rule book and decided, the oldest year first, because a year is held against the one before.
    What the models read stands under pseudonyms in `pseudonymised.ssda903_*`.

    **Safe to repeat:** files that were seen before are recognised by their bytes.
    **A bad file** never fails the run: what is wrong is named, the rest is read and checked, the others go on.
    **Rows about children** are purged by `purge_children` some time after the decision.
    Emits `ssda903_accepted` when something was accepted, `ssda903_not_accepted` when something was not.
    """,
)
def collect_ssda903() -> None:
    """Find senders, collect each, then check and decide year by year, and answer all together."""
    chain(
        collect_sender.partial(return_code=RETURN).expand(sender=find_senders(RETURN)),
        check_and_decide_year_by_year.override(task_id="check_submissions")(RETURN),
        [
            write_feedback_reports(),
            announce_accepted.override(outlets=[SSDA903_ACCEPTED])([RETURN]),
            announce_not_accepted.override(outlets=[SSDA903_NOT_ACCEPTED])([RETURN]),
        ],
    )


collect_ssda903()
