"""Let councils that have a worker of their own collect, check and pseudonymise there; take in what they send."""

from datetime import timedelta
from inspect import cleandoc

from airflow.configuration import conf
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import CronTriggerTimetable, dag, task
from steps import EVERY_STEP

from ingestion.authorities import members
from ingestion.operation.council.names import DAG, queue_of, task_of

DOC = cleandoc("""
    ### Returns that are checked at the council
    A task for each member, `at_<council>`, which only that council's own worker takes (queue `council-<council>`).
    There it reads the council's own landing zone, checks returns about children, and sends of them rows under
    pseudonyms, findings and hashes. Other returns it sends as they are. `collect_<return>` then takes in what
    came.

    **Who has joined** is asked at the beginning (`club edge list`); the tasks of all others are skipped, and their
    files are collected here as ever.
    **A red `at_<council>`**: the council's machine was off or its check failed; its log is on that machine alone.
    **Safe to repeat:** what the club knows already is not sent again.
""")

# Without that executor nobody can have joined, and all these tasks are skipped.
EXECUTOR = "EdgeExecutor" if "EdgeExecutor" in conf.get("core", "executor") else None


@task.branch(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def choose_councils() -> list[str]:
    """Choose the tasks of those who have joined."""
    from ingestion.settings import Settings
    from ingestion.warehouse.councils import joined_councils

    return [task_of(council) for council in joined_councils(Settings())]


# Of a failure the engineer is told by `tell_of_failures`: the gate lets no mail out.
@task(
    on_failure_callback=[],
    executor=EXECUTOR, retries=1, retry_delay=timedelta(seconds=30), execution_timeout=timedelta(hours=2),
    do_xcom_push=False,
)  # fmt: skip
def work_at_council(council: str) -> None:
    """Collect, check, pseudonymise and send, on the council's own machine."""
    from ingestion.operation.council.worker import take_task
    from ingestion.settings import Settings

    take_task(Settings(), council)


@task(
    execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10), trigger_rule="all_done"
)  # fmt: skip
def find_what_came() -> list[str]:
    """List the collections that have a package to take in."""
    from ingestion.collect.waiting import returns_waiting
    from ingestion.settings import Settings

    return [f"collect_{code}" for code in returns_waiting(Settings())]


@task(execution_timeout=timedelta(minutes=5), retries=1, trigger_rule="one_failed")
def tell_of_failures() -> None:
    """Fail here, for the engineer to be told: what fails at a council can reach nobody."""
    from airflow.sdk.exceptions import AirflowFailException

    raise AirflowFailException("The work at a council failed: look for the red ones above. All else was taken in.")


@dag(
    dag_id=DAG,
    description="Returns that are collected, checked and pseudonymised on councils' own machines.",
    schedule=CronTriggerTimetable("0 5 * * *", timezone="Europe/London"),
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
    dagrun_timeout=timedelta(hours=3),
    tags=["collect"],
    doc_md=DOC,
)
def check_at_councils() -> None:
    """Choose the councils, let them work, take in what came."""
    at_councils = [
        work_at_council.override(task_id=task_of(member.code), queue=queue_of(member.code))(member.code)
        for member in members()
    ]
    choose_councils() >> at_councils
    came = find_what_came()
    at_councils >> came
    at_councils >> tell_of_failures()
    TriggerDagRunOperator.partial(
        task_id="take_in", retries=2, retry_delay=timedelta(seconds=10), execution_timeout=timedelta(minutes=5)
    ).expand(trigger_dag_id=came)


check_at_councils()
