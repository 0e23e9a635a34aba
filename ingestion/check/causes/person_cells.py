"""Cells about persons that may be behind findings: written in a wrong way, or against all others of the person."""

import psycopg
from psycopg import sql

from ingestion.check.form_tables import work_table
from ingestion.returns.catalogue import ReturnLayout, TableLayout

_CELLS_OF = """
select
    submission_id, file_id, line_number, child as person, {table} as table_name, {heading} as heading,
    {text} as cell
from {typed}
"""
# One date, however it was written; what is none stays as it was sent.
_DATE = "coalesce(to_char({column}, 'DD/MM/YYYY'), {sent})"

# What each person's cells say in each table, for the columns that several tables have.
_SAID = """
create temporary table mask_said on commit drop as
select
    submission_id, person, heading, table_name, cell, count(*) as times,
    min(file_id) as file_id, min(line_number) as line_number
from mask_cells
where heading = any({shared}) and person is not null and cell is not null
group by submission_id, person, heading, table_name, cell
"""

# The row of a person's own against what most of the other rows say; one of them is shown as the example.
_ONE_AGAINST_MANY = """
insert into mask_entries (
    kind, submission_id, table_name, file_id, line_number, heading, value, person, example_file_id,
    example_line_number
)
with others as (
    select
        submission_id, person, heading, cell, sum(times) as times,
        sum(sum(times)) over (partition by submission_id, person, heading) as all_times,
        min(file_id) as file_id, min(line_number) as line_number
    from mask_said
    where table_name <> {register}
    group by submission_id, person, heading, cell
)

select
    'disagrees', own.submission_id, own.table_name, own.file_id, own.line_number, own.heading, others.cell,
    own.person, others.file_id, others.line_number
from mask_cells as own
inner join others
    on
        (own.submission_id, own.person, own.heading) = (others.submission_id, others.person, others.heading)
        and own.cell is distinct from others.cell
where own.table_name = {register} and others.times >= 2 and others.times * 2 > others.all_times
"""

_MANY_AGAINST_ONE = """
insert into mask_entries (
    kind, submission_id, table_name, file_id, line_number, heading, value, person, example_file_id,
    example_line_number
)
select
    'disagrees', own.submission_id, own.table_name, own.file_id, own.line_number, own.heading, register.cell,
    own.person, register.file_id, register.line_number
from mask_cells as own
inner join mask_said as register
    on
        (own.submission_id, own.person, own.heading)
            = (register.submission_id, register.person, register.heading)
        and own.cell is distinct from register.cell
where own.table_name <> {register} and register.table_name = {register} and register.times = 1
"""

# A date in another form of writing, or with the month first; a code that a spreadsheet took for a number.
_WRITTEN = """
insert into mask_entries (
    kind, submission_id, table_name, file_id, line_number, heading, value, person
)
with sure as (
    select distinct submission_id, table_name, file_id, line_number, heading
    from blamed
    where is_sure and heading is not null and heading <> 'child'
)

select
    'written', cells.submission_id, cells.table_name, cells.file_id, cells.line_number, cells.heading,
    case
        when cells.heading = any({dates}) then
            case
                when cells.cell ~ '^[1-6][0-9]{{4}}([.]0+)?$'
                    then to_char(date '1899-12-30' + split_part(cells.cell, '.', 1)::int, 'DD/MM/YYYY')
                when cells.cell ~ '^(0?[1-9]|1[0-2])[/.-](1[3-9]|2[0-9]|3[01])[/.-][12][0-9]{{3}}$'
                    then regexp_replace(cells.cell, '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)$', '\\2/\\1/\\3')
                when cells.cell ~ '^[0-3]?[0-9][.-][01]?[0-9][.-][12][0-9]{{3}}$'
                    then translate(cells.cell, '.-', '//')
                when cells.cell ~ '^[12][0-9]{{3}}[01][0-9][0-3][0-9]$'
                    then regexp_replace(cells.cell, '^([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})$', '\\1-\\2-\\3')
            end
        else codes.code
    end,
    cells.person
from sure
inner join mask_cells as cells
    on (sure.file_id, sure.line_number, sure.heading) = (cells.file_id, cells.line_number, cells.heading)
left join {codes} as codes
    on
        cells.submission_id = codes.submission_id
        and upper(cells.heading) = codes.codeset
        and regexp_replace(cells.cell, '[.]0+$', '') = codes.code
where
    cells.cell is not null
    -- A code that is allowed may be wrong beside others; that it is, no rule is sure of.
    and not exists (
        select from {codes} as allowed
        where
            allowed.submission_id = cells.submission_id and allowed.codeset = upper(cells.heading)
            and allowed.code = cells.cell
    )
"""


def note_wrong_cells(
    connection: psycopg.Connection, layout: ReturnLayout, parts: dict[str, sql.Composable]
) -> None:
    """Add the cells that may be wrong, by what a rule is sure of and by what other tables say."""
    _note_cells(connection, layout)
    connection.execute(sql.SQL(_SAID).format(**parts))
    connection.execute("analyze mask_said")
    for statement in (_ONE_AGAINST_MANY, _MANY_AGAINST_ONE, _WRITTEN):
        connection.execute(sql.SQL(statement).format(**parts))


def _note_cells(connection: psycopg.Connection, layout: ReturnLayout) -> None:
    """Note the cells of the columns that several tables have, and of those that a rule is sure of."""
    blamed = set(connection.execute("select distinct table_name, heading from blamed where is_sure").fetchall())
    shared = shared_columns(layout)
    cells = [
        _cells(layout, table, column)
        for table in layout.tables
        for column in table.known_columns
        if column != "child" and (column in shared or (table.name, column) in blamed)
    ]
    connection.execute(
        sql.SQL("create temporary table mask_cells on commit drop as {}").format(
            sql.SQL(" union all ").join(cells)
        )
    )
    connection.execute("analyze mask_cells")


def _cells(layout: ReturnLayout, table: TableLayout, column: str) -> sql.Composed:
    return sql.SQL(_CELLS_OF).format(
        table=sql.Literal(table.name),
        heading=sql.Literal(column),
        text=sql.SQL(_DATE if column in table.dates else "{column}").format(
            column=sql.Identifier(column), sent=sql.Identifier(f"{column}_text")
        ),
        typed=work_table(layout.code, table.name),
    )


def shared_columns(layout: ReturnLayout) -> list[str]:
    """Return the columns of the first table, the register of persons, that others have too."""
    register, *others = layout.tables
    return [
        column
        for column in register.columns
        if column != "child" and any(column in table.columns for table in others)
    ]
