"""What the indicators come to by every reading of the club's decisions, worked out after the marts."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("authority_code", sa.Text, nullable=False, comment="The authority"),
        sa.Column("period_code", sa.Text, nullable=False, comment="The financial year"),
        sa.Column("indicator_code", sa.Text, nullable=False, comment="The indicator"),
        sa.Column("definition_version", sa.Integer, nullable=False, comment="Version of its definition"),
        sa.Column("reading_code", sa.Text, nullable=False, comment="What is decided in it, apart by blanks"),
        sa.Column("is_agreed", sa.Boolean, nullable=False, comment="Whether the club has decided so"),
        sa.Column("decided_otherwise", sa.Text, comment="What is decided otherwise than the club has"),
        sa.Column("numerator", sa.Double, comment="Sum of the numerator's measures"),
        sa.Column("denominator", sa.Double, comment="Sum of the denominator's measures"),
        sa.Column("value", sa.Double, comment="The figure, in the indicator's unit"),
        sa.Column("missing_reason", sa.Text, comment="Why there is no value"),
        sa.Column("rank", sa.Integer, comment="Rank among the members, 1 is best"),
        sa.Column("n_ranked", sa.Integer, comment="How many are ranked"),
        sa.Column("rank_lower_95", sa.Integer, comment="The best rank that chance leaves possible"),
        sa.Column("rank_upper_95", sa.Integer, comment="The worst rank that chance leaves possible"),
        sa.Column("submission_id", sa.BigInteger, nullable=False, comment="The return that it is counted from"),
        sa.Column("build_id", sa.BigInteger, nullable=False, comment="The build of the marts that it goes with"),
        sa.PrimaryKeyConstraint(
            "authority_code", "period_code", "indicator_code", "reading_code", name="pk_reading"
        ),
        schema="readings",
        comment="The indicators by every reading; the marts show it as fct_reading",
    )
    op.create_index("ix_reading_period", "reading", ["period_code", "indicator_code"], schema="readings")
    op.drop_constraint("ck_model_build_scope", "model_build", schema="ledger")
    op.create_check_constraint(
        "ck_model_build_scope", "model_build", "scope in ('crosswalk', 'marts', 'readings')", schema="ledger"
    )
