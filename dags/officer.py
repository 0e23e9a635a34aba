"""Questions to the officer, as Airflow's Required Actions shows them: asked until they are answered or lapse."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, get_current_context
from airflow.sdk.exceptions import TaskAwaitingInput

LOOK_AGAIN = timedelta(minutes=10)

# The XCom of a step that was answered with no: it leaves no return value.
REFUSAL = "refusal"

# How every question is asked.
ASKED = {
    "params": {"reason": Param(None, type=["null", "string"], title="Reason")},
    "response_timeout": LOOK_AGAIN,
    "execution_timeout": timedelta(minutes=5),
    "retries": 10,
    "retry_delay": timedelta(seconds=10),
}


@contextmanager
def skipped_if_nothing_awaits() -> Iterator[None]:
    """Skip the step, and say why, where there is nothing left to ask, or the word was given elsewhere."""
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.errors import NothingAwaitsError

    try:
        yield
    except NothingAwaitsError as why:
        raise AirflowSkipException(str(why)) from None


def refusal_given() -> tuple[dict[str, str], dict[str, str]]:
    """Return who refused and why, and what was asked; skip the step where nothing was refused."""
    from airflow.sdk.exceptions import AirflowSkipException

    task_instance = get_current_context()["ti"]
    refusal = task_instance.xcom_pull(task_ids="ask_the_officer", key=REFUSAL)
    if refusal is None:
        raise AirflowSkipException("Nothing was refused.")
    return refusal, task_instance.xcom_pull(task_ids="prepare_question")


class AskTheOfficer(ApprovalOperator):
    """An approval that looks now and then whether it is still awaited, and asks again where a reason is missing.

    Airflow keeps the question while this looks; an answer given at that moment is taken when it has looked.
    """

    def require_awaited(self) -> None:
        """Make sure that the answer is still awaited.

        Raises:
            NothingAwaitsError: it is not.
        """
        raise NotImplementedError

    def needs_reason(self, is_approved: bool) -> bool:
        """Return whether the answer has to say why."""
        raise NotImplementedError

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
        if event.get("error_type") == "timeout":
            with skipped_if_nothing_awaits():
                self.require_awaited()
            raise TaskAwaitingInput(method_name="execute_complete", timeout=self.response_timeout)
        if "error" not in event:
            is_approved = event["chosen_options"] == [self.APPROVE]
            reason = ((event["params_input"] or {}).get("reason") or "").strip()
            if not reason and self.needs_reason(is_approved):
                self.log.warning("%s without a reason: the question is asked again.", event["chosen_options"][0])
                return super().execute(context)
            if not is_approved:
                refusal = {"by": event["responded_by_user"]["name"], "reason": reason}
                context["ti"].xcom_push(REFUSAL, refusal)
        return super().execute_complete(context, event)
