"""A finding and a first decision stand once, whoever writes them: behind the locks of the steps."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # It begins as the index on the submission did. The place may be none; a sentence may be longer than a key.
    op.execute(
        """
        create unique index uq_finding_once on ledger.finding (
            submission_id, rule_code, file_id, line_number, column_number, heading, md5(message)
        ) nulls not distinct
        """
    )
    op.drop_index(op.f("ix_finding_submission_id"), table_name="finding", schema="ledger")
    op.execute(
        "create unique index uq_decision_first on ledger.decision (submission_id) where from_state = 'received'"
    )
