"""A state for submissions that were accepted and break a build."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_submission_state"), "submission", schema="ledger", type_="check")
    op.create_check_constraint(
        op.f("ck_submission_state"),
        "submission",
        "state in ("
        "'received', 'accepted', 'accepted_with_warnings', 'awaiting_sign_off', 'rejected', 'quarantined'"
        ")",
        schema="ledger",
    )
