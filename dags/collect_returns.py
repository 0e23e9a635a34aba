"""Collect every return of the catalogue from every authority: one Airflow DAG `collect_<return>` per return."""

from datetime import timedelta
from inspect import cleandoc

from airflow.sdk import CronTriggerTimetable, Param, dag
from steps import (
    EVERY_STEP,
    check_and_decide_year_by_year,
    check_submissions,
    collect_collection,
    collect_sender,
    decide_submissions,
    find_collections,
    find_senders,
    run_and_answer,
)

from ingestion.returns.catalogue import ReturnLayout, collected_returns, find_totals_of

DOC = cleandoc("""
    ### {title}
    One task an authority reads `LANDING_ZONE/<authority>/{code}/<year>/` and copies new or changed files into
    {raw_tables}, one transaction a submission. {checks}
    Every file is answered with a feedback report in `CLUB_HOME/outbox/<authority>/`.
    {more}

    **Safe to repeat:** files that were seen before are recognised by their bytes.
    **A bad file** never fails the run: what is wrong with it is named; the other authorities go on.
    **A red `collect_sender`** is a fault of ours (database, landing zone), not of a file: look at its log.
    Emits `{code}_accepted` when something was accepted, `{code}_not_accepted` when something was not, with the
    numbers of the submissions; `feedback` when reports were written.

    **By hand:** `authority` and `period` limit what is collected; what was received before is checked anyway.
""")
TOGETHER = "All new submissions are then checked together and decided in the ledger."
YEAR_BY_YEAR = """
All new submissions of a year are then checked together and decided, the oldest year first, because a year is held
against the one before."""
COLLECTIONS = """
After the authorities, one task a year reads a national collection, `LANDING_ZONE/england/{code}/<year>/` or
`LANDING_ZONE/_published/<source>/{code}/<year>/`: each council's tables are a submission of that council."""
PERSONS = """
The loader alone may read these rows; what the models read stands under pseudonyms in `pseudonymised`. The rows are
purged by `purge_children` some time after the decision."""


def describe(layout: ReturnLayout) -> str:
    """Return what an operator has to know about the DAG of one return."""
    more = (COLLECTIONS if layout.has_collections else "") + (PERSONS if layout.is_person_level else "")
    return DOC.format(
        title=layout.title, code=layout.code,
        raw_tables=f"`raw.{layout.raw_table or layout.code + '_*'}`",
        checks=YEAR_BY_YEAR if layout.looks_back else TOGETHER,
        more=more.format(code=layout.code),
    )  # fmt: skip


def collect_return(layout: ReturnLayout) -> None:
    """Make the DAG of one return."""
    code, totals = layout.code, find_totals_of(layout.code)
    codes = [code, totals.code] if totals else [code]

    @dag(
        dag_id=f"collect_{code}",
        description=f"Collect, check and decide: {layout.title}.",
        # No start date: the first scheduled run is the next one, not the one just missed.
        schedule=CronTriggerTimetable(layout.schedule, timezone="Europe/London"),
        params={
            "authority": Param(
                None,
                type=["null", "string"],
                title="Authority",
                description="Only what this one has sent, by any of its names; empty for all.",
            ),
            "period": Param(
                None,
                type=["null", "string"],
                title="Year or round",
                examples=list(layout.periods),
                description="Only what was sent for this one; empty for all.",
            ),
        },
        catchup=False,
        max_active_runs=1,
        default_args=EVERY_STEP,
        dagrun_timeout=timedelta(hours=3),
        tags=["collect", code],
        doc_md=describe(layout),
    )
    def collect() -> None:
        steps = [collect_sender.partial(return_code=code).expand(sender=find_senders(code))]
        if layout.has_collections:
            steps.append(collect_collection.partial(return_code=code).expand(place=find_collections(code)))
        if layout.looks_back:
            steps.append(check_and_decide_year_by_year.override(task_id="check_submissions")(code))
        else:
            steps += [check_submissions([code]), decide_submissions([code])]
        if totals:
            # A control total is compared with the councils' returns in force, so these are decided first.
            steps.append(check_submissions.override(task_id="check_control_totals")([totals.code]))
            steps.append(decide_submissions.override(task_id="decide_control_totals")([totals.code]))
        run_and_answer(code, codes, steps)

    collect()


for each in collected_returns():
    collect_return(each)
