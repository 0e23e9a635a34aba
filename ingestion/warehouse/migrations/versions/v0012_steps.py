"""A row per step of the road, to be locked by whoever is taking it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "step",
        sa.Column(
            "step",
            sa.Text,
            nullable=False,
            comment="The step, with the return, sender or period that sets it apart",
        ),
        sa.PrimaryKeyConstraint("step", name="pk_step"),
        schema="ledger",
        comment="Whoever takes a step locks its row meanwhile; the rows themselves say nothing",
    )
    op.execute("insert into ledger.step (step) values ('drop a relation')")
