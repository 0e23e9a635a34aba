"""What may be behind the findings of a form, told from its cells.

Figures in pounds where the form asks for thousands, or the other way round: all of a file, or those of one line.
And cells that hold no number, or one in other characters: with a currency sign, in brackets.
"""

import psycopg
from psycopg import sql

from ingestion.check.causes.masks import ENTRIES
from ingestion.check.failing import TABLE
from ingestion.check.form_tables import work_table
from ingestion.check.suite import Suite

# The cells that hold the form's figures, as its relations know them.
_FIGURES_OF = """
select
    cells.submission_id, cells.file_id, files.table_name, cells.line_number, cells.column_number, cells.raw_value
from {relation} as cells
inner join {files} as files on cells.file_id = files.file_id
where cells.submission_id = any({submissions}) and cells.raw_value is not null
"""

_SCALED = """
insert into mask_entries (
    kind, submission_id, table_name, file_id, line_number, column_number, part, value, touched
)
select
    factors.kind, figures.submission_id, figures.table_name, figures.file_id, figures.line_number,
    figures.column_number, parts.part, trim_scale(raw.to_number(figures.raw_value) * factors.factor)::text,
    case parts.part when '' then files.findings else coalesce(lines.findings, 0) end
from figures
inner join (
    select submission_id, file_id, count(*) as findings from {failing} group by submission_id, file_id
) as files on figures.file_id = files.file_id
left join (
    select file_id, line_number, count(*) as findings from {failing} group by file_id, line_number
) as lines on figures.file_id = lines.file_id and figures.line_number = lines.line_number
cross join (values ('in_units', 0.001), ('in_thousands', 1000)) as factors (kind, factor)
cross join lateral (values (''), (figures.line_number::text)) as parts (part)
where raw.to_number(figures.raw_value) is not null and (parts.part = '' or lines.findings > 1)
"""

_OTHER_CHARACTERS = """
insert into mask_entries (
    kind, submission_id, table_name, file_id, line_number, column_number, part, value, touched
)
select
    'not_a_number', figures.submission_id, figures.table_name, figures.file_id, figures.line_number,
    figures.column_number, case when bare.is_number then '' else figures.column_number::text end,
    case
        when bare.is_number
            then case when figures.raw_value ~ '^\\s*[(].*[)]\\s*$' then '-' else '' end || bare.digits
    end,
    count(*) over (partition by figures.file_id)
from figures
cross join lateral (
    select digits, digits ~ '^-?[0-9]+([.][0-9]+)?$' as is_number
    from (select regexp_replace(figures.raw_value, '[^0-9.-]', '', 'g') as digits) as stripped
) as bare
where
    raw.to_number(figures.raw_value) is null
    and exists (
        select from {failing} as failing
        where
            failing.file_id = figures.file_id and failing.line_number = figures.line_number
            and failing.column_number = figures.column_number
    )
"""


def note_form_entries(connection: psycopg.Connection, suite: Suite, submissions: list[int]) -> None:
    """Fill `mask_entries` with all that may be behind findings of these submissions."""
    connection.execute(ENTRIES)
    parts = {
        "failing": work_table(suite.return_code, TABLE),
        "files": work_table(suite.return_code, "files"),
        "submissions": sql.Literal(submissions),
    }
    figures = sql.SQL(" union all ").join(
        sql.SQL(_FIGURES_OF).format(relation=work_table(suite.return_code, relation), **parts)
        for relation in suite.relations
    )
    connection.execute(sql.SQL("create temporary table figures on commit drop as {}").format(figures))
    connection.execute("analyze figures")
    for statement in (_SCALED, _OTHER_CHARACTERS):
        connection.execute(sql.SQL(statement).format(**parts))
    connection.execute("analyze mask_entries")
