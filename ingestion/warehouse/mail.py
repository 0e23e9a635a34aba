"""The ledger of mail: a row for each mail to one recipient, written before it is sent."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Integer, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ingestion.warehouse.ledger import Base, one_of
from ingestion.warehouse.mail_states import MailKind, MailRole, MailState


class Mail(Base):
    """One mail to one recipient; its address stands in the contacts alone."""

    __tablename__ = "mail"

    mail_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text, comment="What it is about, in words that a restored ledger has too")
    recipient: Mapped[str] = mapped_column(Text, comment="Whose: the authority code of a member, or club")
    role: Mapped[str] = mapped_column(Text, comment="To which role there")
    message_id: Mapped[str] = mapped_column(
        Text, unique=True, comment="Worked out from kind, subject and recipient: a second copy has the same"
    )
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.submission.submission_id"), index=True)
    return_code: Mapped[str | None] = mapped_column(Text, comment="The return that is due")
    period_code: Mapped[str | None] = mapped_column(Text, comment="For which year or round it is due")
    build_id: Mapped[int | None] = mapped_column(BigInteger, comment="The build whose packs it is about")
    subject: Mapped[str] = mapped_column(Text)
    text_body: Mapped[str] = mapped_column(Text)
    html_body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=MailState.COMPOSED.value)
    composed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    attempted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When the mail server took it on"
    )
    note: Mapped[str | None] = mapped_column(Text, comment="Why it is not sent, or who settled what is uncertain")

    __table_args__ = (
        CheckConstraint(one_of("kind", MailKind), name="kind"),
        CheckConstraint(one_of("state", MailState), name="state"),
        CheckConstraint(one_of("role", MailRole), name="role"),
        CheckConstraint("(recipient = 'club') = (role in ('officer', 'engineer'))", name="recipient"),
        CheckConstraint("num_nonnulls(submission_id, period_code, build_id) = 1", name="about"),
        CheckConstraint("(return_code is null) = (period_code is null)", name="due"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent"),
        CheckConstraint("(attempts > 0) = (attempted_at is not null)", name="attempts"),
        {"comment": "Mail to roles, written before it is sent; no value of a return stands in it"},
    )
