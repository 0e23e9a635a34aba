"""Workers at councils: invitations, the tasks that they were given, and submissions that were checked there."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "council_invitation",
        sa.Column("invitation_id", sa.BigInteger, sa.Identity(always=True)),
        sa.Column("authority_code", sa.Text, nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column(
            "joined_at",
            sa.DateTime(timezone=True),
            comment="When its worker first came; its tasks go to it since",
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            comment="When it left, or was invited anew; its secret is worth nothing since",
        ),
        sa.PrimaryKeyConstraint("invitation_id", name="pk_council_invitation"),
        schema="ledger",
        comment="Which councils run a worker of their own; their secrets stand nowhere in the database",
    )
    op.create_index(
        "uq_council_invitation_open",
        "council_invitation",
        ["authority_code"],
        unique=True,
        schema="ledger",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "council_task",
        sa.Column("task_instance_id", sa.Text, comment="As Airflow names it"),
        sa.Column("invitation_id", sa.BigInteger, nullable=False),
        sa.Column("handed_out_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("task_instance_id", name="pk_council_task"),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["ledger.council_invitation.invitation_id"],
            name="fk_council_task_council_invitation",
        ),
        schema="ledger",
        comment="The tasks that each council's worker was given: it may speak for no others",
    )
    op.create_index("ix_council_task_invitation_id", "council_task", ["invitation_id"], schema="ledger")
    op.create_table(
        "checked_at_council",
        sa.Column("submission_id", sa.BigInteger),
        sa.Column(
            "package_sha256", sa.String(64), nullable=False, comment="SHA-256 of the package that it came in"
        ),
        sa.Column(
            "rules_digest", sa.String(64), nullable=False, comment="SHA-256 over the rules that it was checked by"
        ),
        sa.PrimaryKeyConstraint("submission_id", name="pk_checked_at_council"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["ledger.submission.submission_id"], name="fk_checked_at_council_submission"
        ),
        schema="ledger",
        comment="Submissions that were checked at the council: no row of theirs about a child was ever here",
    )
