"""The rows that break rules, in one table: `checking.<return>_failing`, one row per finding to come.

Great Expectations judges the rules by it, and the findings are taken from it.
"""

import json

import psycopg
from psycopg import sql

from ingestion.check.form_tables import read_whole_tables, work_table
from ingestion.check.plan import Plan
from ingestion.check.suite import Rule
from ingestion.returns.catalogue import ReturnLayout

TABLE = "failing"

_CREATE = """
create unlogged table {failing} (
    failing_id bigint generated always as identity,
    rule text not null,
    submission_id bigint not null,
    file_id bigint,
    line_number integer,
    column_number integer,
    heading text,
    value text,
    message text,
    cause_number integer
)
"""

# A sentence quotes facts of its row, which exist now and not later. The query is planned on its own.
_LAY_OUT = """
insert into {failing} (rule, submission_id, file_id, line_number, column_number, value, message)
with failing as materialized (
{statement}
)

select
    {rule},
    failing.submission_id,
    files.file_id,
    failing.line_number,
    failing.column_number,
    failing.value,
    {message}
from failing
left join ledger.submission_file as files on failing.file_id = files.file_id
where failing.submission_id = any({submissions})
"""

# A rule about the tables of persons gives the file and the line; the position of the column comes from the file.
# The value found is not stored a second time: a report looks it up as long as the row is kept. Nor is the
# sentence, which is the same for all rows.
_LAY_OUT_OF_PERSONS = """
insert into {failing} (rule, submission_id, file_id, line_number, column_number, heading)
with failing as materialized (
{statement}
),

placed as (
    select
        files.submission_id,
        files.headings,
        failing.file_id,
        failing.line_number,
        {heading} as heading
    from failing
    inner join {files} as files on failing.file_id = files.file_id
    where files.submission_id = any({submissions})
)

select {rule}, submission_id, file_id, line_number, (headings ->> heading)::int, heading
from placed
"""


def failing_table(layout: ReturnLayout) -> sql.Identifier:
    """Return the table of the rows that break rules of this return."""
    return work_table(layout.code, TABLE)


def lay_out_failing(
    connection: psycopg.Connection, layout: ReturnLayout, plans: list[Plan], many: bool
) -> dict[str, str]:
    """Run the query of every rule into one new table of failing rows; a rule that cannot run fails alone.

    Args:
        connection: the loader's, in autocommit.
        layout: the return.
        plans: which rules, for which submissions.
        many: whether there are so many submissions that tables are best read from end to end.

    Returns:
        The error text of each rule that cannot run, by its key.
    """
    failing = failing_table(layout)
    create_failing(connection, failing)
    errors = {plan.rule.key: lay_out_rule(connection, layout, plan, many, failing) for plan in plans}
    connection.execute(sql.SQL("create index on {} (rule)").format(failing))
    connection.execute(sql.SQL("analyze {}").format(failing))
    return {key: error for key, error in errors.items() if error}


def create_failing(connection: psycopg.Connection, into: sql.Identifier) -> None:
    """(Re)make an empty table of failing rows."""
    connection.execute(sql.SQL("drop table if exists {}").format(into))
    connection.execute(sql.SQL(_CREATE).format(failing=into))


def lay_out_rule(
    connection: psycopg.Connection, layout: ReturnLayout, plan: Plan, many: bool, into: sql.Identifier
) -> str | None:
    """Run the query of one rule into a table of failing rows; return the error text if it cannot run."""
    try:
        with connection.transaction():
            if many:
                read_whole_tables(connection)
            connection.execute(_statement(layout, plan, into))
    except psycopg.Error as problem:
        return error_text(layout, problem)
    return None


def error_text(layout: ReturnLayout, problem: psycopg.Error) -> str:
    """Return the database's error text; of a return about persons only its kind, as the text may hold a cell."""
    return f"{type(problem).__name__} ({problem.sqlstate})" if layout.is_person_level else str(problem)


def _statement(layout: ReturnLayout, plan: Plan, into: sql.Identifier) -> sql.Composed:
    parts = {
        "failing": into,
        "rule": sql.Literal(plan.rule.key),
        "statement": sql.SQL(plan.rule.statement),  # a reviewed file of ours
        "submissions": sql.Literal(list(plan.submissions)),
    }
    if not layout.is_person_level:
        return sql.SQL(_LAY_OUT).format(**parts, message=plan.rule.message())
    files = work_table(layout.code, "files")
    return sql.SQL(_LAY_OUT_OF_PERSONS).format(**parts, files=files, heading=_heading(plan.rule))


def _heading(rule: Rule) -> sql.Composable:
    """Return the expression for the heading at fault: the query's own, else the first that the rule points at."""
    if rule.names_its_column:
        return sql.SQL("failing.column_name")
    first = {table: columns[0] for table, columns in rule.columns.items()}
    return sql.SQL("({}::jsonb ->> files.table_name)").format(sql.Literal(json.dumps(first)))
