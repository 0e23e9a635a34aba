"""The years beside a year, by name.

The ledger has returns of every kind: a publisher's release, or a round of what people answer, may be called
anything. PostgreSQL may look at those first, so that no condition on the ledger may turn a period into a number.
"""

from psycopg import sql


def year_beside(period: str, years: int) -> sql.SQL:
    """Return an expression for the name of the year so many years after a period; null where that is no year.

    Args:
        period: the column with the period, such as `submissions.period_code`.
    """
    starts = f"(substring({period} from '^[0-9]{{4}}')::int + {years})"
    return sql.SQL(f"({starts}::text || '-' || lpad((({starts} + 1) % 100)::text, 2, '0'))")
