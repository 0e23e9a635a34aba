"""The layouts of published tables, for the models and the rules; and a name as a part of a code."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

# 'LAC_Ceased_SGO%' and 'LAC_Ceased_SGO' are two series: the sign is a word of the code.
TO_CODE = """
create function raw.to_code(name text) returns text
language sql immutable parallel safe
return btrim(regexp_replace(replace(raw.tidy_label(name), '%', ' pct '), '[^a-z0-9]+', '_', 'g'), '_')
"""


def upgrade() -> None:
    op.create_table(
        "published_layouts",
        sa.Column("return_code", sa.Text, nullable=False),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("layout", JSONB, nullable=False, comment="Which column is what, which rows are which measure"),
        sa.PrimaryKeyConstraint("return_code", "table_name", name="pk_published_layouts"),
        schema="raw",
    )
    op.execute(TO_CODE)
