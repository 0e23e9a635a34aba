"""Check: every newly received submission of a return, all in one run."""

from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql

from ingestion.checks.expectations import Verdict, validate
from ingestion.checks.snapshot import FEW, read_whole_tables, replace_table, take_snapshot
from ingestion.checks.suite import Rule, Suite, load_suite
from ingestion.database.connection import Role, connect, warehouse_url
from ingestion.ledger.models import Severity
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings

log = structlog.get_logger()

_INSERT_FINDINGS = """
insert into ledger.finding (
    submission_id, file_id, rule_code, severity, dimension, needs_sign_off,
    table_name, line_number, column_number, column_name, value, message
)
select
    failing.submission_id,
    failing.file_id,
    {code}, {severity}, {dimension}, {needs_sign_off},
    files.table_name,
    failing.line_number,
    failing.column_number,
    raw.column_letter(failing.column_number + files.column_offset),
    failing.value,
    {message}
from {failing_table} as failing
inner join {submissions} as submissions on failing.submission_id = submissions.submission_id
left join ledger.submission_file as files on failing.file_id = files.file_id
where submissions.under_check
"""


# A rule that could not run is never passed in silence: each submission it should have seen carries a finding, and
# where the rule might have rejected, the officer decides.
_INSERT_NOT_RUN = """
insert into ledger.finding (submission_id, rule_code, severity, dimension, needs_sign_off, message)
select
    submission_id, {code}, 'warning', {dimension}, {needs_sign_off},
    'The rule ' || {code} || ' could not be run on this return. That is a fault of the warehouse, '
    'not of the file; nothing needs to be sent again.'
from {submissions}
where under_check
"""


@dataclass(frozen=True)
class RuleOutcome:
    """How one rule went: its failing rows, or why it could not run."""

    rule_code: str
    failing_rows: int
    error: str | None


@dataclass(frozen=True)
class CheckRun:
    """What one check run did."""

    submissions: int
    findings: int
    rules_in_error: tuple[str, ...]


def check(settings: Settings, return_code: str) -> CheckRun:
    """Check all received submissions of one return; findings and results are written in one transaction."""
    suite = load_suite(return_code)
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        readable, unreadable = _to_check(connection, return_code)
        if suite is None or not readable:
            _note_checked(connection, readable + unreadable)
            return CheckRun(len(readable) + len(unreadable), 0, ())
        raw_tables = [sql.Identifier("raw", name) for name in find_return(return_code).raw_tables]
        connection.execute(
            sql.SQL("analyze {}, ledger.submission, ledger.submission_file").format(sql.SQL(", ").join(raw_tables))
        )
        with connection.transaction():
            take_snapshot(connection, suite, readable)
        verdicts = _judge(connection, suite, settings, many=len(readable) > FEW)
        with connection.transaction():
            outcomes = [_record(connection, suite, verdict, len(readable)) for verdict in verdicts]
            _note_checked(connection, readable + unreadable)
    run = CheckRun(
        len(readable) + len(unreadable),
        sum(outcome.failing_rows for outcome in outcomes),
        tuple(outcome.rule_code for outcome in outcomes if outcome.error),
    )
    log.info("checked", return_code=return_code, submissions=run.submissions, findings=run.findings)
    return run


def _judge(connection: psycopg.Connection, suite: Suite, settings: Settings, many: bool) -> list[Verdict]:
    """Lay out the rows that break each rule, and have them judged; a rule that cannot run fails alone."""
    not_run = [Verdict(rule, False, error) for rule in suite.rules if (error := _lay_out(connection, rule, many))]
    broken = {verdict.rule.code for verdict in not_run}
    runnable = [rule for rule in suite.rules if rule.code not in broken]
    return not_run + validate(suite.return_code, runnable, warehouse_url(settings, Role.LOADER))


def _lay_out(connection: psycopg.Connection, rule: Rule, many: bool) -> str | None:
    """Run a rule's query into a table of its failing rows; the error when it cannot run."""
    try:
        with connection.transaction():
            if many:
                read_whole_tables(connection)
            replace_table(connection, rule.failing_table, sql.SQL(rule.statement))  # a reviewed file of ours
    except psycopg.Error as problem:
        return str(problem)
    return None


def _to_check(connection: psycopg.Connection, return_code: str) -> tuple[list[int], list[int]]:
    """Received submissions: those that were read, and those refused at intake, which have no rows to check."""
    rows = connection.execute(
        """
        select
            submission_id,
            exists (
                select 1 from ledger.finding as findings where findings.submission_id = submission.submission_id
            ) as is_refused
        from ledger.submission
        where state = 'received' and checked_at is null and return_code = %s
        order by submission_id
        """,
        [return_code],
    ).fetchall()
    return [number for number, refused in rows if not refused], [number for number, refused in rows if refused]


def _record(connection: psycopg.Connection, suite: Suite, verdict: Verdict, submissions: int) -> RuleOutcome:
    """Keep every failing row of a rule, and how the rule went."""
    failing = 0
    error = verdict.error
    if error is None and not verdict.passed:
        try:
            with connection.transaction():
                failing = connection.execute(_findings_statement(suite, verdict.rule)).rowcount
        except psycopg.Error as problem:
            error = str(problem)
    outcome = "error" if error else "passed" if verdict.passed else "failed"
    if error:
        log.error("rule could not run", rule=verdict.rule.code, error=error)
        connection.execute(_not_run_statement(suite, verdict.rule))
    connection.execute(
        """
        insert into ledger.rule_result (return_code, rule_code, submissions_checked, outcome, failing_rows, error)
        values (%s, %s, %s, %s, %s, %s)
        """,
        [suite.return_code, verdict.rule.code, submissions, outcome, failing, error],
    )
    return RuleOutcome(verdict.rule.code, failing, error)


def _not_run_statement(suite: Suite, rule: Rule) -> sql.Composed:
    return sql.SQL(_INSERT_NOT_RUN).format(
        code=sql.Literal(rule.code),
        dimension=sql.Literal(rule.dimension),
        needs_sign_off=sql.Literal(rule.severity is Severity.CRITICAL),
        submissions=sql.Identifier("checking", f"{suite.return_code}_submissions"),
    )


def _findings_statement(suite: Suite, rule: Rule) -> sql.Composed:
    return sql.SQL(_INSERT_FINDINGS).format(
        code=sql.Literal(rule.code),
        severity=sql.Literal(rule.severity.value),
        dimension=sql.Literal(rule.dimension),
        needs_sign_off=sql.Literal(rule.needs_sign_off),
        message=rule.message(),
        failing_table=rule.failing_table,
        submissions=sql.Identifier("checking", f"{suite.return_code}_submissions"),
    )


def _note_checked(connection: psycopg.Connection, submission_ids: list[int]) -> None:
    connection.execute(
        "update ledger.submission set checked_at = now() where submission_id = any(%s)", [submission_ids]
    )
