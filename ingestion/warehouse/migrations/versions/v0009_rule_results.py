"""The outcome of each rule in fields: its needs and the rows it saw; and a mark of findings that are of no row."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

# Until now both were only stated in a text.
COULD_NOT_RUN = """
update ledger.finding
set could_not_run = true
where file_id is null and starts_with(message, 'The rule ' || rule_code || ' could not be run on this return')
"""

NEEDS = """
update ledger.rule_result
set needs = replace(error, 'not run: needs ', ''), error = null
where starts_with(error, 'not run: needs ')
"""


def upgrade() -> None:
    op.add_column(
        "finding",
        sa.Column(
            "could_not_run",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="Stands for no row: the rule could not be run",
        ),
        schema="ledger",
    )
    for column in (
        sa.Column("needs", sa.Text, comment="What the submissions of not_run_for lack, in words"),
        sa.Column("rows_checked", sa.BigInteger, comment="Raw rows that the rule looked at; cells of a form"),
        sa.Column(
            "failing_share",
            sa.Numeric,
            sa.Computed("failing_rows / nullif(rows_checked, 0)::numeric", persisted=True),
            comment="Failing rows for each row that was checked",
        ),
        sa.Column("failing_by_submission", JSONB, comment="Failing rows by submission, where there are any"),
    ):
        op.add_column("rule_result", column, schema="ledger")
    op.execute(COULD_NOT_RUN)
    op.execute(NEEDS)
