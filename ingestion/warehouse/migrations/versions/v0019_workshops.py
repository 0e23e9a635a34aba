"""Workshops: what was drawn and opened in the ledger, the keys in a schema that the officer alone reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0019"
down_revision = "0018"

_NOW = sa.func.now()


def upgrade() -> None:
    op.create_table(
        "workshop",
        sa.Column("round_code", sa.Text, nullable=False, comment="The round of its ballots"),
        sa.Column("group_code", sa.Text, nullable=False, comment="Of which group of indicators"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("build_id", sa.BigInteger, nullable=False, comment="The build that it was drawn from"),
        sa.Column(
            "commitment", sa.String(64), nullable=False, comment="SHA-256 of nonce and key, as printed in the pack"
        ),
        sa.Column("limit_expected", sa.Double, nullable=False, comment="Matches that a picture may give away"),
        sa.Column("limit_most_certain", sa.Double, nullable=False, comment="How certain a single guess may be"),
        sa.Column("override_reason", sa.Text, comment="Why it may give away more than that"),
        sa.Column("is_seeded", sa.Boolean, nullable=False, comment="A demonstration: its labels are no secret"),
        sa.Column(
            "prior", ARRAY(sa.Text), nullable=False,
            comment="Fingerprints of the published submissions that the bound was worked out against",
        ),
        sa.Column("drawn_by", sa.Text, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.PrimaryKeyConstraint("round_code", name="pk_workshop"),
        schema="ledger",
        comment="Workshops that were drawn, and what the bound of each was worked out against",
    )  # fmt: skip
    _create_pictures()
    _create_reveal()
    # Keys belong to the officer's login, not to the loader.
    op.execute("set local role club_officer")
    op.create_table(
        "key",
        sa.Column("round_code", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, comment="Who has which label in each picture, as it was hashed"),
        sa.Column("nonce", sa.Text, nullable=False, comment="What was hashed with it"),
        sa.PrimaryKeyConstraint("round_code", name="pk_key"),
        schema="workshop",
        comment="The keys of workshops; nobody but the officer reads them before the reveal",
    )
    op.execute("set local role club_loader")


def _create_pictures() -> None:
    op.create_table(
        "workshop_picture",
        sa.Column("round_code", sa.Text, nullable=False),
        sa.Column("picture_code", sa.Text, nullable=False, comment="The item of the ballot"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("indicator_code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("period_code", sa.Text, nullable=False),
        sa.Column("banding", sa.Text, nullable=False, comment="How the figures were put in bands"),
        sa.Column("members", sa.Integer, nullable=False, comment="How many have a figure and a label"),
        sa.Column("expected", sa.Double, nullable=False, comment="Matches that the best guesser expects"),
        sa.Column("most_certain", sa.Double, nullable=False, comment="The chance of its most certain guess"),
        sa.PrimaryKeyConstraint("round_code", "picture_code", name="pk_workshop_picture"),
        _of_workshop("workshop_picture"),
        schema="ledger",
        comment="The pictures of workshops, with their bounds",
    )
    op.create_table(
        "workshop_mark",
        *_label_columns(),
        sa.Column("band", sa.Text, nullable=False),
        sa.Column("guess", sa.Double, nullable=False, comment="How certain the best guesser can be whose it is"),
        sa.PrimaryKeyConstraint("round_code", "picture_code", "label", name="pk_workshop_mark"),
        _of_workshop("workshop_mark"),
        schema="ledger",
        comment="Which label stands in which band; not whose it is",
    )


def _create_reveal() -> None:
    op.create_table(
        "workshop_label",
        *_label_columns(),
        sa.Column("authority_code", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("round_code", "picture_code", "label", name="pk_workshop_label"),
        _of_workshop("workshop_label"),
        schema="ledger",
        comment="Whose each label is, written by the reveal and by nothing else",
    )
    op.create_table(
        "workshop_opening",
        sa.Column("opening_id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("round_code", sa.Text, nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column(
            "is_good", sa.Boolean, nullable=False, comment="Whether the key is the one that was committed to"
        ),
        sa.PrimaryKeyConstraint("opening_id", name="pk_workshop_opening"),
        _of_workshop("workshop_opening"),
        schema="ledger",
        comment="Who opened the seal of a workshop and when, also in vain",
    )
    op.create_index("ix_workshop_opening_round_code", "workshop_opening", ["round_code"], schema="ledger")


def _label_columns() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in ("round_code", "picture_code", "label")]


def _of_workshop(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["round_code"], ["ledger.workshop.round_code"], name=f"fk_{table}_round_code_workshop"
    )
