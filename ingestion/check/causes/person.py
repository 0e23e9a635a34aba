"""What may be behind the findings of tables about persons, told from the rows themselves."""

import psycopg
from psycopg import sql

from ingestion.check.causes.masks import ENTRIES
from ingestion.check.causes.person_cells import note_wrong_cells, shared_columns
from ingestion.check.causes.person_rows import note_wrong_rows
from ingestion.check.failing import failing_table
from ingestion.check.form_tables import work_table
from ingestion.check.plan import Plan
from ingestion.returns.catalogue import ReturnLayout

# A rule that looks at one column alone is sure of the cell that it points at.
_BLAMED = """
create temporary table blamed on commit drop as
select
    failing.submission_id, failing.file_id, failing.line_number, files.table_name, failing.heading,
    persons.child as person, failing.rule = any({sure}) as is_sure
from {failing} as failing
inner join {files} as files on failing.file_id = files.file_id
inner join mask_persons as persons
    on failing.file_id = persons.file_id and failing.line_number = persons.line_number
"""

_PERSONS_OF = "select submission_id, file_id, line_number, child, {table} as table_name from {typed}"
# A candidate touches the findings about its persons, and those at its own cells.
_TOUCHED = """
with persons as (
    select submission_id, person, count(*) as findings from blamed where person is not null group by 1, 2
),

touched as (
    select entries.kind, entries.submission_id, entries.file_id, entries.heading, sum(persons.findings) as findings
    from (select distinct kind, submission_id, file_id, heading, person from mask_entries) as entries
    inner join persons on entries.submission_id = persons.submission_id and entries.person = persons.person
    group by entries.kind, entries.submission_id, entries.file_id, entries.heading
)

update mask_entries as entries
set touched = touched.findings
from touched
where
    (entries.kind, entries.submission_id, entries.file_id) = (touched.kind, touched.submission_id, touched.file_id)
    and entries.heading is not distinct from touched.heading
"""


def note_person_entries(connection: psycopg.Connection, layout: ReturnLayout, plans: list[Plan]) -> None:
    """Fill `mask_entries` with all that may be behind findings of these submissions."""
    register = layout.tables[0]
    parts: dict[str, sql.Composable] = {
        "failing": failing_table(layout),
        "files": work_table(layout.code, "files"),
        "codes": work_table(layout.code, "codes"),
        "register": sql.Literal(register.name),
        "columns": sql.Literal(list(register.known_columns)),
        "shared": sql.Literal(shared_columns(layout)),
        "dates": sql.Literal(sorted({column for table in layout.tables for column in table.dates})),
        "sure": sql.Literal([plan.rule.key for plan in plans if _is_sure(plan)]),
    }
    connection.execute(ENTRIES)
    persons = sql.SQL(" union all ").join(
        sql.SQL(_PERSONS_OF).format(table=sql.Literal(table.name), typed=work_table(layout.code, table.name))
        for table in layout.tables
    )
    connection.execute(sql.SQL("create temporary table mask_persons on commit drop as {}").format(persons))
    connection.execute(sql.SQL(_BLAMED).format(**parts))
    connection.execute("analyze mask_persons, blamed")
    note_wrong_cells(connection, layout, parts)
    note_wrong_rows(connection, layout, parts)
    connection.execute("analyze mask_entries")
    connection.execute(_TOUCHED)


def _is_sure(plan: Plan) -> bool:
    return sum(map(len, plan.rule.columns.values())) == 1
