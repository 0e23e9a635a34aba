"""What is new and what is gone since the version before: by rule, and by what stays the same of a place."""

from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.feedback.facts import DecidedSubmission
from ingestion.returns.catalogue import ReturnLayout, catalogue

_BEFORE = """
select earlier.submission_id, earlier.version
from ledger.submission as earlier
inner join ledger.submission as this
    on
        (earlier.sender, earlier.return_code, earlier.period_code)
            = (this.sender, this.return_code, this.period_code)
where this.submission_id = %s and earlier.version < this.version and earlier.checked_at is not null
order by earlier.version desc
limit 1
"""

# A line moves with every export of a table of persons; a form's does not.
_CHANGES = """
with places as (
    select
        finding.submission_id, finding.rule_code, finding.table_name, finding.heading,
        {whose} as whose, count(*) as findings
    from ledger.finding
    where finding.submission_id in ({before}, {now})
    group by finding.submission_id, finding.rule_code, finding.table_name, finding.heading, whose
),

sides as (
    select
        rule_code,
        coalesce(sum(findings) filter (where submission_id = {before}), 0) as before,
        coalesce(sum(findings) filter (where submission_id = {now}), 0) as now
    from places
    group by rule_code, table_name, heading, whose
)

select
    rule_code,
    sum(before)::int as before,
    sum(greatest(before - now, 0))::int as gone,
    sum(greatest(now - before, 0))::int as new,
    sum(now)::int as now
from sides
group by rule_code
having sum(before) <> sum(now) or sum(greatest(now - before, 0)) > 0
order by sum(greatest(now - before, 0)) desc, sum(greatest(before - now, 0)) desc, rule_code
"""

_PERSON = "(select upper(btrim(sent.child)) from raw.{table} as sent where {place})"
_PLACE = "sent.file_id = finding.file_id and sent.line_number = finding.line_number"


@dataclass(frozen=True)
class RuleSince:
    """The findings of a rule in the version before and in this one."""

    rule_code: str
    before: int
    gone: int
    new: int
    now: int


@dataclass(frozen=True)
class Since:
    """The version before, and the rules whose findings are not the same."""

    version: int
    rules: tuple[RuleSince, ...]
    by_person: bool

    @property
    def gone(self) -> int:
        """The findings that are gone."""
        return sum(rule.gone for rule in self.rules)

    @property
    def new(self) -> int:
        """The findings that are new."""
        return sum(rule.new for rule in self.rules)


def since_last_version(connection: psycopg.Connection, submission: DecidedSubmission) -> Since | None:
    """Compare the findings with those of the version before; None where there is none."""
    before = connection.execute(_BEFORE, [submission.submission_id]).fetchone()
    layout = catalogue().get(submission.return_code)
    if before is None or layout is None:
        return None
    submission_id, version = before
    by_person = layout.is_person_level and not _are_purged(connection, [submission_id, submission.submission_id])
    statement = sql.SQL(_CHANGES).format(
        whose=_whose(layout, by_person),
        before=sql.Literal(submission_id),
        now=sql.Literal(submission.submission_id),
    )
    with connection.cursor(row_factory=class_row(RuleSince)) as cursor:
        return Since(version, tuple(cursor.execute(statement).fetchall()), by_person)


def _are_purged(connection: psycopg.Connection, submission_ids: list[int]) -> bool:
    row = connection.execute(
        "select bool_or(children_purged_at is not null) from ledger.submission where submission_id = any(%s)",
        [submission_ids],
    ).fetchone()
    return bool(row and row[0])


def _whose(layout: ReturnLayout, by_person: bool) -> sql.Composable:
    """Return the expression for what sets the findings of a rule and a column apart."""
    if not layout.is_person_level:
        return sql.SQL("concat_ws(' ', finding.line_number, finding.column_number)")
    if not by_person:
        return sql.SQL("''")
    cases = [
        sql.SQL("when {} then {}").format(
            sql.Literal(table.name),
            sql.SQL(_PERSON).format(table=sql.Identifier(f"{layout.code}_{table.name}"), place=sql.SQL(_PLACE)),
        )
        for table in layout.tables
    ]
    return sql.SQL("case finding.table_name {} end").format(sql.SQL(" ").join(cases))
