"""What has been published: which pack, from which build, in which state, and the hash of each of its files."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("publication_id", sa.BigInteger, sa.Identity(always=True)),
        sa.Column("authority_code", sa.Text, nullable=False, comment="Whose pack"),
        sa.Column("group_code", sa.Text, nullable=False, comment="Of which group of indicators"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("build_id", sa.BigInteger, nullable=False, comment="The build that it was made from"),
        sa.Column("last_decision_id", sa.BigInteger, comment="The last decision that the build took in"),
        sa.Column("definitions_digest", sa.String(64), nullable=False, comment="What the build was made by"),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(),
            comment="When it was first made; the correction window of a draft begins then",
        ),
        sa.Column("decided_by", sa.Text, comment="Who signed a final one off, or refused it"),
        sa.Column("reason", sa.Text, comment="Why it was refused, or signed off before the window ended"),
        sa.PrimaryKeyConstraint("publication_id", name="pk_publication"),
        sa.UniqueConstraint("authority_code", "group_code", "build_id", "state", name="uq_publication_build"),
        sa.CheckConstraint("state in ('draft', 'final', 'refused')", name="ck_publication_state"),
        schema="ledger",
        comment="Packs that were published; nothing is deleted, a later state is another row",
    )  # fmt: skip
    op.create_table(
        "publication_file",
        sa.Column("publication_id", sa.BigInteger, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("publication_id", "file_name", "sha256", name="pk_publication_file"),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["ledger.publication.publication_id"],
            name="fk_publication_file_publication_id_publication",
        ),
        schema="ledger",
        comment="The files of a publication by their hashes; a file that is made again may have another",
    )  # fmt: skip
    op.create_index("ix_publication_file_sha256", "publication_file", ["sha256"], schema="ledger")
