"""The work area of a check of person-level tables: typed once, with shared computations done once.

The tables are `checking.<return>_<table>`; their columns come from the return's layout, anything beyond a plain
column from `expectations/<return>/tables/`.
"""

import psycopg
from psycopg import sql

from ingestion.check.code_lists import copy_authorities, copy_codes
from ingestion.check.form_tables import replace_table, work_table
from ingestion.check.last_year import take_last_year
from ingestion.check.years import year_beside
from ingestion.returns.catalogue import ReturnLayout, TableLayout
from ingestion.settings import EXPECTATIONS, Settings
from ingestion.warehouse.pseudonym_key import hand_over_key

_SUBMISSIONS = """
select
    submission_id,
    sender as authority_code,
    period_code,
    make_date(left(period_code, 4)::int, 4, 1) as year_start,
    make_date(left(period_code, 4)::int + 1, 3, 31) as year_end
from ledger.submission
where submission_id = any({ids})
"""

_FILES = """
select files.file_id, files.table_name, files.headings, files.column_offset, submissions.*
from {submissions} as submissions
inner join ledger.submission_file as files on submissions.submission_id = files.submission_id
"""

# The return accepted for the year before, whether or not its raw rows still exist: it is read under pseudonyms.
_LAST_YEARS = """
select
    submissions.submission_id,
    known.submission_id as last_submission_id,
    known.period_code,
    submissions.year_start - interval '1 year' as year_start,
    submissions.year_end - interval '1 year' as year_end
from {submissions} as submissions
inner join ledger.submission as known
    on
        submissions.authority_code = known.sender
        and known.return_code = {return_code}
        and known.is_in_force
        and known.period_code = {year_before}
"""

# The pupils in other authorities' returns for the same year or an adjacent one.
_HELD_ELSEWHERE = """
select distinct held.upn_token, held.authority_code
from {headers} as held
inner join ledger.submission as known on held.submission_id = known.submission_id
where
    known.is_in_force
    and held.upn_token !~ '^UN[1-5]$'
    and exists (
        select 1 from {submissions} as submissions
        where known.period_code in (submissions.period_code, {year_before}, {year_after})
    )
"""

_PROVIDERS = """
select submissions.submission_id, providers.*
from {submissions} as submissions
cross join raw.reference_providers as providers
"""

# The tables around those of the return, in the order in which they depend on each other.
_SURROUNDINGS = {
    "submissions": _SUBMISSIONS,
    "files": _FILES,
    "last_years": _LAST_YEARS,
    "held_elsewhere": _HELD_ELSEWHERE,
    "providers": _PROVIDERS,
}

_TYPED = """
select
    sent.submission_id, sent.file_id, sent.line_number, submissions.authority_code, submissions.period_code,
    submissions.year_start, submissions.year_end, {columns}
from {raw} as sent
inner join {submissions} as submissions on sent.submission_id = submissions.submission_id
"""

# Blanks of any kind around a cell mean nothing, and codes are the same in lower case.
_TEXT = "nullif(upper(btrim({cell}, E' \\t\\r\\n\\u00a0')), '')"

# A header refers to uasc, an episode to the header.
_TURN = {"header": 1, "episodes": 2}


def take_person_snapshot(
    connection: psycopg.Connection, layout: ReturnLayout, submission_ids: list[int], settings: Settings
) -> None:
    """(Re)make the tables `checking.<return>_*` for these submissions."""
    hand_over_key(connection, settings)
    connection.execute("set local work_mem = '128MB'")
    connection.execute("set local enable_nestloop = off")
    parts = {
        "ids": sql.Literal(submission_ids),
        "return_code": sql.Literal(layout.code),
        "submissions": work_table(layout.code, "submissions"),
        "year_before": year_beside("submissions.period_code", -1),
        "year_after": year_beside("submissions.period_code", 1),
        "headers": sql.Identifier("pseudonymised", f"{layout.code}_header"),
    }
    for name, query in _SURROUNDINGS.items():
        replace_table(connection, work_table(layout.code, name), sql.SQL(query).format(**parts))
    copy_codes(connection, layout)
    copy_authorities(connection, layout)
    take_this_year(connection, layout)
    take_last_year(connection, layout)


def drop_person_snapshot(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """Drop every table about persons from the work area."""
    left = connection.execute(
        "select tablename from pg_tables where schemaname = 'checking' and starts_with(tablename, %s)",
        [f"{layout.code}_"],
    ).fetchall()
    tables = [sql.Identifier("checking", name) for (name,) in left]
    if not tables:
        return
    connection.execute(sql.SQL("drop table if exists {}").format(sql.SQL(", ").join(tables)))


def take_this_year(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """Make the typed tables as sent, some of them with derived columns, then the tables that are only derived."""
    later = _worked_out(layout)
    for table in sorted(layout.tables, key=lambda table: _TURN.get(table.name, 0)):
        typed = _typed(layout, table)
        statement = later.pop(table.name, None)
        if statement:
            typed = sql.SQL("with typed as ({}) select * from ({}) as worked_out").format(
                typed, sql.SQL(statement)
            )
        replace_table(connection, work_table(layout.code, table.name), typed)
    for table_name, statement in later.items():
        replace_table(connection, work_table(layout.code, table_name), sql.SQL(statement))


def _worked_out(layout: ReturnLayout) -> dict[str, str]:
    """Return the queries of `tables/`, by the table they make."""
    folder = EXPECTATIONS / layout.code / "tables"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}


def _typed(layout: ReturnLayout, table: TableLayout) -> sql.Composed:
    return sql.SQL(_TYPED).format(
        columns=sql.SQL(", ").join(part for column in table.known_columns for part in _column(table, column)),
        raw=sql.Identifier("raw", f"{layout.code}_{table.name}"),
        submissions=work_table(layout.code, "submissions"),
    )


def _column(table: TableLayout, column: str) -> list[sql.Composable]:
    """Return the expressions of a column: its text; for a date, the date and the text sent."""
    cell = sql.Identifier("sent", column)
    text = sql.SQL(_TEXT).format(cell=cell)
    if column not in table.dates:
        return [sql.SQL("{} as {}").format(text, sql.Identifier(column))]
    return [
        sql.SQL("raw.to_date({}) as {}").format(cell, sql.Identifier(column)),
        sql.SQL("{} as {}").format(text, sql.Identifier(f"{column}_text")),
    ]
