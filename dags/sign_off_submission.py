"""Ask the officer about one submission, and take the word (Airflow DAG `sign_off_submission`)."""

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, chain, dag, get_current_context, task
from assets import SIGNED_OFF, tell
from links import OF_A_SENDER
from officer import ASKED, AskTheOfficer, refusal_given, skipped_if_nothing_awaits
from steps import EVERY_STEP, PATIENT

# How many submissions may be asked about at once; a question takes no slot while it waits.
AT_ONCE = 200


@task(execution_timeout=timedelta(minutes=5), **PATIENT)
def prepare_question() -> dict[str, str]:
    """Say what awaits the officer in the submission: rules, findings, and what stood there before."""
    from ingestion.feedback.awaiting import what_awaits
    from ingestion.feedback.awaiting_words import as_question
    from ingestion.settings import Settings

    with skipped_if_nothing_awaits():
        awaited = what_awaits(Settings(), get_current_context()["params"]["submission_id"])
    subject, body = as_question(awaited)
    of = awaited.submission
    return {"subject": subject, "body": body, "submission_id": str(of.submission_id), "sender": of.sender}


class AskAboutSubmission(AskTheOfficer):
    """Ask about a submission, while it awaits sign-off and no later version has taken its place."""

    template_fields = (*AskTheOfficer.template_fields, "submission_id", "sender")
    operator_extra_links = OF_A_SENDER

    def __init__(self, *, submission_id: Any, sender: Any, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.submission_id = submission_id
        self.sender = sender

    def require_awaited(self) -> None:
        """Make sure that the submission still awaits the officer's word."""
        from ingestion.feedback.awaiting import require_still_awaited
        from ingestion.settings import Settings

        require_still_awaited(Settings(), int(self.submission_id))

    def needs_reason(self, is_approved: bool) -> bool:
        """The ledger keeps a reason for either word."""
        return True


@task(execution_timeout=timedelta(minutes=10), outlets=[SIGNED_OFF], **PATIENT)
def accept_submission(answer: dict[str, Any], submission_id: str) -> str:
    """Bring the submission into force, under the name of who approved, and answer its sender."""
    return _take_word(
        int(submission_id), True, answer["responded_by_user"]["name"], answer["params_input"]["reason"]
    )


# Whoever follows the question directly is skipped when it is answered with no.
@task(execution_timeout=timedelta(minutes=10), trigger_rule="none_failed", outlets=[SIGNED_OFF], **PATIENT)
def reject_submission() -> str:
    """Reject the submission, and answer its sender; skipped when there was no refusal."""
    refusal, question = refusal_given()
    return _take_word(int(question["submission_id"]), False, refusal["by"], refusal["reason"])


def _take_word(submission_id: int, accept: bool, by: str, reason: str) -> str:
    from ingestion.decide import sign_off
    from ingestion.feedback.report import write_feedback
    from ingestion.settings import Settings

    settings = Settings()
    with skipped_if_nothing_awaits():
        verdict = sign_off(settings, submission_id, accept=accept, by=by, reason=reason)
    write_feedback(settings, [submission_id])
    tell(SIGNED_OFF, submission_ids=[submission_id], state=verdict.state.value)
    return verdict.state.value


@dag(
    description="Ask the officer about one submission, and take the word.",
    schedule=None,
    params={
        "submission_id": Param(type="integer", minimum=1, title="Number of a submission that awaits sign-off")
    },
    catchup=False,
    max_active_runs=AT_ONCE,
    default_args=EVERY_STEP,
    # Longer than the officer is asked.
    dagrun_timeout=timedelta(days=120),
    tags=["decide"],
    doc_md="""
    ### The officer's word on one submission
    Started by `ask_for_sign_off`, or by hand with the number of a submission. The question (Required Actions) has
    its findings, with what stood there before and what the sender says of them; of a return about persons, rules
    and counts alone. Approve brings it into force, Reject rejects it; either needs a `reason`, which the
    ledger keeps with the name of who answered, and without which the question is asked again.

    **The word is given elsewhere** (`club sign-off`), it is withdrawn or sent again: within ten minutes the
    question ends as skipped, with a sentence in its log. The same when nobody has answered in three months;
    `club sign-off` takes the word at any time.

    Emits `signed_off`, on which `build_marts` waits.

    **Safe to repeat:** what has the officer's word is not asked about.
    """,
)
def sign_off_submission() -> None:
    """Ask, and take the word."""
    question = prepare_question()
    ask = AskAboutSubmission(
        task_id="ask_the_officer",
        subject=question["subject"],
        body=question["body"],
        submission_id=question["submission_id"],
        sender=question["sender"],
        **ASKED,
    )
    chain(accept_submission(ask.output, question["submission_id"]), reject_submission())


sign_off_submission()
