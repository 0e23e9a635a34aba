"""Rows about persons carried over once more, where `raw` was read from the archive again; no rule is run."""

from ingestion.check.person_tables import drop_person_snapshot, take_person_snapshot
from ingestion.check.pseudonymise import pseudonymise
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from ingestion.warehouse.step_lock import one_at_a_time

_CHECKED = """
select period_code, array_agg(submission_id order by submission_id)
from ledger.submission
where return_code = %s and checked_at is not null and children_purged_at is null
group by period_code
order by period_code
"""


def pseudonymise_again(settings: Settings, layout: ReturnLayout) -> None:
    """Carry the raw rows of every checked submission over to the pseudonymised tables, the oldest year first.

    The pseudonymised tables of these submissions must be empty.
    """
    with one_at_a_time(settings, Role.LOADER, f"check {layout.code}") as connection:
        for _, submission_ids in connection.execute(_CHECKED, [layout.code]).fetchall():
            with connection.transaction():
                take_person_snapshot(connection, layout, submission_ids, settings)
                pseudonymise(connection, layout, settings)
                drop_person_snapshot(connection, layout)
                connection.execute("drop table pseudonyms")
