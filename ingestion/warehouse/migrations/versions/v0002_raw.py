"""Raw: every cell as it was sent, and the functions that interpret a cell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

# The marks that the forms use for "no figure here". None of them is ever a zero.
IS_MISSING = """
create function raw.is_missing(cell text) returns boolean
language sql immutable parallel safe
return coalesce(btrim(cell, E' \\t\\r\\n\\u00a0') in ('', '..', '-', '.', 'NA', 'N/A', 'n/a'), true)
"""

# `1,234`, ` 12 `, `7120.2399999999998` and `1.2E-05` are numbers; anything else that is not a missing mark
# gives null here and a finding in the checks.
TO_NUMBER = """
create function raw.to_number(cell text) returns numeric
language sql immutable parallel safe
return case
    when replace(btrim(cell, E' \\t\\r\\n\\u00a0'), ',', '')
        ~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'
    then replace(btrim(cell, E' \\t\\r\\n\\u00a0'), ',', '')::numeric
end
"""

# Labels drift in case, blanks, line breaks and traces of a wrong encoding; their words do not.
TIDY_LABEL = """
create function raw.tidy_label(cell text) returns text
language sql immutable parallel safe
return lower(btrim(regexp_replace(translate(cell, 'Ââ', ''), '[\\s\\u00a0]+', ' ', 'g')))
"""

# 1 is A, 27 is AA: people find a cell by the letter that their spreadsheet shows.
COLUMN_LETTER = """
create function raw.column_letter(column_number integer) returns text
language sql immutable parallel safe
return case
    when column_number > 26 then chr(64 + (column_number - 1) / 26) || chr(65 + (column_number - 1) % 26)
    else chr(64 + column_number)
end
"""


def upgrade() -> None:
    op.create_table(
        "pss_ex1_cells",
        sa.Column("submission_id", sa.BigInteger, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("line_number", sa.Integer, nullable=False, comment="Line of the file, or row of the sheet"),
        sa.Column("column_number", sa.Integer, nullable=False, comment="1 is spreadsheet column A"),
        sa.Column("value", sa.Text, nullable=False, comment="The text as sent; an empty cell has no row"),
        sa.PrimaryKeyConstraint(
            "submission_id", "file_id", "line_number", "column_number", name="pk_pss_ex1_cells"
        ),
        schema="raw",
    )
    op.create_table(
        "published_records",
        sa.Column("submission_id", sa.BigInteger, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("line_number", sa.Integer, nullable=False),
        sa.Column("record", JSONB, nullable=False, comment="Column name to text as sent"),
        sa.PrimaryKeyConstraint("submission_id", "file_id", "line_number", name="pk_published_records"),
        schema="raw",
    )
    for function in (IS_MISSING, TO_NUMBER, TIDY_LABEL, COLUMN_LETTER):
        op.execute(function)
