"""Workshops keep how much all their pictures together were allowed to give away."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column(
        "workshop",
        sa.Column(
            "limit_named_once", sa.Double,
            comment="Members that all pictures together may give away at least once; unknown of older workshops",
        ),
        schema="ledger",
    )  # fmt: skip
