"""How a submission came: from its sender, or with a national collection."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


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
