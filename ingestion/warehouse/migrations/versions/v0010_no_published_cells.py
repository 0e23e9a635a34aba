"""Raw: publishers' cells become records by the number of their column, like everything else that is published."""

from alembic import op

revision = "0010"
down_revision = "0009"

# As in collecting a table whose columns are known by position: an empty cell has no entry.
CELLS_TO_RECORDS = """
insert into raw.published_records (submission_id, file_id, line_number, record)
select submission_id, file_id, line_number, jsonb_object_agg(column_number, value)
from raw.published_cells
group by submission_id, file_id, line_number
"""


def upgrade() -> None:
    op.execute(CELLS_TO_RECORDS)
    # A view of the models depends on it; the next build, which finds other definitions, recreates it.
    op.execute("drop table raw.published_cells cascade")
    op.execute(
        "comment on column raw.published_records.record is"
        " 'Column name to text as sent; column number, where the layout goes by position'"
    )
