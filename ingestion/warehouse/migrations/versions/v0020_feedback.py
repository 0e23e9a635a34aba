"""What is behind the findings of a submission, and what senders said of findings: once, for all later times."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_NOW = sa.func.now()


def upgrade() -> None:
    op.add_column(
        "finding",
        sa.Column("cause_number", sa.Integer, comment="The cause behind it, where one was found"),
        schema="ledger",
    )
    op.create_table(
        "cause",
        sa.Column("submission_id", sa.BigInteger, nullable=False),
        sa.Column("cause_number", sa.Integer, nullable=False, comment="1 is behind the most findings"),
        sa.Column("kind", sa.Text, nullable=False, comment="What is wrong there"),
        sa.Column("file_id", sa.BigInteger, nullable=False, comment="The file to put right"),
        sa.Column("line_number", sa.Integer, comment="The first line to put right"),
        sa.Column("column_number", sa.Integer),
        sa.Column("column_name", sa.Text, comment="Spreadsheet letter of the column"),
        sa.Column("heading", sa.Text, comment="Column of the table, where it has headings"),
        sa.Column("places", sa.Integer, nullable=False, comment="How many cells or rows are to be put right"),
        sa.Column("example_file_id", sa.BigInteger, comment="Where it stands in another way, or is pointed at"),
        sa.Column("example_line_number", sa.Integer),
        sa.Column("findings", sa.Integer, nullable=False, comment="How many findings go with it"),
        sa.Column("critical", sa.Integer, nullable=False, comment="How many of these are critical"),
        sa.PrimaryKeyConstraint("submission_id", "cause_number", name="pk_cause"),
        *(
            sa.ForeignKeyConstraint([column], [f"ledger.{table}.{key}"], name=f"fk_cause_{column}_{table}")
            for column, table, key in (
                ("submission_id", "submission", "submission_id"),
                ("file_id", "submission_file", "file_id"),
                ("example_file_id", "submission_file", "file_id"),
            )
        ),
        schema="ledger",
        comment="What is behind many findings of a submission: the rules were run again as if it were right",
    )
    op.create_table(
        "explanation",
        sa.Column("explanation_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("return_code", sa.Text, nullable=False),
        sa.Column("rule_code", sa.Text, nullable=False),
        sa.Column(
            "place", sa.Text, comment="What stays the same of the place, hashed; empty: every finding of the rule"
        ),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("explained_by", sa.Text, nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("submission_id", sa.BigInteger, nullable=False, comment="On which it was said first"),
        sa.PrimaryKeyConstraint("explanation_id", name="pk_explanation"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["ledger.submission.submission_id"], name="fk_explanation_submission_id_submission"
        ),
        schema="ledger",
        comment="What senders said of findings that are right as they stand; shown when these arise again",
    )
    op.create_index(
        "ix_explanation_sender", "explanation", ["sender", "return_code", "rule_code"], schema="ledger"
    )
