"""Mail: a row for each mail to one recipient, written before it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("mail_id", sa.BigInteger, sa.Identity(always=True)),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column(
            "about", sa.Text, nullable=False, comment="What it is about, in words that a restored ledger has too"
        ),
        sa.Column("recipient", sa.Text, nullable=False, comment="Whose: the authority code of a member, or club"),
        sa.Column("role", sa.Text, nullable=False, comment="To which role there"),
        sa.Column(
            "message_id", sa.Text, nullable=False,
            comment="Worked out from kind, subject and recipient: a second copy has the same",
        ),
        sa.Column("submission_id", sa.BigInteger),
        sa.Column("return_code", sa.Text, comment="The return that is due"),
        sa.Column("period_code", sa.Text, comment="For which year or round it is due"),
        sa.Column("build_id", sa.BigInteger, comment="The build whose packs it is about"),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text_body", sa.Text, nullable=False),
        sa.Column("html_body", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="composed"),
        sa.Column("composed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("attempted_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True), comment="When the mail server took it on"),
        sa.Column("note", sa.Text, comment="Why it is not sent, or who settled what is uncertain"),
        sa.PrimaryKeyConstraint("mail_id", name="pk_mail"),
        sa.UniqueConstraint("message_id", name="uq_mail_message_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["ledger.submission.submission_id"], name="fk_mail_submission"
        ),
        *_conditions(),
        schema="ledger",
        comment="Mail to roles, written before it is sent; no value of a return stands in it",
    )  # fmt: skip
    op.create_index("ix_mail_submission_id", "mail", ["submission_id"], schema="ledger")


def _conditions() -> list[sa.CheckConstraint]:
    conditions = {
        "kind": (
            "kind in ('receipt', 'rejected', 'reminder', 'chase', 'overdue', 'sign_off_wanted', 'quarantined',"
            " 'pack_ready')"
        ),
        "state": "state in ('composed', 'sending', 'sent', 'failed', 'uncertain', 'lapsed')",
        "role": "role in ('data_lead', 'director', 'officer', 'engineer')",
        "recipient": "(recipient = 'club') = (role in ('officer', 'engineer'))",
        "about": "num_nonnulls(submission_id, period_code, build_id) = 1",
        "due": "(return_code is null) = (period_code is null)",
        "sent": "(state = 'sent') = (sent_at is not null)",
        "attempts": "(attempts > 0) = (attempted_at is not null)",
    }
    return [sa.CheckConstraint(condition, name=f"ck_mail_{name}") for name, condition in conditions.items()]
