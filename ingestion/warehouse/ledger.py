"""The ledger's tables. Nothing in them is deleted: a state changes, and the change is itself a row."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ingestion.warehouse.states import Severity, State

SCHEMA = "ledger"


def one_of(column: str, values: type[StrEnum]) -> str:
    """Write the condition that a column has one of these values."""
    return f"{column} in ({', '.join(repr(value.value) for value in values)})"


class Base(DeclarativeBase):
    """Common base: every table lives in the schema `ledger`."""

    metadata = MetaData(
        schema=SCHEMA,
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        },
    )


class Submission(Base):
    """One version of one return of one sender for one period."""

    __tablename__ = "submission"

    submission_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    sender: Mapped[str] = mapped_column(
        Text, comment="Authority code, the group of a control total, or the publisher's name"
    )
    return_code: Mapped[str] = mapped_column(Text)
    period_code: Mapped[str] = mapped_column(Text, comment="Financial year, or a publisher's release")
    version: Mapped[int] = mapped_column(Integer)
    fingerprint: Mapped[str] = mapped_column(String(64), comment="SHA-256 over the names and bytes of its files")
    state: Mapped[str] = mapped_column(Text, server_default=State.RECEIVED.value)
    is_in_force: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    run_id: Mapped[str | None] = mapped_column(Text, comment="The Airflow run that received it")
    collection: Mapped[str | None] = mapped_column(
        Text, comment="The national collection it came with; empty when its sender delivered it"
    )
    children_purged_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When its raw rows about children were purged"
    )

    __table_args__ = (
        UniqueConstraint("sender", "return_code", "period_code", "version"),
        CheckConstraint(one_of("state", State), name="state"),
        Index(
            "uq_submission_in_force", "sender", "return_code", "period_code",
            unique=True, postgresql_where=text("is_in_force"),
        ),
        Index("ix_submission_state", "state"),
    )  # fmt: skip


class SubmissionFile(Base):
    """One file of a submission, as sent; its bytes are in the archive under `sha256`."""

    __tablename__ = "submission_file"

    file_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("ledger.submission.submission_id"), index=True)
    table_name: Mapped[str | None] = mapped_column(Text, comment="Which table of the return it holds")
    file_name: Mapped[str] = mapped_column(Text)
    landing_path: Mapped[str] = mapped_column(Text)
    sheet_name: Mapped[str | None] = mapped_column(Text)
    column_offset: Mapped[int] = mapped_column(
        Integer, server_default=text("0"), comment="Empty columns of the sheet left of raw column 1"
    )
    sha256: Mapped[str | None] = mapped_column(String(64), comment="Empty when the bytes were not taken")
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    cell_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    headings: Mapped[dict[str, int] | None] = mapped_column(
        JSONB, comment="Columns of the table to their numbers in the file"
    )


class Finding(Base):
    """One failing row or cell of a submission, with the rule it broke."""

    __tablename__ = "finding"

    finding_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("ledger.submission.submission_id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.submission_file.file_id"))
    rule_code: Mapped[str] = mapped_column(Text, index=True)
    severity: Mapped[str] = mapped_column(Text)
    dimension: Mapped[str] = mapped_column(Text)
    needs_sign_off: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    table_name: Mapped[str | None] = mapped_column(Text)
    line_number: Mapped[int | None] = mapped_column(Integer)
    column_number: Mapped[int | None] = mapped_column(Integer)
    column_name: Mapped[str | None] = mapped_column(Text, comment="Spreadsheet letter of the column")
    value: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    heading: Mapped[str | None] = mapped_column(Text, comment="Column of the table, where it has headings")
    could_not_run: Mapped[bool] = mapped_column(
        Boolean, server_default=text("false"), comment="Stands for no row: the rule could not be run"
    )
    cause_number: Mapped[int | None] = mapped_column(Integer, comment="The cause behind it, where one was found")

    # The index begins as one on the submission would. A place may be none, a sentence longer than a key may be.
    __table_args__ = (
        CheckConstraint(one_of("severity", Severity), name="severity"),
        Index(
            "uq_finding_once", "submission_id", "rule_code", "file_id", "line_number", "column_number", "heading",
            text("md5(message)"), unique=True, postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip


class RuleResult(Base):
    """The outcome of one rule in one check run: a rule that could not run is listed here too, never ignored."""

    __tablename__ = "rule_result"

    rule_result_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    return_code: Mapped[str] = mapped_column(Text)
    rule_code: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    submissions_checked: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(Text)
    failing_rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    error: Mapped[str | None] = mapped_column(Text)
    not_run_for: Mapped[list[int] | None] = mapped_column(
        ARRAY(BigInteger), comment="Submissions that lack what the rule needs"
    )
    needs: Mapped[str | None] = mapped_column(Text, comment="What the submissions of not_run_for lack, in words")
    rows_checked: Mapped[int | None] = mapped_column(
        BigInteger, comment="Raw rows that the rule looked at; cells of a form"
    )
    failing_share: Mapped[Decimal | None] = mapped_column(
        Numeric,
        Computed("failing_rows / nullif(rows_checked, 0)::numeric", persisted=True),
        comment="Failing rows for each row that was checked",
    )
    failing_by_submission: Mapped[dict[str, int] | None] = mapped_column(
        JSONB, comment="Failing rows by submission, where there are any"
    )

    __table_args__ = (CheckConstraint("outcome in ('passed', 'failed', 'error', 'not_run')", name="outcome"),)


class Decision(Base):
    """One change of a submission's state: when, by whom, why."""

    __tablename__ = "decision"

    decision_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("ledger.submission.submission_id"), index=True)
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    decided_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("uq_decision_first", "submission_id", unique=True, postgresql_where=text("from_state = 'received'")),
    )


class Step(Base):
    """A step of the road, to be locked by whoever is taking it (`ingestion.warehouse.step_lock`)."""

    __tablename__ = "step"

    step: Mapped[str] = mapped_column(
        Text, primary_key=True, comment="The step, with the return, sender or period that sets it apart"
    )

    __table_args__ = (
        {"comment": "Whoever takes a step locks its row meanwhile; the rows themselves say nothing"},
    )


class ModelBuild(Base):
    """One successful build: of the crosswalk that the checks read, or of everything up to the marts."""

    __tablename__ = "model_build"

    model_build_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    scope: Mapped[str] = mapped_column(Text)
    finished_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_decision_id: Mapped[int] = mapped_column(BigInteger, comment="The last decision it took in")
    definitions_digest: Mapped[str] = mapped_column(
        String(64), comment="SHA-256 over the dbt project it was built from"
    )
    foreign_keys: Mapped[int | None] = mapped_column(
        Integer, comment="How many the marts had when it was published"
    )

    __table_args__ = (CheckConstraint("scope in ('crosswalk', 'marts', 'readings')", name="scope"),)
