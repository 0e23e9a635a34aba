"""The work area of a check run: the submissions under check and their neighbours, copied into `checking`.

Rules ask many questions of the same few submissions. Copied once into plain tables, with statistics, each
question is quick, and a rule cannot look at anything else by mistake.
"""

import psycopg
from psycopg import sql

from ingestion.check.nearest import note_nearest
from ingestion.check.suite import Suite
from ingestion.check.years import year_beside

# The senders' neighbouring years in force serve for comparison, except a year that is itself under check.
_SUBMISSIONS = """
with under_check as (
    select * from ledger.submission where submission_id = any({ids})
),

neighbours as (
    select known.*
    from ledger.submission as known
    where
        known.return_code = {return_code}
        and known.is_in_force
        and exists (
            select 1 from under_check
            where under_check.sender = known.sender and known.period_code in ({year_before}, {year_after})
        )
        and not exists (
            select 1 from under_check
            where under_check.sender = known.sender and under_check.period_code = known.period_code
        )
)

select submission_id, sender as authority_code, period_code, true as under_check from under_check
union all
select submission_id, sender, period_code, false from neighbours
"""

_FILES = """
select
    files.file_id,
    files.file_name,
    files.table_name,
    files.sha256,
    submissions.submission_id,
    submissions.authority_code,
    submissions.period_code
from {submissions} as submissions
inner join ledger.submission_file as files on submissions.submission_id = files.submission_id
"""


# Up to this many returns are looked up cell by cell; for more, the tables are read from end to end.
FEW = 5


def take_snapshot(connection: psycopg.Connection, suite: Suite, submission_ids: list[int]) -> None:
    """(Re)make the tables `checking.<return>_*` for these submissions."""
    if len(submission_ids) > FEW:
        read_whole_tables(connection)
    submissions = work_table(suite.return_code, "submissions")
    replace_table(
        connection,
        submissions,
        sql.SQL(_SUBMISSIONS).format(
            ids=sql.Literal(submission_ids),
            return_code=sql.Literal(suite.return_code),
            year_before=year_beside("under_check.period_code", -1),
            year_after=year_beside("under_check.period_code", 1),
        ),
    )
    replace_table(
        connection, work_table(suite.return_code, "files"), sql.SQL(_FILES).format(submissions=submissions)
    )
    present = [
        row[0]
        for row in connection.execute(sql.SQL("select submission_id from {}").format(submissions)).fetchall()
    ]
    for name, relation in suite.relations.items():
        source = sql.Identifier(*relation.split("."))
        replace_table(
            connection,
            work_table(suite.return_code, name),
            sql.SQL("select * from {} where submission_id = any({})").format(source, sql.Literal(present)),
        )
    for name, statement in (suite.unknown_statements | suite.prepared_statements).items():
        replace_table(
            connection, work_table(suite.return_code, name), sql.SQL(statement)
        )  # a reviewed file of ours
    for name in suite.unknown_statements:
        note_nearest(connection, work_table(suite.return_code, name))


def read_whole_tables(connection: psycopg.Connection) -> None:
    """Plan the rest of the transaction for reading tables from end to end.

    The planner takes the columns of a key to be independent of each other, expects one row where a form has
    thousands, and looks each of them up by itself: minutes where a hash join takes seconds.
    """
    connection.execute("set local enable_nestloop = off")
    connection.execute("set local work_mem = '64MB'")


def work_table(return_code: str, name: str) -> sql.Identifier:
    """Return the name of a table in the work area of a return's check."""
    return sql.Identifier("checking", f"{return_code}_{name}")


def replace_table(connection: psycopg.Connection, table: sql.Identifier, query: sql.Composable) -> None:
    """(Re)make an unlogged table from a query, with statistics."""
    connection.execute(sql.SQL("drop table if exists {}").format(table))
    connection.execute(sql.SQL("create unlogged table {} as {}").format(table, query))
    connection.execute(sql.SQL("analyze {}").format(table))
