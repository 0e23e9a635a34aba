"""The steps that make up every Airflow DAG of the project; each calls one function of `ingestion`.

Of `ingestion` only the catalogue is imported at the top, which takes a tenth of a second: dbt and Great
Expectations take seconds, and a DAG file is parsed often.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, chain, get_current_context, task

from ingestion.returns.catalogue import collected_returns

if TYPE_CHECKING:
    from ingestion.collect.run import Collected

PUBLISHED = "published"

# One slot per connection that loads or builds: the warehouse is shared with its readers.
WAREHOUSE_POOL = "warehouse"

PATIENT = {
    "retries": 3,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=5),
    "pool": WAREHOUSE_POOL,
}


# What a build announces when its marts are read.
MARTS = Asset("marts")
# What is announced when packs are out for correction, and when they are final.
PACKS = Asset("packs")


def accepted(name: str) -> Asset:
    """Return the asset that a collect DAG announces when something new is in force."""
    return Asset(f"{name}_accepted")


def not_accepted(name: str) -> Asset:
    """Return the asset that a collect DAG announces when something was not accepted, for the marts to show."""
    return Asset(f"{name}_not_accepted")


def announced() -> list[Asset]:
    """Return all assets that collect DAGs may announce, of every return of the catalogue."""
    names = [*(layout.code for layout in collected_returns()), PUBLISHED]
    return [asset(name) for name in names for asset in (accepted, not_accepted)]


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def find_senders(return_code: str) -> list[str]:
    """List the senders that have put a return into the landing zone."""
    from ingestion.collect.landing import senders
    from ingestion.returns.catalogue import find_return
    from ingestion.settings import Settings

    return senders(Settings(), find_return(return_code))


@task(execution_timeout=timedelta(minutes=30), map_index_template="{{ sender }}", **PATIENT)
def collect_sender(return_code: str, sender: str) -> dict[str, int]:
    """Register, archive and copy one sender's files into `raw`; a bad file is noted and stops no other."""
    from ingestion.collect.run import collect
    from ingestion.settings import Settings

    context = get_current_context()
    context["sender"] = sender  # type: ignore[typeddict-unknown-key] -- read by map_index_template
    return _summary(collect(Settings(), return_code, sender, run_id=context["run_id"]))


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def find_collections(return_code: str) -> list[str]:
    """List the national collections of a return in the landing zone, one per period."""
    from ingestion.collect.landing import collections
    from ingestion.returns.catalogue import find_return
    from ingestion.settings import Settings

    return collections(Settings(), find_return(return_code))


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


@task(execution_timeout=timedelta(minutes=20), **PATIENT)
def write_feedback_reports(return_codes: list[str]) -> int:
    """Write a report to every sender about every file sent of these returns."""
    from ingestion.feedback.report import write_feedback
    from ingestion.settings import Settings

    return len(write_feedback(Settings(), return_codes=return_codes))


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def announce_accepted(return_codes: list[str]) -> None:
    """Tell the marts that something was accepted; skipped, and silent, when nothing was since the last build."""
    from ingestion.warehouse.states import GOOD_STATES

    _skip_unless_decided(return_codes, GOOD_STATES)


@task(execution_timeout=timedelta(minutes=5), retries=2, retry_delay=timedelta(seconds=10))
def announce_not_accepted(return_codes: list[str]) -> None:
    """Tell the marts that something was rejected or awaits sign-off; skipped, and silent, when nothing was."""
    from ingestion.warehouse.states import BAD_STATES

    _skip_unless_decided(return_codes, BAD_STATES)


# Of what failed the engineer knows already.
@task(execution_timeout=timedelta(minutes=5), retries=0, trigger_rule="one_failed", on_failure_callback=[])
def red_if_a_step_failed() -> None:
    """Make the whole run red where a step failed that the others went on without."""
    from airflow.sdk.exceptions import AirflowFailException

    raise AirflowFailException("A step failed: look for the red ones above. What the others brought was taken on.")


@task(execution_timeout=timedelta(minutes=20), **PATIENT)
def publish_comparison() -> list[str]:
    """Write the club's comparison, and what people answered beside it, into the outbox; from the marts alone."""
    from ingestion.settings import Settings
    from reporting.club_pages import write_club_pages

    return [str(path) for path in write_club_pages(Settings())]


def run_and_answer(name: str, return_codes: Any, steps: list[Any]) -> None:
    """Run the steps in turn, then tell senders and marts; the run is red if one of all these failed."""
    answers = [
        write_feedback_reports(return_codes),
        announce_accepted.override(outlets=[accepted(name)])(return_codes),
        announce_not_accepted.override(outlets=[not_accepted(name)])(return_codes),
    ]
    chain(*steps, answers)
    [*steps, *answers] >> red_if_a_step_failed()


def _summary(collected: list["Collected"]) -> dict[str, int]:
    return {
        "deliveries": len(collected),
        "new": sum(result.is_new for result in collected),
        "refused": sum(bool(result.refusals) for result in collected),
    }


def _skip_unless_decided(return_codes: list[str], states: tuple[str, ...]) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.model.build import decided_since_build
    from ingestion.settings import Settings

    if not decided_since_build(Settings(), return_codes, states):
        raise AirflowSkipException("Nothing of the kind was decided since the marts were last built.")
