"""The origin of a submission: its sender or a national collection; a cell is found by its file alone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "submission",
        sa.Column(
            "collection",
            sa.Text(),
            nullable=True,
            comment="The national collection it came with; empty when its sender delivered it",
        ),
        schema="ledger",
    )
    op.alter_column(
        "submission",
        "sender",
        comment="Authority code, the group of a control total, or the publisher's name",
        existing_comment="Authority code, or the publisher's name",
        schema="ledger",
    )
    # A file belongs to one submission. With both numbers in the key, and so in every join, the planner takes the
    # two for independent and expects a thousandth of the rows that there are.
    op.drop_constraint("pk_pss_ex1_cells", "pss_ex1_cells", schema="raw")
    op.create_primary_key(
        "pk_pss_ex1_cells", "pss_ex1_cells", ["file_id", "line_number", "column_number"], schema="raw"
    )
