"""The states of a submission and the severities of a finding; apart from the tables, which take SQLAlchemy."""

from enum import StrEnum


class State(StrEnum):
    """The states of a submission."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    AWAITING_SIGN_OFF = "awaiting_sign_off"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"


class Severity(StrEnum):
    """The severity of a finding: critical ones reject the submission, the others do not."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


GOOD_STATES = (State.ACCEPTED, State.ACCEPTED_WITH_WARNINGS)
BAD_STATES = (State.AWAITING_SIGN_OFF, State.REJECTED, State.QUARANTINED, State.WITHDRAWN)
