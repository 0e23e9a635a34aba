"""Rows about persons that may be behind findings: missing in the register, there twice, under another number."""

import psycopg
from psycopg import sql

from ingestion.returns.catalogue import ReturnLayout

# Persons who are nowhere in the register: in one file alone they are strangers, in several their row is missing.
# Where the register lacks most persons, it is at fault itself, and nobody is a stranger.
_UNREGISTERED = """
create temporary table unregistered on commit drop as
select
    rows.*, count(*) over persons as times, tables.tables > 1 or lacking.is_most as is_row_missing,
    tables.first_file, tables.first_line
from mask_persons as rows
inner join (
    select
        submission_id, child, count(distinct table_name) as tables, min(file_id) as first_file,
        (array_agg(line_number order by file_id, line_number))[1] as first_line
    from mask_persons
    group by submission_id, child
    having bool_and(table_name <> {register})
) as tables on rows.submission_id = tables.submission_id and rows.child = tables.child
inner join (
    select submission_id, avg((not is_registered)::int) > 0.5 as is_most
    from (
        select submission_id, child, bool_or(table_name = {register}) as is_registered
        from mask_persons
        where child is not null
        group by submission_id, child
    ) as persons
    group by submission_id
) as lacking on rows.submission_id = lacking.submission_id
where rows.submission_id in (select submission_id from {files} where table_name = {register})
window persons as (partition by rows.submission_id, rows.child)
"""

_MISSING_ROW = """
insert into mask_entries (
    kind, submission_id, action, table_name, file_id, line_number, value, person, example_file_id,
    example_line_number
)
select
    'row_missing', persons.submission_id, 'insert', {register}, files.file_id, persons.number,
    (
        select
            jsonb_object_agg(said.heading, said.cell)
            || jsonb_build_object(
                'submission_id', persons.submission_id, 'file_id', files.file_id,
                'line_number', persons.number, 'child', persons.child
            )
        from (
            select heading, mode() within group (order by cell) as cell
            from mask_said
            where mask_said.submission_id = persons.submission_id and mask_said.person = persons.child
            group by heading
            union all
            select 'child', persons.child
        ) as said
        where said.heading = any({columns})
    ),
    persons.child, persons.first_file, persons.first_line
from (
    select
        submission_id, child, first_file, first_line,
        -row_number() over (partition by submission_id order by times desc, child) as number
    from (
        select distinct submission_id, child, first_file, first_line, times
        from unregistered
        where is_row_missing
    ) as missing
) as persons
inner join {files} as files
    on persons.submission_id = files.submission_id and files.table_name = {register}
"""

_STRANGERS = """
insert into mask_entries (kind, submission_id, action, table_name, file_id, line_number, person)
select 'stranger', submission_id, 'delete', table_name, file_id, line_number, child
from unregistered
where not is_row_missing
"""

# The same number but for blanks, signs and leading zeros: either side may be the one to put right.
_OTHERWISE_NUMBERED = """
insert into mask_entries (
    kind, submission_id, table_name, file_id, line_number, heading, value, person, example_file_id,
    example_line_number
)
with names as (
    select
        submission_id, child, bool_or(table_name = {register}) as is_registered,
        ltrim(regexp_replace(regexp_replace(child, '[.]0+$', ''), '[^A-Z0-9]', '', 'g'), '0') as bare,
        min(file_id) as file_id, (array_agg(line_number order by file_id, line_number))[1] as line_number
    from mask_persons
    where child is not null
    group by submission_id, child
),

pairs as (
    select
        registered.submission_id, registered.child, strangers.child as stranger,
        registered.file_id, registered.line_number,
        strangers.file_id as stranger_file, strangers.line_number as stranger_line
    from names as registered
    inner join names as strangers
        on registered.submission_id = strangers.submission_id and registered.bare = strangers.bare
    where registered.is_registered and not strangers.is_registered and registered.bare <> ''
)

select
    'numbered', rows.submission_id, rows.table_name, rows.file_id, rows.line_number, 'child', pairs.child,
    rows.child, pairs.file_id, pairs.line_number
from mask_persons as rows
inner join pairs on rows.submission_id = pairs.submission_id and rows.child = pairs.stranger
union all
select
    'numbered', rows.submission_id, rows.table_name, rows.file_id, rows.line_number, 'child', pairs.stranger,
    rows.child, pairs.stranger_file, pairs.stranger_line
from mask_persons as rows
inner join pairs on rows.submission_id = pairs.submission_id and rows.child = pairs.child
where rows.table_name = {register}
"""

_TWICE = """
insert into mask_entries (
    kind, submission_id, action, table_name, file_id, line_number, person, example_file_id, example_line_number
)
select
    'twice', rows.submission_id, 'delete', {table}, rows.file_id, rows.line_number, rows.person, rows.file_id,
    rows.first
from (
    select
        sent.submission_id, sent.file_id, sent.line_number, upper(btrim(sent.child)) as person,
        min(sent.line_number) over (partition by sent.file_id, (to_jsonb(sent) - 'line_number')) as first
    from {raw} as sent
    where sent.file_id in (select file_id from blamed where table_name = {table})
) as rows
where rows.line_number > rows.first
"""


def note_wrong_rows(
    connection: psycopg.Connection, layout: ReturnLayout, parts: dict[str, sql.Composable]
) -> None:
    """Add the rows that are missing, too many, or under another number; `mask_said` is there."""
    connection.execute(sql.SQL(_UNREGISTERED).format(**parts))
    connection.execute("analyze unregistered")
    for statement in (_MISSING_ROW, _STRANGERS, _OTHERWISE_NUMBERED):
        connection.execute(sql.SQL(statement).format(**parts))
    for table in layout.tables:
        raw = sql.Identifier("raw", f"{layout.code}_{table.name}")
        connection.execute(sql.SQL(_TWICE).format(table=sql.Literal(table.name), raw=raw))
