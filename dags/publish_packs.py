"""Publish the packs of every member when the marts are built: drafts, the officer's word, final ones.

The DAG `publish_packs` of Airflow. All that is decided is decided in `reporting.packs`.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, chain, dag, get_current_context, task
from airflow.sdk.exceptions import TaskAwaitingInput
from alerts import ALERTED
from steps import MARTS, PACKS, PATIENT

# One after the other: nobody waits for a draft, and the road has the machine to itself.
ONE_AT_A_TIME = {"max_active_tis_per_dag": 1, "map_index_template": "{{ authority }}"}
LOOK_AGAIN = timedelta(minutes=10)


@contextmanager
def skipped_if_nothing_awaits() -> Iterator[None]:
    """Skip the step, and say why, where another build is read by now or the word was given elsewhere."""
    from airflow.sdk.exceptions import AirflowSkipException

    from reporting.packs.awaiting import NothingAwaitsError

    try:
        yield
    except NothingAwaitsError as why:
        raise AirflowSkipException(str(why)) from None


@task(execution_timeout=timedelta(minutes=5), **PATIENT)
def find_members() -> list[dict[str, Any]]:
    """List the members whose packs of the build that is read are neither signed off nor refused."""
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.model.build import marts_are_behind
    from ingestion.settings import Settings
    from reporting.packs.awaiting import members_to_publish

    settings = Settings()
    if marts_are_behind(settings):
        raise AirflowSkipException("More was decided meanwhile: the next build is due, and is drafted instead.")
    build_id, authorities = members_to_publish(settings)
    return [{"authority": authority, "build_id": build_id} for authority in authorities]


@task(execution_timeout=timedelta(minutes=20), **ONE_AT_A_TIME, **PATIENT)
def draft_packs(authority: str, build_id: int) -> list[str]:
    """Write the drafts of one member, of all groups, into its outbox."""
    from ingestion.settings import Settings
    from reporting.packs.publish import publish_drafts

    get_current_context()["authority"] = authority  # type: ignore[typeddict-unknown-key] -- for map_index_template
    with skipped_if_nothing_awaits():
        return [str(folder) for folder in publish_drafts(Settings(), [authority], build_id=build_id)]


@task(execution_timeout=timedelta(minutes=5), outlets=[PACKS], **PATIENT)
def prepare_question(members: list[dict[str, Any]]) -> dict[str, str]:
    """Say what awaits the officer; skipped when all was signed off or refused before."""
    from ingestion.settings import Settings
    from reporting.packs.awaiting import find_awaiting, request

    settings = Settings()
    with skipped_if_nothing_awaits():
        awaiting = find_awaiting(settings, members[0]["build_id"])
        subject, body = request(settings, awaiting)
    return {
        "subject": subject,
        "body": body,
        "build_id": str(awaiting.build_id),
        "until": awaiting.until.isoformat(),
    }


class AskTheOfficer(ApprovalOperator):
    """An approval that looks now and then whether it is still awaited, and asks again where a reason is missing.

    Airflow keeps the question while this looks; an answer given at that moment is taken when it has looked.
    """

    template_fields = ("subject", "body", "build_id", "until")

    def __init__(self, *, build_id: Any, until: Any, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.build_id = build_id
        self.until = until

    def execute(self, context: Any) -> Any:
        """Ask. Where Airflow itself starts the step again, take the answer that was given before.

        It takes a step for lost that is answered in the seconds in which the worker that asked goes home. A step
        that a person has cleared may be tried more often than it was made for: that one is to ask anew.
        """
        from airflow.sdk.exceptions import AirflowRuntimeError
        from airflow.sdk.execution_time.hitl import get_hitl_detail_content_detail

        task_instance = context["ti"]
        given = None
        if task_instance.try_number > 1 and task_instance.max_tries == self.retries:
            with suppress(AirflowRuntimeError):  # it had not been asked yet
                given = get_hitl_detail_content_detail(task_instance.id)
        if given and given.response_received and given.responded_by_user:
            answer = given.model_dump(include={"chosen_options", "params_input", "responded_at"})
            user = given.responded_by_user.model_dump(include={"id", "name"})
            return self.execute_complete(context, answer | {"responded_by_user": user})
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Take the answer, or, when there is none yet, wait on if it is still awaited."""
        from ingestion.settings import Settings
        from reporting.packs.awaiting import find_awaiting, lacks_reason

        if event.get("error_type") == "timeout":
            with skipped_if_nothing_awaits():
                find_awaiting(Settings(), int(self.build_id))
            raise TaskAwaitingInput(method_name="execute_complete", timeout=self.response_timeout)
        if "error" not in event:
            is_approved = event["chosen_options"] == [self.APPROVE]
            if lacks_reason(is_approved, event["params_input"] or {}, datetime.fromisoformat(self.until)):
                self.log.warning("%s without a reason: the question is asked again.", event["chosen_options"][0])
                return super().execute(context)
            if not is_approved:  # a refusal leaves no return value
                refusal = {"by": event["responded_by_user"]["name"], "reason": event["params_input"]["reason"]}
                context["ti"].xcom_push("refusal", refusal)
        return super().execute_complete(context, event)


@task(execution_timeout=timedelta(minutes=20), outlets=[PACKS], **ONE_AT_A_TIME, **PATIENT)
def finish_packs(answer: dict[str, Any], authority: str, build_id: int) -> list[str]:
    """Publish the packs of one member as final, under the name of who approved."""
    from ingestion.settings import Settings
    from reporting.packs.publish import sign_off_packs

    get_current_context()["authority"] = authority  # type: ignore[typeddict-unknown-key] -- for map_index_template
    by, reason = answer["responded_by_user"]["name"], answer["params_input"].get("reason")
    with skipped_if_nothing_awaits():
        final = sign_off_packs(Settings(), by, [authority], early=reason, build_id=build_id)
        return [str(folder) for folder in final]


# Whoever follows the question directly is skipped when it is answered with no.
@task(execution_timeout=timedelta(minutes=5), trigger_rule="none_failed", **PATIENT)
def record_refusal() -> int:
    """Record a refusal and its reason; skipped when there was none. Return of how many packs."""
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.settings import Settings
    from reporting.packs.publish import refuse_packs

    task_instance = get_current_context()["ti"]
    refusal = task_instance.xcom_pull(task_ids="ask_the_officer", key="refusal")
    if refusal is None:
        raise AirflowSkipException("Nothing was refused.")
    build_id = int(task_instance.xcom_pull(task_ids="prepare_question")["build_id"])
    with skipped_if_nothing_awaits():
        return len(refuse_packs(Settings(), refusal["by"], refusal["reason"], build_id=build_id))


@dag(
    schedule=[MARTS],
    catchup=False,
    max_active_runs=1,
    default_args=ALERTED,
    # Longer than the officer is asked: a window of three months at most, and three months after it.
    dagrun_timeout=timedelta(days=200),
    tags=["publish"],
    doc_md="""
    ### Packs: draft, correction window, sign-off, final
    Runs when another build of the marts is read. Every member's packs go as drafts into
    `CLUB_HOME/outbox/<authority>/packs/draft`; then **one** question asks the officer about all of them. Approved,
    they are published as final in `packs/final`, under the name of who approved. Before the correction window
    (`CLUB_CORRECTION_DAYS`) has ended an approval needs a reason, and so does a refusal, which is recorded;
    without one the question is asked again.

    **Another build is read:** within ten minutes the question ends as skipped, with a sentence in its log, and the
    next run makes the drafts of that build. The same when the word was given by `club sign-off-packs`, or nobody
    has answered in three months after the window.

    **A red `draft_packs`** is a fault of ours; nothing is asked until it is mended and the step cleared.

    Emits `packs` when drafts are out and when packs are final.

    **Safe to repeat:** the same build gives the same bytes, and `ledger.publication` a line for each state.
    """,
)
def publish_packs() -> None:
    """Draft, ask, finish."""
    members = find_members()
    drafts = draft_packs.expand_kwargs(members)
    question = prepare_question(members)
    ask = AskTheOfficer(
        task_id="ask_the_officer",
        subject=question["subject"],
        body=question["body"],
        build_id=question["build_id"],
        until=question["until"],
        params={"reason": Param(None, type=["null", "string"], title="Reason")},
        response_timeout=LOOK_AGAIN,
        execution_timeout=timedelta(minutes=5),
        retries=10,
        retry_delay=timedelta(seconds=10),
    )
    chain(drafts, question)
    chain(finish_packs.partial(answer=ask.output).expand_kwargs(members), record_refusal())


publish_packs()
