"""Runs of builds, and what became of each of their nodes; the foreign keys that a build was published with."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column(
        "model_build",
        sa.Column("foreign_keys", sa.Integer, comment="How many the marts had when it was published"),
        schema="ledger",
    )
    op.create_table(
        "build_run",
        sa.Column("build_run_id", sa.BigInteger, sa.Identity(always=True)),
        sa.Column("model_build_id", sa.BigInteger, comment="The build that is read since; empty if it failed"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_full", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Text, comment="The commit of the checkout; empty where there is none"),
        sa.PrimaryKeyConstraint("build_run_id", name="pk_build_run"),
        sa.ForeignKeyConstraint(
            ["model_build_id"], ["ledger.model_build.model_build_id"], name="fk_build_run_model_build"
        ),
        schema="ledger",
        comment="Every run of a build of the marts, also those that failed, for 90 days",
    )
    op.create_table(
        "build_node",
        sa.Column("build_run_id", sa.BigInteger),
        sa.Column("node", sa.Text, comment="A model, seed or test, as dbt names it"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("rows", sa.BigInteger, comment="Rows written; empty where none are"),
        sa.PrimaryKeyConstraint("build_run_id", "node", name="pk_build_node"),
        sa.ForeignKeyConstraint(
            ["build_run_id"], ["ledger.build_run.build_run_id"], name="fk_build_node_build_run",
            ondelete="CASCADE",
        ),
        schema="ledger",
        comment="What became of each node in a run of a build; of one that failed, the nodes that did",
    )  # fmt: skip
