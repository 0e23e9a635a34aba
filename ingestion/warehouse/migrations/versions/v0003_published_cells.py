"""Raw: the cells of publishers' tables that are laid out as a form and not as records."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "published_cells",
        sa.Column("submission_id", sa.BigInteger, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("line_number", sa.Integer, nullable=False, comment="Line of the file, or row of the sheet"),
        sa.Column("column_number", sa.Integer, nullable=False, comment="1 is the first filled column"),
        sa.Column("value", sa.Text, nullable=False, comment="The text as published; an empty cell has no row"),
        sa.PrimaryKeyConstraint(
            "submission_id", "file_id", "line_number", "column_number", name="pk_published_cells"
        ),
        schema="raw",
    )
