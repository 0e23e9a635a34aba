"""What the report on a return about children tells, laid out once in the database and read from there.

There may be millions of findings: nothing here holds more of them than a page shows. What a cell says and whose it
is stand in the rows themselves, so that a report made after these are purged shows neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.returns.catalogue import ReturnLayout, TableLayout
from ingestion.warehouse.ledger import Severity

CSV_COLUMNS = (
    "file", "line", "column", "spreadsheet column", "table", "child", "value", "rule", "severity", "dimension",
    "sentence",
)  # fmt: skip

_WORK_MEMORY = "set local work_mem = '256MB'"

# Most rules have one sentence; what is found while files are read has one a finding.
_RULES = """
create temporary table found_rules on commit drop as
select
    row_number() over (
        order by array_position({severities}::text[], finding.severity), count(*) desc, finding.rule_code
    )::int as rule_number,
    finding.rule_code,
    finding.severity,
    finding.dimension,
    count(*) as findings,
    min(finding.message) as message,
    min(finding.message) <> max(finding.message) as has_messages,
    bool_or(finding.could_not_run) as could_not_run
from ledger.finding
where finding.submission_id = {submission}
group by finding.rule_code, finding.severity, finding.dimension
"""

# In the order of the rules and then of the files, which everything after it keeps.
_FOUND = """
create temporary table found on commit drop as
with findings as (
    select
        rules.rule_number,
        finding.file_id,
        finding.table_name,
        finding.line_number,
        finding.column_name,
        finding.heading,
        case when rules.has_messages then finding.message end as message
    from ledger.finding
    inner join found_rules as rules
        on finding.rule_code = rules.rule_code and finding.severity = rules.severity
    where finding.submission_id = {submission}
)

select
    seen.*,
    row_number() over (
        partition by seen.rule_number order by seen.file_id nulls first, seen.line_number nulls first
    ) as place_in_rule
from ({tables}) as seen
"""

_OF_TABLE = """
select findings.*, nullif(upper(btrim(sent.child)), '') as child, {value} as value
from findings
left join raw.{table} as sent on findings.file_id = sent.file_id and findings.line_number = sent.line_number
where findings.table_name = {name}
"""

_OF_NO_TABLE = """
select findings.*, null as child, null as value
from findings
where findings.table_name is null or findings.table_name <> all({names})
"""

# Hash joins with small tables, so that the rows come as they lie.
_CSV = """
copy (
    select
        {file}, found.line_number, upper(found.heading), found.column_name, found.table_name, {child}, {value},
        rules.rule_code, rules.severity, rules.dimension, {sentence}
    from found {beside}
) to stdout (format csv)
"""

# A spreadsheet runs what begins like a formula, unless an apostrophe stands before it. A negative number is none.
_NEUTRAL = (
    "case when left({cell}, 1) in ('=', '+', '-', '@', E'\\t', E'\\r', E'\\n')"
    " and {cell} !~ '^-[0-9][0-9,]*([.][0-9]+)?$' then '''' || {cell} else {cell} end"
)

_SHOWN = """
    found.rule_number, rules.rule_code, rules.severity, files.file_name, found.line_number, found.heading,
    found.column_name, found.table_name, found.child, found.value,
    coalesce(found.message, rules.message) as message
"""
_BESIDE = """
inner join found_rules as rules on found.rule_number = rules.rule_number
left join ledger.submission_file as files on found.file_id = files.file_id
"""

_OF_RULES = f"""
select {_SHOWN} from found {_BESIDE}
where found.place_in_rule <= %s
order by found.rule_number, found.place_in_rule
"""  # noqa: S608 -- of the pieces above

_CHILDREN = """
create temporary table found_children on commit drop as
select
    row_number() over (order by count(*) desc, found.child)::int as child_number,
    found.child,
    count(*) as findings,
    count(*) filter (where rules.severity = 'critical') as critical,
    count(*) filter (where rules.severity = 'warning') as warnings,
    count(*) filter (where rules.severity = 'info') as notes
from found
inner join found_rules as rules on found.rule_number = rules.rule_number
where found.child is not null
group by found.child
"""

_OF_CHILDREN = f"""
select found.child_number, {_SHOWN}
from (
    select
        found.*,
        children.child_number,
        row_number() over (
            partition by children.child_number order by found.rule_number, found.file_id, found.line_number
        ) as place_of_child
    from found_children as children
    inner join found on children.child = found.child
    where children.child_number <= %s
) as found {_BESIDE}
where found.place_of_child <= %s
order by found.child_number, found.place_of_child
"""  # noqa: S608 -- of the pieces above


@dataclass(frozen=True)
class FoundRule:
    """A rule that found something in a submission."""

    rule_number: int
    rule_code: str
    severity: str
    dimension: str
    findings: int
    message: str
    has_messages: bool
    could_not_run: bool


@dataclass(frozen=True)
class Place:
    """One finding: where it stands and what stands there. Value and child are None once the rows are purged."""

    rule_number: int
    rule_code: str
    severity: str
    file_name: str | None
    line_number: int | None
    heading: str | None
    column_name: str | None
    table_name: str | None
    child: str | None
    value: str | None
    message: str


@dataclass(frozen=True)
class ChildPlace(Place):
    """One finding of a child, who is numbered by how many there are of it."""

    child_number: int


@dataclass(frozen=True)
class FoundChild:
    """A child with findings; number 1 has the most."""

    child_number: int
    child: str
    findings: int
    critical: int
    warnings: int
    notes: int


@dataclass(frozen=True)
class RuleOutcome:
    """How a rule of the return's suite went in the check of a submission, and what it would have needed."""

    rule_code: str
    outcome: str
    needs: str | None


def lay_out(connection: psycopg.Connection, layout: ReturnLayout, submission_id: int) -> None:
    """Lay out the findings of one submission for the other functions here, until the transaction ends."""
    connection.execute(_WORK_MEMORY)
    connection.execute("drop table if exists pg_temp.found_rules, pg_temp.found, pg_temp.found_children")
    submission = sql.Literal(submission_id)
    connection.execute(
        sql.SQL(_RULES).format(
            submission=submission, severities=sql.Literal([severity.value for severity in Severity])
        )
    )
    tables = [_of_table(layout, table) for table in layout.tables]
    tables.append(sql.SQL(_OF_NO_TABLE).format(names=sql.Literal([table.name for table in layout.tables])))
    connection.execute(sql.SQL(_FOUND).format(submission=submission, tables=sql.SQL(" union all ").join(tables)))
    connection.execute("analyze found_rules, found")
    connection.execute(_CHILDREN)


def found_rules(connection: psycopg.Connection) -> list[FoundRule]:
    """The rules that found something, critical first, and of those the ones that found most."""
    with connection.cursor(row_factory=class_row(FoundRule)) as cursor:
        return cursor.execute("select * from found_rules order by rule_number").fetchall()


def places_of_rules(connection: psycopg.Connection, at_most: int) -> Iterator[Place]:
    """The first findings of each rule, rule by rule."""
    with connection.cursor(row_factory=class_row(Place)) as cursor:
        yield from cursor.execute(_OF_RULES, [at_most])


def count_children(connection: psycopg.Connection) -> int:
    """How many children have findings."""
    row = connection.execute("select count(*) from found_children").fetchone()
    assert row is not None
    return int(row[0])


def first_children(connection: psycopg.Connection, at_most: int) -> list[FoundChild]:
    """The children with the most findings."""
    with connection.cursor(row_factory=class_row(FoundChild)) as cursor:
        return cursor.execute(
            "select * from found_children where child_number <= %s order by child_number", [at_most]
        ).fetchall()


def places_of_children(connection: psycopg.Connection, children: int, at_most: int) -> Iterator[ChildPlace]:
    """The first findings of each of the first children, child by child."""
    with connection.cursor(row_factory=class_row(ChildPlace)) as cursor:
        yield from cursor.execute(_OF_CHILDREN, [children, at_most])


def copy_findings(connection: psycopg.Connection, file: IO[bytes]) -> None:
    """Write every finding as CSV below its headings, as a stream; a spreadsheet runs nothing of it."""
    file.write((",".join(CSV_COLUMNS) + "\n").encode())
    cells = {
        "file": "files.file_name",
        "child": "found.child",
        "value": "found.value",
        "sentence": "coalesce(found.message, rules.message)",
    }
    statement = sql.SQL(_CSV).format(
        beside=sql.SQL(_BESIDE), **{name: sql.SQL(_NEUTRAL.format(cell=cell)) for name, cell in cells.items()}
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            file.write(block)


def rule_outcomes(
    connection: psycopg.Connection, return_code: str, checked_at: object, submission_id: int
) -> list[RuleOutcome]:
    """How the rules of the check run went that saw this submission; several versions of a rule come as one."""
    with connection.cursor(row_factory=class_row(RuleOutcome)) as cursor:
        return cursor.execute(
            """
            select
                rule_code,
                case when %(submission)s = any(not_run_for) then 'not_run' else outcome end as outcome,
                case when %(submission)s = any(not_run_for) then needs end as needs
            from ledger.rule_result
            where return_code = %(return)s and checked_at = %(checked_at)s
            order by rule_result_id
            """,
            {"submission": submission_id, "return": return_code, "checked_at": checked_at},
        ).fetchall()


def _of_table(layout: ReturnLayout, table: TableLayout) -> sql.Composed:
    cells = [
        sql.SQL("when {} then sent.{}").format(sql.Literal(column), sql.Identifier(column))
        for column in table.known_columns
    ]
    return sql.SQL(_OF_TABLE).format(
        table=sql.Identifier(f"{layout.code}_{table.name}"),
        name=sql.Literal(table.name),
        value=sql.SQL("case findings.heading {} end").format(sql.SQL(" ").join(cells)),
    )
