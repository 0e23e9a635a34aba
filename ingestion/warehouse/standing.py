"""How a submission stands, for whoever is about to decide on it."""

from dataclasses import dataclass
from datetime import datetime

import psycopg

from ingestion.errors import ClubError
from ingestion.warehouse.states import State
from ingestion.warehouse.step_lock import take_step


@dataclass(frozen=True)
class Standing:
    """How a submission stands, and the last decision on it."""

    state: State
    is_in_force: bool
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @property
    def in_words(self) -> str:
        """The state, as a sentence has it."""
        return self.state.replace("_", " ")

    @property
    def last_word(self) -> str:
        """By whom, when and why it was decided last."""
        why = (self.reason or "").rstrip(".")
        return f"by {self.decided_by} on {self.decided_at:%Y-%m-%d}, because: {why}"


def standing_of(connection: psycopg.Connection, submission_id: int) -> Standing:
    """Read how a submission stands, and keep others from deciding on its return until the transaction ends.

    Raises:
        ClubError: there is no such submission.
    """
    found = connection.execute(
        "select return_code from ledger.submission where submission_id = %s", [submission_id]
    ).fetchone()
    if found is None:
        raise ClubError(f"There is no submission {submission_id}; `club submissions` lists them.")
    take_step(connection, f"decide {found[0]}")
    row: tuple[str, bool, str | None, datetime | None, str | None] | None = connection.execute(
        """
        select submission.state, submission.is_in_force, latest.decided_by, latest.decided_at, latest.reason
        from ledger.submission
        left join lateral (
            select * from ledger.decision
            where decision.submission_id = submission.submission_id
            order by decision.decision_id desc
            limit 1
        ) as latest on true
        where submission.submission_id = %s
        for update of submission
        """,
        [submission_id],
    ).fetchone()
    assert row is not None
    return Standing(State(row[0]), *row[1:])
