"""Publish the packs of every member when the marts are built: drafts, the officer's word, final ones.

The DAG `publish_packs` of Airflow. All that is decided is decided in `reporting.packs`.
"""

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import chain, dag, get_current_context, task
from assets import MARTS, PACKS, tell
from officer import ASKED, AskTheOfficer, refusal_given, skipped_if_nothing_awaits
from steps import EVERY_STEP, PATIENT

# One after the other: nobody waits for a draft, and the road has the machine to itself.
ONE_AT_A_TIME = {"max_active_tis_per_dag": 1, "map_index_template": "{{ authority }}"}


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
    members_asked = sorted({draft.authority_code for draft in awaiting.drafts})
    tell(PACKS, state="draft", build_id=awaiting.build_id, authorities=members_asked, packs=len(awaiting.drafts))
    return {
        "subject": subject,
        "body": body,
        "build_id": str(awaiting.build_id),
        "until": awaiting.until.isoformat(),
    }


class AskAboutPacks(AskTheOfficer):
    """Ask about the packs of a build, while it is the one that is read."""

    template_fields = (*AskTheOfficer.template_fields, "build_id", "until")

    def __init__(self, *, build_id: Any, until: Any, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.build_id = build_id
        self.until = until

    def require_awaited(self) -> None:
        """Make sure that the drafts still await the officer's word."""
        from ingestion.settings import Settings
        from reporting.packs.awaiting import find_awaiting

        find_awaiting(Settings(), int(self.build_id))

    def needs_reason(self, is_approved: bool) -> bool:
        """A refusal says why, and an approval before the correction window has ended too."""
        from reporting.packs.awaiting import needs_reason

        return needs_reason(is_approved, datetime.fromisoformat(self.until))


@task(execution_timeout=timedelta(minutes=20), outlets=[PACKS], **ONE_AT_A_TIME, **PATIENT)
def finish_packs(answer: dict[str, Any], authority: str, build_id: int) -> list[str]:
    """Publish the packs of one member as final, under the name of who approved."""
    from ingestion.settings import Settings
    from reporting.packs.publish import sign_off_packs

    get_current_context()["authority"] = authority  # type: ignore[typeddict-unknown-key] -- for map_index_template
    by, reason = answer["responded_by_user"]["name"], answer["params_input"].get("reason")
    with skipped_if_nothing_awaits():
        final = [
            str(folder) for folder in sign_off_packs(Settings(), by, [authority], early=reason, build_id=build_id)
        ]
    tell(PACKS, state="final", build_id=build_id, authorities=[authority], packs=len(final))
    return final


# Whoever follows the question directly is skipped when it is answered with no.
@task(execution_timeout=timedelta(minutes=5), trigger_rule="none_failed", **PATIENT)
def record_refusal() -> int:
    """Record a refusal and its reason; skipped when there was none. Return of how many packs."""
    from ingestion.settings import Settings
    from reporting.packs.publish import refuse_packs

    refusal, question = refusal_given()
    build_id = int(question["build_id"])
    with skipped_if_nothing_awaits():
        return len(refuse_packs(Settings(), refusal["by"], refusal["reason"], build_id=build_id))


@dag(
    description="Publish every member's packs: drafts, the officer's word, final ones.",
    schedule=[MARTS],
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
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
    ask = AskAboutPacks(
        task_id="ask_the_officer",
        subject=question["subject"],
        body=question["body"],
        build_id=question["build_id"],
        until=question["until"],
        **ASKED,
    )
    chain(drafts, question)
    chain(finish_packs.partial(answer=ask.output).expand_kwargs(members), record_refusal())


publish_packs()
