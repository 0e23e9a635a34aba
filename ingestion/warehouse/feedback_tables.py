"""The ledger of feedback: what is behind the findings of a submission, and what senders said of findings."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from ingestion.warehouse.ledger import Base


class Cause(Base):
    """What is behind many findings of a submission: the rules were run again as if it were right."""

    __tablename__ = "cause"

    submission_id: Mapped[int] = mapped_column(ForeignKey("ledger.submission.submission_id"), primary_key=True)
    cause_number: Mapped[int] = mapped_column(
        Integer, primary_key=True, comment="1 is behind the most findings", autoincrement=False
    )
    kind: Mapped[str] = mapped_column(Text, comment="What is wrong there")
    file_id: Mapped[int] = mapped_column(
        ForeignKey("ledger.submission_file.file_id"), comment="The file to put right"
    )
    line_number: Mapped[int | None] = mapped_column(Integer, comment="The first line to put right")
    column_number: Mapped[int | None] = mapped_column(Integer)
    column_name: Mapped[str | None] = mapped_column(Text, comment="Spreadsheet letter of the column")
    heading: Mapped[str | None] = mapped_column(Text, comment="Column of the table, where it has headings")
    places: Mapped[int] = mapped_column(Integer, comment="How many cells or rows are to be put right")
    example_file_id: Mapped[int | None] = mapped_column(
        ForeignKey("ledger.submission_file.file_id"), comment="Where it stands in another way, or is pointed at"
    )
    example_line_number: Mapped[int | None] = mapped_column(Integer)
    findings: Mapped[int] = mapped_column(Integer, comment="How many findings go with it")
    critical: Mapped[int] = mapped_column(Integer, comment="How many of these are critical")

    __table_args__ = (
        {"comment": "What is behind many findings of a submission: the rules were run again as if it were right"},
    )


class Explanation(Base):
    """What a sender said of a finding that is right as it stands; shown whenever it arises again."""

    __tablename__ = "explanation"

    explanation_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    sender: Mapped[str] = mapped_column(Text)
    return_code: Mapped[str] = mapped_column(Text)
    rule_code: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(
        Text, comment="What stays the same of the place, hashed; empty: every finding of the rule"
    )
    explanation: Mapped[str] = mapped_column(Text)
    explained_by: Mapped[str] = mapped_column(Text)
    explained_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    submission_id: Mapped[int] = mapped_column(
        ForeignKey("ledger.submission.submission_id"), comment="On which it was said first"
    )

    __table_args__ = (
        Index("ix_explanation_sender", "sender", "return_code", "rule_code"),
        {"comment": "What senders said of findings that are right as they stand; shown when these arise again"},
    )
