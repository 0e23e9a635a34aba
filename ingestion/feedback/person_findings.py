"""Findings of a return whose rows are persons, collected once in the database and read from there.

There may be millions of them. The value and the person of a finding are read from the raw rows, so that a report
made after these are purged shows neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.feedback.findings import FindingSource, ReportedFinding, finding_columns, rules_of
from ingestion.returns.catalogue import ReturnLayout, TableLayout

_WORK_MEMORY = "set local work_mem = '256MB'"

# In the order of the rules and then of the files, which all later queries keep.
_FOUND = """
create temporary table found on commit drop as
with findings as (
    select
        finding.finding_id,
        finding.cause_number,
        rules.rule_number,
        finding.file_id,
        finding.table_name,
        finding.line_number,
        finding.column_name,
        finding.heading,
        case when rules.messages_differ then finding.message end as message
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
select findings.*, nullif(upper(btrim(sent.child)), '') as person, {value} as value
from findings
left join raw.{table} as sent on findings.file_id = sent.file_id and findings.line_number = sent.line_number
where findings.table_name = {name}
"""

_OF_NO_TABLE = """
select findings.*, null as person, null as value
from findings
where findings.table_name is null or findings.table_name <> all({names})
"""

# Hash joins with small tables, so that the rows keep their order.
_FINDINGS = """
select
    {first}found.finding_id, found.cause_number,
    found.rule_number, found.place_in_rule, rules.rule_code, rules.severity, rules.dimension,
    files.file_name, found.line_number, upper(found.heading) as heading, found.column_name, found.table_name,
    found.person, found.value, coalesce(found.message, rules.message) as message
from {found} as found
inner join found_rules as rules on found.rule_number = rules.rule_number
left join ledger.submission_file as files on found.file_id = files.file_id
"""

_PERSONS = """
create temporary table found_persons on commit drop as
select
    row_number() over (order by count(*) desc, found.person)::int as person_number,
    found.person,
    count(*) as findings,
    count(*) filter (where rules.severity = 'critical') as critical,
    count(*) filter (where rules.severity = 'warning') as warnings,
    count(*) filter (where rules.severity = 'info') as notes
from found
inner join found_rules as rules on found.rule_number = rules.rule_number
where found.person is not null
group by found.person
"""

_FOUND_OF_PERSONS = """(
    select
        found.*,
        persons.person_number,
        row_number() over (
            partition by persons.person_number order by found.rule_number, found.file_id, found.line_number
        ) as place_of_person
    from found_persons as persons
    inner join found on persons.person = found.person
    where persons.person_number <= {persons}
)"""

_OF_PERSONS = """
select person_number, {columns}
from ({findings}) as found
where place_of_person <= {at_most}
order by person_number, place_of_person
"""


@dataclass(frozen=True)
class PersonFinding(ReportedFinding):
    """A finding about a person; number 1 is the person with the most."""

    person_number: int


@dataclass(frozen=True)
class ReportedPerson:
    """A person with findings; number 1 has the most."""

    person_number: int
    person: str
    findings: int
    critical: int
    warnings: int
    notes: int


def person_source(connection: psycopg.Connection, layout: ReturnLayout, submission_id: int) -> FindingSource:
    """Collect the findings of one submission until the transaction ends; compose the queries that read them."""
    connection.execute(_WORK_MEMORY)
    connection.execute("drop table if exists pg_temp.found_rules, pg_temp.found, pg_temp.found_persons")
    connection.execute(
        sql.SQL("create temporary table found_rules on commit drop as {}").format(
            rules_of(submission_id, order="count(*) desc, finding.rule_code")
        )
    )
    tables = [_of_table(layout, table) for table in layout.tables]
    tables.append(sql.SQL(_OF_NO_TABLE).format(names=sql.Literal([table.name for table in layout.tables])))
    connection.execute(
        sql.SQL(_FOUND).format(submission=sql.Literal(submission_id), tables=sql.SQL(" union all ").join(tables))
    )
    connection.execute("analyze found_rules, found")
    connection.execute(_PERSONS)
    return FindingSource(
        rules=sql.SQL("select * from found_rules"),
        findings=sql.SQL(_FINDINGS).format(first=sql.SQL(""), found=sql.Identifier("found")),
        csv_columns={
            "file": "file_name", "line": "line_number", "column": "heading", "spreadsheet column": "column_name",
            "table": "table_name", "child": "person", "value": "value", "rule": "rule_code",
            "severity": "severity", "dimension": "dimension", "sentence": "message",
            "cause": "cause_number", "number": "finding_id",
        },
    )  # fmt: skip


def count_persons(connection: psycopg.Connection) -> int:
    """Count the persons with findings."""
    row = connection.execute("select count(*) from found_persons").fetchone()
    assert row is not None
    return int(row[0])


def first_persons(connection: psycopg.Connection, at_most: int) -> tuple[ReportedPerson, ...]:
    """Read the persons with the most findings."""
    statement = "select * from found_persons where person_number <= %s order by person_number"
    with connection.cursor(row_factory=class_row(ReportedPerson)) as cursor:
        return tuple(cursor.execute(statement, [at_most]).fetchall())


def findings_of_persons(connection: psycopg.Connection, persons: int, at_most: int) -> Iterator[PersonFinding]:
    """Read the first findings of each of the first persons, person by person."""
    of_persons = sql.SQL(_FOUND_OF_PERSONS).format(persons=sql.Literal(persons))
    findings = sql.SQL(_FINDINGS).format(
        first=sql.SQL("found.person_number, found.place_of_person, "), found=of_persons
    )
    statement = sql.SQL(_OF_PERSONS).format(
        columns=finding_columns(), findings=findings, at_most=sql.Literal(at_most)
    )
    with connection.cursor("findings_of_persons", row_factory=class_row(PersonFinding)) as cursor:
        cursor.itersize = at_most
        yield from cursor.execute(statement)


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
