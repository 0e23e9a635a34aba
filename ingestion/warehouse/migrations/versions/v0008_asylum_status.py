"""SSDA903: the status of unaccompanied asylum seekers, where the return has a field for it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# Until now a row in UASC was the status.
STATUS_OF_ROWS = """
update pseudonymised.ssda903_header as header
set is_uasc = exists (
    select 1 from pseudonymised.ssda903_uasc as uasc
    where uasc.submission_id = header.submission_id and uasc.child_id = header.child_id
)
"""


def upgrade() -> None:
    for table in ("header", "uasc"):
        op.add_column(
            f"ssda903_{table}",
            sa.Column("uasc", sa.Text, nullable=True, comment="As sent; null where there is no such column"),
            schema="raw",
        )
        op.add_column(
            f"ssda903_{table}",
            sa.Column(
                "is_uasc",
                sa.Boolean,
                nullable=False,
                server_default=sa.true(),
                comment="Came alone to seek asylum",
            ),
            schema="pseudonymised",
        )
    op.execute(STATUS_OF_ROWS)
    for table in ("header", "uasc"):
        op.alter_column(f"ssda903_{table}", "is_uasc", server_default=None, schema="pseudonymised")
