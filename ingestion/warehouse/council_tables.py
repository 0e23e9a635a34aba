"""The ledger of workers at councils: invitations, the tasks handed out to them, and what came of theirs."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ingestion.warehouse.ledger import Base


class CouncilInvitation(Base):
    """One invitation of a council to run a worker of its own, from the invitation to its end."""

    __tablename__ = "council_invitation"

    invitation_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    authority_code: Mapped[str] = mapped_column(Text)
    invited_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    joined_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When its worker first came; its tasks go to it since"
    )
    ended_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When it left, or was invited anew; its secret is worth nothing since"
    )

    __table_args__ = (
        Index(
            "uq_council_invitation_open", "authority_code", unique=True, postgresql_where=text("ended_at is null")
        ),
        {"comment": "Which councils run a worker of their own; their secrets stand nowhere in the database"},
    )


class CouncilTask(Base):
    """One try of an Airflow task that was handed out to a council's worker."""

    __tablename__ = "council_task"

    task_instance_id: Mapped[str] = mapped_column(Text, primary_key=True, comment="As Airflow names it")
    invitation_id: Mapped[int] = mapped_column(ForeignKey("ledger.council_invitation.invitation_id"), index=True)
    handed_out_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = ({"comment": "The tasks that each council's worker was given: it may speak for no others"},)


class CheckedAtCouncil(Base):
    """A submission that was collected, checked and pseudonymised at the council, and came as a package."""

    __tablename__ = "checked_at_council"

    submission_id: Mapped[int] = mapped_column(ForeignKey("ledger.submission.submission_id"), primary_key=True)
    package_sha256: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the package that it came in")
    rules_digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 over the rules that it was checked by")

    __table_args__ = (
        {"comment": "Submissions that were checked at the council: no row of theirs about a child was ever here"},
    )
