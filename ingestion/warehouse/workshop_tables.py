"""The ledger of workshops: what was drawn, what may be known of it beforehand, and how the seal was opened."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    String,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from ingestion.warehouse.ledger import Base


class Workshop(Base):
    """A workshop that was drawn. Its key stands in the schema `workshop`, which the officer alone reads."""

    __tablename__ = "workshop"

    round_code: Mapped[str] = mapped_column(Text, primary_key=True, comment="The round of its ballots")
    group_code: Mapped[str] = mapped_column(Text, comment="Of which group of indicators")
    title: Mapped[str] = mapped_column(Text)
    build_id: Mapped[int] = mapped_column(BigInteger, comment="The build that it was drawn from")
    commitment: Mapped[str] = mapped_column(String(64), comment="SHA-256 of nonce and key, as printed in the pack")
    limit_expected: Mapped[float] = mapped_column(Double, comment="Matches that a picture may give away")
    limit_most_certain: Mapped[float] = mapped_column(Double, comment="How certain a single guess may be")
    limit_named_once: Mapped[float | None] = mapped_column(
        Double,
        comment="Members that all pictures together may give away at least once; unknown of older workshops",
    )
    override_reason: Mapped[str | None] = mapped_column(Text, comment="Why it may give away more than that")
    is_seeded: Mapped[bool] = mapped_column(Boolean, comment="A demonstration: its labels are no secret")
    prior: Mapped[list[str]] = mapped_column(
        ARRAY(Text), comment="Fingerprints of the published submissions that the bound was worked out against"
    )
    drawn_by: Mapped[str] = mapped_column(Text)
    drawn_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = ({"comment": "Workshops that were drawn, and what the bound of each was worked out against"},)


class WorkshopPicture(Base):
    """A picture of a workshop, and what it gives away."""

    __tablename__ = "workshop_picture"

    round_code: Mapped[str] = mapped_column(ForeignKey("ledger.workshop.round_code"), primary_key=True)
    picture_code: Mapped[str] = mapped_column(Text, primary_key=True, comment="The item of the ballot")
    number: Mapped[int] = mapped_column(Integer)
    indicator_code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    period_code: Mapped[str] = mapped_column(Text)
    banding: Mapped[str] = mapped_column(Text, comment="How the figures were put in bands")
    members: Mapped[int] = mapped_column(Integer, comment="How many have a figure and a label")
    expected: Mapped[float] = mapped_column(Double, comment="Matches that the best guesser expects")
    most_certain: Mapped[float] = mapped_column(Double, comment="The chance of its most certain guess")

    __table_args__ = ({"comment": "The pictures of workshops, with their bounds"},)


class WorkshopMark(Base):
    """A label of a picture, and the band that it stands in, as everybody sees it."""

    __tablename__ = "workshop_mark"

    round_code: Mapped[str] = mapped_column(ForeignKey("ledger.workshop.round_code"), primary_key=True)
    picture_code: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text, primary_key=True)
    band: Mapped[str] = mapped_column(Text)
    guess: Mapped[float] = mapped_column(Double, comment="How certain the best guesser can be whose it is")

    __table_args__ = ({"comment": "Which label stands in which band; not whose it is"},)


class WorkshopLabel(Base):
    """Whose a label is. There are rows after the reveal only."""

    __tablename__ = "workshop_label"

    round_code: Mapped[str] = mapped_column(ForeignKey("ledger.workshop.round_code"), primary_key=True)
    picture_code: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text, primary_key=True)
    authority_code: Mapped[str] = mapped_column(Text)

    __table_args__ = ({"comment": "Whose each label is, written by the reveal and by nothing else"},)


class WorkshopOpening(Base):
    """One attempt to open the seal."""

    __tablename__ = "workshop_opening"

    opening_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    round_code: Mapped[str] = mapped_column(ForeignKey("ledger.workshop.round_code"), index=True)
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    is_good: Mapped[bool] = mapped_column(Boolean, comment="Whether the key is the one that was committed to")

    __table_args__ = ({"comment": "Who opened the seal of a workshop and when, also in vain"},)
