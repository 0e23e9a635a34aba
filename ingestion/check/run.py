"""Check: every newly received submission of a return, all in one run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import structlog
from psycopg import sql

from ingestion.check.causes.search import find_causes, mark_findings
from ingestion.check.failing import lay_out_failing
from ingestion.check.findings import RuleOutcome, count_failing, record, record_causes
from ingestion.check.form_tables import FEW, take_snapshot
from ingestion.check.person_tables import drop_person_snapshot, take_person_snapshot
from ingestion.check.plan import Plan, make_plans
from ingestion.check.pseudonymise import pseudonymise
from ingestion.check.suite import Suite, load_suite
from ingestion.outbox import is_on_disk
from ingestion.returns.catalogue import ReturnLayout, find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url
from ingestion.warehouse.step_lock import one_at_a_time, require_lock

log = structlog.get_logger()

_TO_CHECK = """
select
    submission_id,
    exists (
        select 1 from ledger.finding as findings where findings.submission_id = submission.submission_id
    ) and not exists (
        select 1 from ledger.submission_file as files
        where files.submission_id = submission.submission_id and files.row_count > 0
    ) as is_refused
from ledger.submission
where
    state = 'received' and checked_at is null and return_code = %(return_code)s
    and (%(period)s::text is null or period_code = %(period)s)
order by submission_id
"""


@dataclass(frozen=True)
class CheckRun:
    """The outcome of one check run."""

    submissions: int
    findings: int
    rules_in_error: tuple[str, ...]


def check(
    settings: Settings,
    return_code: str,
    period_code: str | None = None,
    *,
    keep_pseudonyms: bool = True,
    keep_documents: bool = True,
    seek_causes: bool = True,
) -> CheckRun:
    """Check all received submissions of one return; findings and results are written in one transaction.

    Args:
        settings: where the warehouse is.
        return_code: the return.
        period_code: only the submissions of this period.
        keep_pseudonyms: carry the rows about persons over to the models; False where there are none to come.
        keep_documents: let Great Expectations judge, keep its results, and publish its Data Docs for the club.
        seek_causes: work out what is behind most findings; False where nobody reads them.
    """
    layout, suite = find_return(return_code), load_suite(return_code)
    with (
        one_at_a_time(settings, Role.LOADER, f"check {return_code}") as held,
        connect(settings, Role.LOADER, autocommit=True) as connection,
        _no_person_left(connection, held, layout),
    ):
        readable, unreadable = _to_check(connection, return_code, period_code)
        together = readable + unreadable
        if suite is None or not readable:
            _note_checked(held, together)
            return CheckRun(len(together), 0, ())
        _take_snapshot(connection, layout, suite, readable, settings)
        plans = make_plans(connection, layout, suite, readable)
        errors = lay_out_failing(
            connection, layout, [plan for plan in plans if plan.submissions], many=len(readable) > FEW
        )
        runnable = [plan for plan in plans if plan.submissions and plan.rule.key not in errors]
        causes = find_causes(connection, layout, suite, runnable, settings) if seek_causes else []
        mark_findings(connection, layout, causes)
        documents = data_docs_folder(settings, return_code) if keep_documents else None
        # Written only if the step is still this process's own in the end.
        with held.transaction():
            outcomes, publish = _judge(held, layout, plans, errors, settings, documents)
            record_causes(held, causes)
            if layout.is_person_level:
                if keep_pseudonyms:
                    pseudonymise(held, layout, settings)
                drop_person_snapshot(held, layout)
            _note_checked(held, together)
    if documents:
        publish()
    run = _sum_up(len(together), outcomes)
    log.info("checked", return_code=return_code, submissions=run.submissions, findings=run.findings)
    return run


@contextmanager
def _no_person_left(
    connection: psycopg.Connection, held: psycopg.Connection, layout: ReturnLayout
) -> Iterator[None]:
    """Take rows about persons out of the work area if the check breaks off, unless it is another's by now."""
    try:
        yield
    except BaseException:
        if layout.is_person_level and not connection.closed:
            require_lock(held)
            drop_person_snapshot(connection, layout)
        raise


def data_docs_folder(settings: Settings, return_code: str) -> Path:
    """Return the folder of a return's Data Docs for the club, with the results that they are built from.

    They are pages about single rules, made anew by each check, and stay on the machine that has run it.
    """
    outbox = settings.club_outbox if is_on_disk(settings.outbox) else settings.state_folder
    return outbox / "data_docs" / return_code


def _take_snapshot(
    connection: psycopg.Connection, layout: ReturnLayout, suite: Suite, readable: list[int], settings: Settings
) -> None:
    raw_tables = sql.SQL(", ").join(sql.Identifier("raw", name) for name in layout.raw_tables)
    connection.execute(sql.SQL("analyze {}, ledger.submission, ledger.submission_file").format(raw_tables))
    with connection.transaction():
        if layout.is_person_level:
            take_person_snapshot(connection, layout, readable, settings)
        else:
            take_snapshot(connection, suite, readable)


def _judge(
    connection: psycopg.Connection,
    layout: ReturnLayout,
    plans: list[Plan],
    errors: dict[str, str],
    settings: Settings,
    documents: Path | None,
) -> tuple[list[RuleOutcome], Callable[[], None]]:
    """Judge the rules that could run, and record them in the order of the suite with those that could not.

    Great Expectations counts the failing rows of each rule, and documents what came of it. Where nobody reads its
    documents, the same rows are counted without it: its import takes longer than all the rest of a check.

    Returns:
        The outcomes, and a function that publishes the Data Docs.
    """
    runnable = [plan for plan in plans if plan.submissions and plan.rule.key not in errors]
    outcomes = {plan.rule.key: RuleOutcome(plan, error=errors.get(plan.rule.key)) for plan in plans}

    def keep(judged: list[RuleOutcome]) -> None:
        outcomes.update({outcome.plan.rule.key: outcome for outcome in judged})
        record(connection, layout, list(outcomes.values()))

    if documents is None or not runnable:
        keep(count_failing(connection, layout, runnable))
        return list(outcomes.values()), lambda: None

    from ingestion.check.validation import validate

    publish = validate(layout.code, runnable, warehouse_url(settings, Role.LOADER), keep, documents)
    return list(outcomes.values()), publish


def _sum_up(submissions: int, outcomes: list[RuleOutcome]) -> CheckRun:
    return CheckRun(
        submissions,
        sum(outcome.failing_rows for outcome in outcomes),
        tuple(outcome.plan.rule.code for outcome in outcomes if outcome.error),
    )


def _to_check(
    connection: psycopg.Connection, return_code: str, period_code: str | None
) -> tuple[list[int], list[int]]:
    """Return the received submissions: those that were read, and those refused at intake, which have no rows."""
    rows = connection.execute(_TO_CHECK, {"return_code": return_code, "period": period_code}).fetchall()
    return [number for number, refused in rows if not refused], [number for number, refused in rows if refused]


def _note_checked(connection: psycopg.Connection, submission_ids: list[int]) -> None:
    connection.execute(
        "update ledger.submission set checked_at = now() where submission_id = any(%s)", [submission_ids]
    )
