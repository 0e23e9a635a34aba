"""A state for submissions that were withdrawn, and a mail that says so."""

from alembic import op

revision = "0022"
down_revision = "0021"

STATES = (
    "received", "accepted", "accepted_with_warnings", "awaiting_sign_off", "rejected", "quarantined", "withdrawn",
)  # fmt: skip
KINDS = (
    "receipt", "rejected", "reminder", "chase", "overdue", "sign_off_wanted", "quarantined", "withdrawn",
    "pack_ready",
)  # fmt: skip


def upgrade() -> None:
    _allow("submission", "state", STATES, named="ck_submission_state")
    # Its name was put together twice.
    _allow("mail", "kind", KINDS, named="ck_mail_ck_mail_kind")


def _allow(table: str, column: str, values: tuple[str, ...], named: str) -> None:
    op.drop_constraint(op.f(named), table, schema="ledger", type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} in ({listed})", schema="ledger")
