"""The ledger's content in a form to print: submissions by state, and why some were not accepted."""

from collections.abc import Mapping
from dataclasses import dataclass

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect


@dataclass(frozen=True)
class SubmissionLine:
    """One submission as a line of a list."""

    submission_id: int
    sender: str
    return_code: str
    period_code: str
    version: int
    state: str
    is_in_force: bool
    findings: int
    first_message: str | None


_LATEST = """
select
    submission.submission_id, submission.sender, submission.return_code, submission.period_code,
    submission.version, submission.state, submission.is_in_force,
    count(finding.finding_id) as findings,
    case
        when submission.state in ('quarantined', 'withdrawn') then (
            select decision.reason
            from ledger.decision
            where decision.submission_id = submission.submission_id
            order by decision.decision_id desc
            limit 1
        )
        else (
            array_agg(finding.message order by finding.severity, finding.needs_sign_off desc, finding.finding_id)
        )[1]
    end as first_message
from ledger.submission
left join ledger.finding on submission.submission_id = finding.submission_id
where
    (%(everything)s or not exists (
        select 1
        from ledger.submission as newer
        where (newer.sender, newer.return_code, newer.period_code)
            = (submission.sender, submission.return_code, submission.period_code)
            and newer.version > submission.version
    )
    -- Whatever waits for the officer is shown, also behind a newer version.
    or submission.state = 'awaiting_sign_off')
    and (%(state)s::text is null or submission.state = %(state)s)
    and (%(sender)s::text is null or submission.sender = %(sender)s)
group by submission.submission_id
order by submission.sender, submission.return_code, submission.period_code, submission.version
"""


def list_submissions(
    settings: Settings, *, state: str | None = None, sender: str | None = None, everything: bool = False
) -> list[SubmissionLine]:
    """List the newest version of each submission and those that await sign-off, or all versions."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(_LATEST, {"state": state, "sender": sender, "everything": everything}).fetchall()
    return [SubmissionLine(*row) for row in rows]


def list_senders(settings: Settings) -> list[str]:
    """List everybody who has sent something."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute("select distinct sender from ledger.submission order by sender").fetchall()
    return [sender for (sender,) in rows]


def count_received(settings: Settings, run_id: str) -> int:
    """Count the submissions that one run of Airflow has received so far."""
    with connect(settings, Role.LOADER) as connection:
        row = connection.execute("select count(*) from ledger.submission where run_id = %s", [run_id]).fetchone()
    return int(row[0]) if row else 0


def count_by_state(settings: Settings) -> Mapping[str, int]:
    """Count the submissions in each state, including all versions."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            "select state, count(*) from ledger.submission group by state order by state"
        ).fetchall()
    return dict(rows)
