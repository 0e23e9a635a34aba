"""What may be behind many findings, and how the raw rows would read if it were right.

A candidate is one thing to put right: a column that is written wrongly, one person's row that is missing. Its
entries say which cells and rows of `raw` would be another. They stand in `pg_temp.mask_entries` as long as the
search lasts, so that a run of the rules over them needs nothing but their numbers.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from ingestion.check.failing import failing_table
from ingestion.returns.catalogue import ReturnLayout

ENTRIES = """
create temporary table mask_entries (
    kind text not null,
    submission_id bigint not null,
    action text not null default 'set',
    table_name text not null,
    file_id bigint not null,
    line_number integer not null,
    column_number integer,
    heading text,
    -- What sets it apart from other candidates of its kind in the file.
    part text not null default '',
    value text,
    person text,
    example_file_id bigint,
    example_line_number integer,
    -- How many findings could go with it at most.
    touched bigint not null default 0,
    candidate integer
) on commit drop
"""

# The candidates of a submission that could be behind the most findings; each gets a number.
_NUMBER = """
with candidates as (
    select
        kind, submission_id, file_id, heading, part,
        row_number() over (
            partition by submission_id order by max(touched) desc, count(*), kind, file_id, heading, part
        ) as turn
    from mask_entries
    group by kind, submission_id, file_id, heading, part
    having
        max(touched) >= greatest(
            {least},
            {share} * (
                select count(*) from {failing} as failing
                where failing.submission_id = mask_entries.submission_id
            )
        )
),

numbered as (
    select *, row_number() over (order by turn, submission_id) as candidate from candidates where turn <= {most}
)

update mask_entries as entries
set candidate = numbered.candidate
from numbered
where
    (entries.kind, entries.submission_id, entries.file_id, entries.part)
        = (numbered.kind, numbered.submission_id, numbered.file_id, numbered.part)
    and entries.heading is not distinct from numbered.heading
"""

_CANDIDATES = """
select distinct on (entries.candidate)
    entries.candidate,
    entries.submission_id,
    entries.kind,
    entries.file_id,
    nullif(greatest(entries.line_number, 0), 0) as line_number,
    case
        when entries.column_number is null then (files.headings ->> coalesce(entries.heading, 'child'))::int
        when count(*) over candidates = count(*) over same_column then entries.column_number
    end as column_number,
    entries.heading,
    entries.example_file_id,
    entries.example_line_number,
    count(*) over candidates as places,
    -- What is only blanked out is not known to be right otherwise: findings that this makes say nothing.
    bool_or(entries.value is null and entries.action = 'set') over candidates as is_blanked
from mask_entries as entries
inner join ledger.submission_file as files on entries.file_id = files.file_id
where entries.candidate is not null
window
    candidates as (partition by entries.candidate),
    same_column as (partition by entries.candidate, entries.column_number)
order by entries.candidate, entries.line_number < 0, abs(entries.line_number)
"""

_SET = """
update {raw} as sent
set {column} = entries.value
from mask_entries as entries
where
    entries.candidate = any({chosen}) and entries.action = 'set'
    and entries.table_name = {table} and entries.heading = {heading}
    and sent.file_id = entries.file_id and sent.line_number = entries.line_number
"""

_DELETE = """
delete from {raw} as sent
using mask_entries as entries
where
    entries.candidate = any({chosen}) and entries.action = 'delete' and entries.table_name = {table}
    and sent.file_id = entries.file_id and sent.line_number = entries.line_number
"""

_INSERT = """
insert into {raw}
select sent.*
from mask_entries as entries
cross join jsonb_populate_record(null::{raw}, entries.value::jsonb) as sent
where entries.candidate = any({chosen}) and entries.action = 'insert' and entries.table_name = {table}
"""

# A form has a row for each filled cell.
_SET_CELLS = """
update {raw} as sent
set value = entries.value
from mask_entries as entries
where
    entries.candidate = any({chosen}) and entries.value is not null
    and sent.submission_id = entries.submission_id and sent.file_id = entries.file_id
    and sent.line_number = entries.line_number and sent.column_number = entries.column_number
"""

_EMPTY_CELLS = """
delete from {raw} as sent
using mask_entries as entries
where
    entries.candidate = any({chosen}) and entries.value is null
    and sent.submission_id = entries.submission_id and sent.file_id = entries.file_id
    and sent.line_number = entries.line_number and sent.column_number = entries.column_number
"""


@dataclass(frozen=True)
class Candidate:
    """One thing that may be behind many findings of a submission."""

    candidate: int
    submission_id: int
    kind: str
    file_id: int
    line_number: int | None
    column_number: int | None
    heading: str | None
    example_file_id: int | None
    example_line_number: int | None
    places: int
    is_blanked: bool


def number_candidates(
    connection: psycopg.Connection, layout: ReturnLayout, least: int, share: float, most: int
) -> list[Candidate]:
    """Number the candidates that touch at least so many and such a share of a submission's findings.

    They come in turns, first the most promising one of each submission, then the second; at most so many of each.
    """
    connection.execute(
        sql.SQL(_NUMBER).format(
            failing=failing_table(layout),
            least=sql.Literal(least),
            share=sql.Literal(share),
            most=sql.Literal(most),
        )
    )
    connection.execute("analyze mask_entries")
    return [Candidate(*row) for row in connection.execute(_CANDIDATES).fetchall()]


def put_right(connection: psycopg.Connection, layout: ReturnLayout, chosen: list[int]) -> None:
    """Change the raw rows as the entries of these candidates say; the caller rolls the transaction back."""
    if layout.raw_table:
        raw = sql.Identifier("raw", layout.raw_table)
        for cells in (_SET_CELLS, _EMPTY_CELLS):
            connection.execute(sql.SQL(cells).format(raw=raw, chosen=sql.Literal(chosen)))
        return
    changed = connection.execute(
        "select distinct action, table_name, heading from mask_entries where candidate = any(%s)", [chosen]
    ).fetchall()
    statements = {"set": _SET, "delete": _DELETE, "insert": _INSERT}
    for action, table, heading in changed:
        connection.execute(
            sql.SQL(statements[action]).format(
                raw=sql.Identifier("raw", f"{layout.code}_{table}"),
                column=sql.Identifier(heading or "child"),
                chosen=sql.Literal(chosen),
                table=sql.Literal(table),
                heading=sql.Literal(heading),
            )
        )
