"""What mail is for, how it stands and who gets it; apart from the table, which takes SQLAlchemy."""

from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is for."""

    RECEIPT = "receipt"
    REJECTED = "rejected"
    REMINDER = "reminder"
    CHASE = "chase"
    OVERDUE = "overdue"
    SIGN_OFF_WANTED = "sign_off_wanted"
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"
    PACK_READY = "pack_ready"


class MailState(StrEnum):
    """The states of a mail.

    `sending` is noted just before the mail server is given the end of the mail, and lasts until it has answered. A
    row found in it later belongs to a process that was killed in between: it becomes `uncertain`.
    """

    COMPOSED = "composed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    LAPSED = "lapsed"


class MailRole(StrEnum):
    """Who gets mail: at a member its data lead and director, at the club its officer and engineer."""

    DATA_LEAD = "data_lead"
    DIRECTOR = "director"
    OFFICER = "officer"
    ENGINEER = "engineer"
