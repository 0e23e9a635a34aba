"""The ledger: submissions, files, findings, decisions, builds."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "model_build",
        sa.Column("model_build_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_decision_id", sa.BigInteger(), nullable=False, comment="The last decision it took in"),
        sa.Column(
            "definitions_digest",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 over the dbt project it was built from",
        ),
        sa.CheckConstraint("scope in ('crosswalk', 'marts')", name=op.f("ck_model_build_scope")),
        sa.PrimaryKeyConstraint("model_build_id", name=op.f("pk_model_build")),
        schema="ledger",
    )
    op.create_table(
        "rule_result",
        sa.Column("rule_result_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("return_code", sa.Text(), nullable=False),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("submissions_checked", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("failing_rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome in ('passed', 'failed', 'error')", name=op.f("ck_rule_result_outcome")),
        sa.PrimaryKeyConstraint("rule_result_id", name=op.f("pk_rule_result")),
        schema="ledger",
    )
    op.create_table(
        "submission",
        sa.Column("submission_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False, comment="Authority code, or the publisher's name"),
        sa.Column("return_code", sa.Text(), nullable=False),
        sa.Column("period_code", sa.Text(), nullable=False, comment="Financial year, or a publisher's release"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 over the names and bytes of its files",
        ),
        sa.Column("state", sa.Text(), server_default="received", nullable=False),
        sa.Column("is_in_force", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True, comment="The Airflow run that received it"),
        sa.CheckConstraint(
            "state in ('received', 'accepted', 'accepted_with_warnings', 'awaiting_sign_off', 'rejected')",
            name=op.f("ck_submission_state"),
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission")),
        sa.UniqueConstraint(
            "sender",
            "return_code",
            "period_code",
            "version",
            name=op.f("uq_submission_sender_return_code_period_code_version"),
        ),
        schema="ledger",
    )
    op.create_index("ix_submission_state", "submission", ["state"], unique=False, schema="ledger")
    op.create_index(
        "uq_submission_in_force",
        "submission",
        ["sender", "return_code", "period_code"],
        unique=True,
        schema="ledger",
        postgresql_where=sa.text("is_in_force"),
    )
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["ledger.submission.submission_id"], name=op.f("fk_decision_submission")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision")),
        schema="ledger",
    )
    op.create_index(
        op.f("ix_decision_submission_id"), "decision", ["submission_id"], unique=False, schema="ledger"
    )
    op.create_table(
        "submission_file",
        sa.Column("file_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=True, comment="Which table of the return it holds"),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("landing_path", sa.Text(), nullable=False),
        sa.Column("sheet_name", sa.Text(), nullable=True),
        sa.Column(
            "column_offset",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Empty columns of the sheet left of raw column 1",
        ),
        sa.Column("sha256", sa.String(length=64), nullable=True, comment="Empty when the bytes were not taken"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cell_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["ledger.submission.submission_id"], name=op.f("fk_submission_file_submission")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_submission_file")),
        schema="ledger",
    )
    op.create_index(
        op.f("ix_submission_file_submission_id"),
        "submission_file",
        ["submission_id"],
        unique=False,
        schema="ledger",
    )
    op.create_table(
        "finding",
        sa.Column("finding_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("needs_sign_off", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=True),
        sa.Column("line_number", sa.Integer(), nullable=True),
        sa.Column("column_number", sa.Integer(), nullable=True),
        sa.Column("column_name", sa.Text(), nullable=True, comment="Spreadsheet letter of the column"),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint("severity in ('critical', 'warning', 'info')", name=op.f("ck_finding_severity")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["ledger.submission_file.file_id"], name=op.f("fk_finding_submission_file")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["ledger.submission.submission_id"], name=op.f("fk_finding_submission")
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding")),
        schema="ledger",
    )
    op.create_index(op.f("ix_finding_rule_code"), "finding", ["rule_code"], unique=False, schema="ledger")
    op.create_index(op.f("ix_finding_submission_id"), "finding", ["submission_id"], unique=False, schema="ledger")
