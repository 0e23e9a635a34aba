"""Write what a check found into the ledger: every failing row as a finding, and the outcome of each rule."""

from dataclasses import asdict, dataclass

import psycopg
import structlog
from psycopg import sql
from psycopg.types.json import Jsonb

from ingestion.check.causes.search import Cause
from ingestion.check.failing import failing_table
from ingestion.check.plan import Plan
from ingestion.returns.catalogue import ReturnLayout
from ingestion.warehouse.states import Severity

log = structlog.get_logger()

_INSERT_FINDINGS = """
insert into ledger.finding (
    submission_id, file_id, rule_code, severity, dimension, needs_sign_off,
    table_name, line_number, column_number, column_name, value, message, heading, cause_number
)
select
    failing.submission_id,
    failing.file_id,
    rules.code, rules.severity, rules.dimension, rules.needs_sign_off,
    files.table_name,
    failing.line_number,
    failing.column_number,
    raw.column_letter(failing.column_number + files.column_offset),
    failing.value,
    coalesce(failing.message, rules.sentence),
    failing.heading,
    failing.cause_number
from {failing} as failing
inner join unnest(
    %(keys)s::text[], %(codes)s::text[], %(severities)s::text[], %(dimensions)s::text[], %(sign_offs)s::boolean[],
    %(sentences)s::text[]
) with ordinality as rules (key, code, severity, dimension, needs_sign_off, sentence, number)
    on failing.rule = rules.key
left join ledger.submission_file as files on failing.file_id = files.file_id
order by rules.number, failing.file_id, failing.line_number, failing.column_number
on conflict do nothing
"""

# A rule that could not run is never ignored: each submission it should have seen carries a finding, and
# where the rule might have rejected, the officer decides.
_INSERT_NOT_RUN = """
insert into ledger.finding (
    submission_id, rule_code, severity, dimension, needs_sign_off, could_not_run, message
)
select
    submission_id, %(code)s, 'warning', %(dimension)s, %(needs_sign_off)s, true,
    'The rule ' || %(code)s || ' could not be run on this return. That is a fault of the warehouse, '
    'not of the file; nothing needs to be sent again.'
from unnest(%(submissions)s::bigint[]) as submission_id
on conflict do nothing
"""

_INSERT_RESULT = """
insert into ledger.rule_result (
    return_code, rule_code, submissions_checked, outcome, failing_rows, error, needs, not_run_for, rows_checked,
    failing_by_submission
)
values (
    %(return_code)s, %(rule_code)s, %(submissions_checked)s, %(outcome)s, %(failing_rows)s, %(error)s, %(needs)s,
    %(not_run_for)s, %(rows_checked)s, %(failing_by_submission)s
)
"""

_INSERT_CAUSE = """
insert into ledger.cause (
    submission_id, cause_number, kind, file_id, line_number, column_number, column_name, heading, places,
    example_file_id, example_line_number, findings, critical
)
select
    %(submission_id)s, %(number)s, %(kind)s, file_id, %(line_number)s, %(column_number)s,
    raw.column_letter(%(column_number)s + column_offset), %(heading)s, %(places)s,
    %(example_file_id)s, %(example_line_number)s, %(findings)s, %(critical)s
from ledger.submission_file
where file_id = %(file_id)s
"""


@dataclass(frozen=True)
class RuleOutcome:
    """The outcome of one rule: how many rows break it, or why it could not run."""

    plan: Plan
    failing_rows: int = 0
    error: str | None = None

    @property
    def name(self) -> str:
        """The name of the outcome in the ledger."""
        if self.error:
            return "error"
        if not self.plan.submissions:
            return "not_run"
        return "failed" if self.failing_rows else "passed"


def record(connection: psycopg.Connection, layout: ReturnLayout, outcomes: list[RuleOutcome]) -> None:
    """Keep every failing row as a finding, and the outcome of each rule; the caller owns the transaction."""
    _insert_findings(connection, layout, [outcome.plan for outcome in outcomes if outcome.failing_rows])
    for outcome in outcomes:
        if outcome.error:
            _insert_not_run(connection, outcome)
    by_submission = _failing_by_submission(connection, layout)
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_RESULT, [_result(layout, outcome, by_submission) for outcome in outcomes])


def count_failing(connection: psycopg.Connection, layout: ReturnLayout, plans: list[Plan]) -> list[RuleOutcome]:
    """Judge rules by their failing rows, which are counted as they are laid out."""
    counts = _failing_by_submission(connection, layout)
    return [RuleOutcome(plan, sum(counts.get(plan.rule.key, {}).values())) for plan in plans]


def record_causes(connection: psycopg.Connection, causes: list[Cause]) -> None:
    """Keep what is behind the findings; the findings themselves carry the number of their cause."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_CAUSE, [_cause(cause) for cause in causes])


def _cause(cause: Cause) -> dict[str, object]:
    what = asdict(cause.what)
    return what | {"number": cause.number, "findings": len(cause.failing), "critical": cause.critical}


def _insert_findings(connection: psycopg.Connection, layout: ReturnLayout, plans: list[Plan]) -> None:
    rules = [plan.rule for plan in plans]
    connection.execute("set local work_mem = '128MB'")
    connection.execute(
        sql.SQL(_INSERT_FINDINGS).format(failing=failing_table(layout)),
        {
            "keys": [rule.key for rule in rules],
            "codes": [rule.code for rule in rules],
            "severities": [rule.severity.value for rule in rules],
            "dimensions": [rule.dimension for rule in rules],
            "sign_offs": [rule.needs_sign_off for rule in rules],
            "sentences": [rule.sentence for rule in rules],
        },
    )


def _insert_not_run(connection: psycopg.Connection, outcome: RuleOutcome) -> None:
    rule = outcome.plan.rule
    log.error("rule could not run", rule=rule.code, error=outcome.error)
    connection.execute(
        _INSERT_NOT_RUN,
        {
            "code": rule.code,
            "dimension": rule.dimension,
            "needs_sign_off": rule.severity is Severity.CRITICAL,
            "submissions": list(outcome.plan.submissions),
        },
    )


# The number of rows of a submission that break a rule, by the rule's key.
Counts = dict[str, dict[int, int]]


def _failing_by_submission(connection: psycopg.Connection, layout: ReturnLayout) -> Counts:
    counts: Counts = {}
    for key, number, rows in connection.execute(
        sql.SQL("select rule, submission_id, count(*) from {} group by rule, submission_id").format(
            failing_table(layout)
        )
    ).fetchall():
        counts.setdefault(key, {})[number] = rows
    return counts


def _result(layout: ReturnLayout, outcome: RuleOutcome, counts: Counts) -> dict[str, object]:
    plan = outcome.plan
    by_submission = counts.get(plan.rule.key) if outcome.failing_rows else None
    return {
        "return_code": layout.code,
        "rule_code": plan.rule.code,
        "submissions_checked": len(plan.submissions),
        "outcome": outcome.name,
        "failing_rows": outcome.failing_rows,
        "error": outcome.error,
        "needs": plan.needs,
        "not_run_for": sorted(plan.unmet) or None,
        "rows_checked": 0 if outcome.error else plan.rows,
        "failing_by_submission": Jsonb(by_submission) if by_submission else None,
    }
