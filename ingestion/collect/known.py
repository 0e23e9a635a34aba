"""What a council's own worker is told of its returns: which it need not send again, and which are in force."""

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

# Only the latest counts: going back to an earlier file is a new version. What was withdrawn stays so.
_KNOWN = """
select
    period_code,
    array_agg(fingerprint) filter (where state = 'withdrawn' or turn = 1) as known,
    max(fingerprint) filter (where is_in_force) as in_force
from (
    select
        period_code, fingerprint, state, is_in_force,
        row_number() over (
            partition by period_code order by state = 'withdrawn', version desc
        ) as turn
    from ledger.submission
    where sender = %s and return_code = %s and collection is null
) as submissions
group by period_code
"""


def known_fingerprints(settings: Settings, return_code: str, council: str) -> dict[str, dict[str, object]]:
    """Return by period the fingerprints that are known, and that of the version in force."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(_KNOWN, [council, return_code]).fetchall()
    return {period: {"known": known, "in_force": in_force} for period, known, in_force in rows}
