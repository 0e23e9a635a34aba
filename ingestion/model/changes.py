"""What was decided since a build, and what a build of the changes is told of it (`macros/changes.sql`)."""

import json
from collections.abc import Collection

from psycopg.rows import dict_row

from ingestion.returns.catalogue import returns_about_persons
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

DECIDED_SLICES = """
    with decided as (
        select distinct
            submission.return_code,
            submission.sender,
            submission.period_code
        from ledger.decision
        inner join ledger.submission on decision.submission_id = submission.submission_id
        where decision.decision_id > %(since)s and decision.decision_id <= %(until)s
    )

    select return_code, sender, period_code from decided
    union
    -- What is counted from persons rests on their earlier years too.
    select later.return_code, later.sender, later.period_code
    from decided
    inner join ledger.submission as later
        on
            decided.return_code = later.return_code
            and decided.sender = later.sender
            and decided.period_code < later.period_code
    where later.is_in_force and later.return_code = any(%(person_level)s)
    order by return_code, sender, period_code
"""
DECIDED = """
    select distinct decision.submission_id
    from ledger.decision
    inner join ledger.submission on decision.submission_id = submission.submission_id
    where
        decision.decision_id > %(after)s
        and decision.decision_id <= %(until)s
        and (%(returns)s::text[] is null or submission.return_code = any(%(returns)s))
        and (%(states)s::text[] is null or decision.to_state = any(%(states)s))
    order by decision.submission_id
"""
LAST = 2**63 - 1


def decided_between(
    settings: Settings,
    after: int,
    until: int = LAST,
    return_codes: Collection[str] | None = None,
    states: Collection[str] | None = None,
) -> list[int]:
    """List the submissions of these returns that got one of these states after one decision, until another."""
    chosen = {
        "after": after,
        "until": until,
        "returns": None if return_codes is None else list(return_codes),
        "states": None if states is None else list(states),
    }
    with connect(settings, Role.LOADER) as connection:
        return [number for (number,) in connection.execute(DECIDED, chosen)]


def changes_for_dbt(
    settings: Settings, since_decision: int, until_decision: int | None, left_out: tuple[int, ...]
) -> dict[str, str]:
    """Return the environment variables that tell dbt what has changed.

    Variables of dbt would have the whole project parsed again: they differ in every build.

    Args:
        settings: where the warehouse is.
        since_decision: what was decided after it is of this build; 0 where all is.
        until_decision: what is decided after it is left for the next build; None leaves nothing.
        left_out: submissions taken as if they had not been accepted.
    """
    environment = {"CLUB_SINCE_DECISION": str(since_decision)}
    if since_decision:
        slices = _decided_slices(settings, since_decision, LAST if until_decision is None else until_decision)
        environment["CLUB_DECIDED_SLICES"] = json.dumps(slices)
    if until_decision is not None:
        environment["CLUB_UNTIL_DECISION"] = str(until_decision)
    if left_out:
        environment["CLUB_LEFT_OUT"] = ",".join(map(str, left_out))
    return environment


def _decided_slices(settings: Settings, since: int, until: int) -> list[dict[str, str]]:
    with connect(settings, Role.TRANSFORMER) as connection:
        return (
            connection.cursor(row_factory=dict_row)
            .execute(DECIDED_SLICES, {"since": since, "until": until, "person_level": returns_about_persons()})
            .fetchall()
        )
