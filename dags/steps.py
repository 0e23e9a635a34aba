"""The steps that make up every Airflow DAG of the project; each calls one function of `ingestion`.

Of `ingestion` only the catalogue is imported at the top (in `assets`), which takes a tenth of a second: dbt and
Great Expectations take seconds, and a DAG file is parsed often.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import chain, get_current_context, task
from alerts import ALERTED
from assets import COMPARISON_PAGE, FEEDBACK, accepted, not_accepted, tell
from links import step_of_a_sender
from retries import BY_CAUSE, PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.collect.run import Collected

# One slot per connection that loads or builds: the warehouse is shared with its readers.
WAREHOUSE_POOL = "warehouse"

PATIENT = PATIENCE | {"pool": WAREHOUSE_POOL}

# For every step of a DAG: `@dag(default_args=EVERY_STEP)`.
EVERY_STEP = ALERTED | {"owner": "club engineer", "retry_policy": BY_CAUSE}


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def find_senders(return_code: str) -> list[str]:
    """List the senders that have put a return into the landing zone, or the one that the run is limited to."""
    from ingestion.collect.landing import senders
    from ingestion.collect.limits import require_period
    from ingestion.returns.catalogue import find_return
    from ingestion.settings import Settings

    authority, period = _limits()
    layout = find_return(return_code)
    require_period([layout], period)
    return senders(Settings(), layout, authority)


@step_of_a_sender(execution_timeout=timedelta(minutes=30), map_index_template="{{ sender }}", **PATIENT)
def collect_sender(return_code: str, sender: str) -> dict[str, int]:
    """Register, archive and copy one sender's files into `raw`; a bad file is noted and stops no other."""
    from ingestion.collect.run import collect
    from ingestion.settings import Settings

    context = get_current_context()
    context["sender"] = sender  # type: ignore[typeddict-unknown-key] -- read by map_index_template
    _, period = _limits()
    return _summary(collect(Settings(), return_code, sender, run_id=context["run_id"], period_code=period))


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def find_collections(return_code: str) -> list[str]:
    """List the national collections of a return, one per period; none where a run is limited to an authority."""
    from ingestion.collect.landing import collections
    from ingestion.returns.catalogue import find_return
    from ingestion.settings import Settings

    authority, period = _limits()
    return [] if authority else collections(Settings(), find_return(return_code), period)


# After the senders, whether there were any or not: a council's own delivery counts more than a copy.
@task(
    execution_timeout=timedelta(minutes=30), map_index_template="{{ place }}", trigger_rule="all_done", **PATIENT
)
def collect_collection(return_code: str, place: str) -> dict[str, int]:
    """Register, archive and copy one national collection into `raw`, council by council."""
    from ingestion.collect.run import collect_national
    from ingestion.settings import Settings

    context = get_current_context()
    context["place"] = place  # type: ignore[typeddict-unknown-key] -- read by map_index_template
    return _summary(collect_national(Settings(), return_code, place, run_id=context["run_id"]))


@task(execution_timeout=timedelta(minutes=60), trigger_rule="all_done", **PATIENT)
def check_submissions(return_codes: list[str]) -> dict[str, int]:
    """Run the rules over everything newly received, even if collecting from some senders failed."""
    from ingestion.check.run import check
    from ingestion.settings import Settings

    runs = [check(Settings(), return_code) for return_code in return_codes]
    return {
        "submissions": sum(run.submissions for run in runs),
        "findings": sum(run.findings for run in runs),
    }


@task(execution_timeout=timedelta(minutes=120), trigger_rule="all_done", **PATIENT)
def check_and_decide_year_by_year(return_code: str) -> dict[str, int]:
    """Check and decide the oldest year first: a year is compared with what was accepted for the year before."""
    from ingestion.operation.year_by_year import check_year_by_year
    from ingestion.settings import Settings

    runs = check_year_by_year(Settings(), return_code)
    return {
        "submissions": sum(run.submissions for run in runs),
        "findings": sum(run.findings for run in runs),
    }


@task(execution_timeout=timedelta(minutes=10), **PATIENT)
def decide_submissions(return_codes: list[str]) -> dict[str, int]:
    """Accept and reject submissions, or refer them to the officer."""
    from collections import Counter

    from ingestion.decide import decide
    from ingestion.settings import Settings

    verdicts = [verdict for return_code in return_codes for verdict in decide(Settings(), return_code)]
    return dict(Counter(verdict.state.value for verdict in verdicts))


@task(execution_timeout=timedelta(minutes=20), outlets=[FEEDBACK], **PATIENT)
def write_feedback_reports(return_codes: list[str]) -> int:
    """Write a report to every sender about every file sent of these returns; skipped when all are up to date."""
    from ingestion.feedback.report import write_feedback
    from ingestion.settings import Settings

    return announce_reports(write_feedback(Settings(), return_codes=return_codes), returns=return_codes)


def announce_reports(written: list["Path"], **about: Any) -> int:
    """Announce reports that were written, and return how many files; skip the step when there are none."""
    from airflow.sdk.exceptions import AirflowSkipException

    if not written:
        raise AirflowSkipException("Every report is up to date.")
    reports = sorted({"/".join(path.parts[-5:-1]) for path in written if path.name == "feedback.html"})
    tell(FEEDBACK, files=len(written), reports=reports, **about)
    return len(written)


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def announce_accepted(return_codes: list[str]) -> None:
    """Tell the marts that something was accepted; skipped, and silent, when nothing was since the last build."""
    from ingestion.warehouse.states import GOOD_STATES

    _announce_decided(return_codes, GOOD_STATES)


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def announce_not_accepted(return_codes: list[str]) -> None:
    """Tell the marts that something was rejected or awaits sign-off; skipped, and silent, when nothing was."""
    from ingestion.warehouse.states import BAD_STATES

    _announce_decided(return_codes, BAD_STATES)


# Of what failed the engineer knows already.
@task(execution_timeout=timedelta(minutes=5), retries=0, trigger_rule="one_failed", on_failure_callback=[])
def red_if_a_step_failed() -> None:
    """Make the whole run red where a step failed that the others went on without."""
    from airflow.sdk.exceptions import AirflowFailException

    raise AirflowFailException("A step failed: look for the red ones above. What the others brought was taken on.")


@task(execution_timeout=timedelta(minutes=20), outlets=[COMPARISON_PAGE], **PATIENT)
def publish_comparison() -> list[str]:
    """Write the club's comparison, and what people answered beside it, into the outbox; from the marts alone."""
    from ingestion.model.announcement import build_in_short
    from ingestion.settings import Settings
    from reporting.club_pages import write_club_pages

    settings = Settings()
    pages = [str(path) for path in write_club_pages(settings)]
    tell(COMPARISON_PAGE, pages=pages, **build_in_short(settings))
    return pages


def run_and_answer(name: str, return_codes: Any, steps: list[Any]) -> None:
    """Run the steps in turn, then tell senders and marts; the run is red if one of all these failed."""
    answers = [
        write_feedback_reports(return_codes),
        announce_accepted.override(outlets=[accepted(name)])(return_codes),
        announce_not_accepted.override(outlets=[not_accepted(name)])(return_codes),
    ]
    chain(*steps, answers)
    [*steps, *answers] >> red_if_a_step_failed()


def _limits() -> tuple[str | None, str | None]:
    """Return the authority and the period that a run is limited to; None for all."""
    params = get_current_context()["params"]
    return params.get("authority") or None, params.get("period") or None


def _summary(collected: list["Collected"]) -> dict[str, int]:
    return {
        "deliveries": len(collected),
        "new": sum(result.is_new for result in collected),
        "refused": sum(bool(result.refusals) for result in collected),
    }


def _announce_decided(return_codes: list[str], states: tuple[str, ...]) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.model.announcement import decided_since_build
    from ingestion.settings import Settings

    decided = decided_since_build(Settings(), return_codes, states)
    if not decided:
        raise AirflowSkipException("Nothing of the kind was decided since the marts were last built.")
    outlet = get_current_context()["task"].outlets[0]
    tell(outlet, submission_ids=decided, returns=return_codes)
