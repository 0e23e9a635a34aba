"""Check: every newly received submission of a return, all in one run."""

import json
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import sql

from ingestion.check.form_tables import FEW, read_whole_tables, replace_table, take_snapshot
from ingestion.check.person_tables import drop_child_snapshot, find_lacking, take_child_snapshot, unmet_needs
from ingestion.check.pseudonymise import pseudonymise
from ingestion.check.suite import Rule, Suite, load_suite
from ingestion.check.verdicts import Verdict, validate
from ingestion.decide import decide
from ingestion.returns.catalogue import ReturnLayout, find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url
from ingestion.warehouse.ledger import Severity

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
left join ledger.submission_file as files on failing.file_id = files.file_id
where failing.submission_id = any({submissions})
"""

# A rule about the tables of children gives the file and the line; where the column stands is the file's business.
# What was found there is not written down a second time: a report looks it up, as long as the row is kept.
_INSERT_CHILD_FINDINGS = """
insert into ledger.finding (
    submission_id, file_id, rule_code, severity, dimension, needs_sign_off,
    table_name, line_number, column_number, column_name, heading, message
)
select
    files.submission_id,
    failing.file_id,
    {code}, {severity}, {dimension}, {needs_sign_off},
    files.table_name,
    failing.line_number,
    (files.headings ->> {heading})::int,
    raw.column_letter((files.headings ->> {heading})::int + files.column_offset),
    {heading},
    {message}
from {failing_table} as failing
inner join {files} as files on failing.file_id = files.file_id
where files.submission_id = any({submissions})
"""

# A rule that could not run is never passed in silence: each submission it should have seen carries a finding, and
# where the rule might have rejected, the officer decides.
_INSERT_NOT_RUN = """
insert into ledger.finding (submission_id, rule_code, severity, dimension, needs_sign_off, message)
select
    submission_id, {code}, 'warning', {dimension}, {needs_sign_off},
    'The rule ' || {code} || ' could not be run on this return. That is a fault of the warehouse, '
    'not of the file; nothing needs to be sent again.'
from unnest({submissions}::bigint[]) as submission_id
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


def check_year_by_year(settings: Settings, return_code: str) -> list[CheckRun]:
    """Check and decide the oldest year first: a year is held against what was accepted for the year before."""
    runs = []
    for period_code in _periods_to_check(settings, return_code):
        runs.append(check(settings, return_code, period_code))
        decide(settings, return_code)
    return runs


def check(
    settings: Settings, return_code: str, period_code: str | None = None, keep_pseudonyms: bool = True
) -> CheckRun:
    """Check all received submissions of one return; findings and results are written in one transaction.

    Args:
        settings: where the warehouse is.
        return_code: the return.
        period_code: only the submissions of this period.
        keep_pseudonyms: carry the rows about children over to the models; False where there are none to come.
    """
    layout = find_return(return_code)
    suite = load_suite(return_code)
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        readable, unreadable = _to_check(connection, return_code, period_code)
        if suite is None or not readable:
            _note_checked(connection, readable + unreadable)
            return CheckRun(len(readable) + len(unreadable), 0, ())
        raw_tables = [sql.Identifier("raw", name) for name in layout.raw_tables]
        connection.execute(
            sql.SQL("analyze {}, ledger.submission, ledger.submission_file").format(sql.SQL(", ").join(raw_tables))
        )
        with connection.transaction():
            if layout.is_person_level:
                take_child_snapshot(connection, layout, readable, settings)
            else:
                take_snapshot(connection, suite, readable)
        plans = _plan(connection, layout, suite, readable)
        verdicts = _judge(connection, layout, suite, plans, settings, many=len(readable) > FEW)
        with connection.transaction():
            outcomes = [_record(connection, layout, verdict, plans[verdict.rule.key]) for verdict in verdicts]
            if layout.is_person_level:
                if keep_pseudonyms:
                    pseudonymise(connection, layout)
                drop_child_snapshot(connection, layout, suite)
            _note_checked(connection, readable + unreadable)
    run = CheckRun(
        len(readable) + len(unreadable),
        sum(outcome.failing_rows for outcome in outcomes),
        tuple(outcome.rule_code for outcome in outcomes if outcome.error),
    )
    log.info("checked", return_code=return_code, submissions=run.submissions, findings=run.findings)
    return run


@dataclass(frozen=True)
class Plan:
    """What a rule is run for: the submissions of its years that have what it needs, and those that lack it."""

    submissions: list[int]
    unmet: dict[int, str]


def _plan(
    connection: psycopg.Connection, layout: ReturnLayout, suite: Suite, submission_ids: list[int]
) -> dict[str, Plan]:
    """A plan for each rule that is of the year of any of these submissions."""
    periods: dict[int, str] = dict(
        connection.execute(
            "select submission_id, period_code from ledger.submission where submission_id = any(%s)",
            [submission_ids],
        ).fetchall()
    )
    lacking = find_lacking(connection, layout) if layout.is_person_level else {}
    plans = {}
    for rule in suite.rules:
        valid = [number for number in submission_ids if rule.is_valid_for(periods[number])]
        if not valid:
            continue
        unmet = unmet_needs(lacking, rule)
        plans[rule.key] = Plan(
            [number for number in valid if number not in unmet],
            {number: unmet[number] for number in valid if number in unmet},
        )
    return plans


def _judge(
    connection: psycopg.Connection,
    layout: ReturnLayout,
    suite: Suite,
    plans: dict[str, Plan],
    settings: Settings,
    many: bool,
) -> list[Verdict]:
    """Lay out the rows that break each rule, and have them judged; a rule that cannot run fails alone."""
    planned = [rule for rule in suite.rules if rule.key in plans]
    waiting = [rule for rule in planned if not plans[rule.key].submissions]
    to_run = [rule for rule in planned if plans[rule.key].submissions]
    not_run = [
        Verdict(rule, False, error) for rule in to_run if (error := _lay_out(connection, layout, rule, many))
    ]
    broken = {verdict.rule.key for verdict in not_run}
    runnable = [rule for rule in to_run if rule.key not in broken]
    judged = validate(suite.return_code, runnable, warehouse_url(settings, Role.LOADER))
    return [Verdict(rule, True) for rule in waiting] + not_run + judged


def _lay_out(connection: psycopg.Connection, layout: ReturnLayout, rule: Rule, many: bool) -> str | None:
    """Run a rule's query into a table of its failing rows; the error when it cannot run."""
    try:
        with connection.transaction():
            if many:
                read_whole_tables(connection)
            replace_table(connection, rule.failing_table, sql.SQL(rule.statement))  # a reviewed file of ours
    except psycopg.Error as problem:
        return _told(layout, problem)
    return None


def _told(layout: ReturnLayout, problem: psycopg.Error) -> str:
    """What the database said. Its words may hold a cell: of a return about children, only the kind of fault."""
    return f"{type(problem).__name__} ({problem.sqlstate})" if layout.is_person_level else str(problem)


def _periods_to_check(settings: Settings, return_code: str) -> list[str]:
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            "select distinct period_code from ledger.submission"
            " where state = 'received' and return_code = %s order by period_code",
            [return_code],
        ).fetchall()
    return [period_code for (period_code,) in rows]


def _to_check(
    connection: psycopg.Connection, return_code: str, period_code: str | None
) -> tuple[list[int], list[int]]:
    """Received submissions: those that were read, and those refused at intake, which have no rows to check."""
    rows = connection.execute(
        """
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
        """,
        {"return_code": return_code, "period": period_code},
    ).fetchall()
    return [number for number, refused in rows if not refused], [number for number, refused in rows if refused]


def _record(connection: psycopg.Connection, layout: ReturnLayout, verdict: Verdict, plan: Plan) -> RuleOutcome:
    """Keep every failing row of a rule, and how the rule went."""
    failing = 0
    rule, error = verdict.rule, verdict.error
    if error is None and not verdict.passed:
        try:
            with connection.transaction():
                failing = connection.execute(_findings_statement(layout, rule, plan)).rowcount
        except psycopg.Error as problem:
            error = _told(layout, problem)
    if error:
        log.error("rule could not run", rule=rule.code, error=error)
        connection.execute(_not_run_statement(rule, plan))
    outcome = "error" if error else "not_run" if not plan.submissions else "failed" if failing else "passed"
    needs = "; ".join(dict.fromkeys(f"not run: needs {need}" for need in plan.unmet.values()))
    connection.execute(
        """
        insert into ledger.rule_result
            (return_code, rule_code, submissions_checked, outcome, failing_rows, error, not_run_for)
        values (%s, %s, %s, %s, %s, %s, %s)
        """,
        [
            layout.code, rule.code, len(plan.submissions), outcome, failing, error or needs or None,
            sorted(plan.unmet) or None,
        ],
    )  # fmt: skip
    return RuleOutcome(rule.code, failing, error)


def _not_run_statement(rule: Rule, plan: Plan) -> sql.Composed:
    return sql.SQL(_INSERT_NOT_RUN).format(
        code=sql.Literal(rule.code),
        dimension=sql.Literal(rule.dimension),
        needs_sign_off=sql.Literal(rule.severity is Severity.CRITICAL),
        submissions=sql.Literal(plan.submissions),
    )


def _findings_statement(layout: ReturnLayout, rule: Rule, plan: Plan) -> sql.Composed:
    about = {
        "code": sql.Literal(rule.code),
        "severity": sql.Literal(rule.severity.value),
        "dimension": sql.Literal(rule.dimension),
        "needs_sign_off": sql.Literal(rule.needs_sign_off),
        "message": rule.message(),
        "failing_table": rule.failing_table,
        "submissions": sql.Literal(plan.submissions),
    }
    if not layout.is_person_level:
        return sql.SQL(_INSERT_FINDINGS).format(**about)
    heading = (
        sql.SQL("failing.column_name")
        if rule.names_its_column
        else sql.SQL("({}::jsonb ->> files.table_name)").format(
            sql.Literal(json.dumps({table: columns[0] for table, columns in rule.columns.items()}))
        )
    )
    files = sql.Identifier("checking", f"{layout.code}_files")
    return sql.SQL(_INSERT_CHILD_FINDINGS).format(**about, heading=heading, files=files)


def _note_checked(connection: psycopg.Connection, submission_ids: list[int]) -> None:
    connection.execute(
        "update ledger.submission set checked_at = now() where submission_id = any(%s)", [submission_ids]
    )
