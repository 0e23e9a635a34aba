"""Check and decide a return whose years are compared with the years before them."""

from ingestion.check.run import CheckRun, check
from ingestion.decide import decide
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect


def check_year_by_year(settings: Settings, return_code: str) -> list[CheckRun]:
    """Check and decide the oldest year first: a year is compared with what was accepted for the year before."""
    runs = []
    for period_code in _periods_to_check(settings, return_code):
        runs.append(check(settings, return_code, period_code))
        decide(settings, return_code)
    return runs


def _periods_to_check(settings: Settings, return_code: str) -> list[str]:
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            "select distinct period_code from ledger.submission"
            " where state = 'received' and return_code = %s order by period_code",
            [return_code],
        ).fetchall()
    return [period_code for (period_code,) in rows]
