"""The findings of a return over the years, for each thousand rows, beside those of the other members."""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from ingestion.authorities import authorities
from ingestion.feedback.facts import DecidedSubmission
from ingestion.returns.catalogue import Shape, find_return

# The newest version that was decided counts, whatever became of it. Notes ask for nothing and are left out.
_YEARS = """
with newest as (
    select distinct on (sender, period_code) submission_id, sender, period_code
    from ledger.submission
    where return_code = %(return)s and sender = any(%(members)s) and state <> 'received'
    order by sender, period_code, version desc
),

shares as (
    select
        newest.sender,
        newest.period_code,
        1000.0 * (
            select count(*) from ledger.finding
            where finding.submission_id = newest.submission_id and finding.severity <> 'info'
        ) / nullif(rows.number, 0) as share
    from newest
    cross join lateral (
        select sum(case when %(in_cells)s then files.cell_count else files.row_count end) as number
        from ledger.submission_file as files
        where files.submission_id = newest.submission_id
    ) as rows
)

select
    period_code,
    max(share) filter (where sender = %(sender)s)::float8 as own,
    percentile_cont(0.5) within group (order by share) filter (where sender <> %(sender)s) as median,
    count(share) filter (where sender <> %(sender)s) as others
from shares
group by period_code
having count(*) filter (where sender = %(sender)s) > 0
order by period_code
"""

# One other member's share would be that member's own figure.
FEWEST = 3


@dataclass(frozen=True)
class YearOfQuality:
    """Findings for each thousand rows in one year: one's own, and the median of the others who sent it."""

    period_code: str
    own: float | None
    median: float | None
    others: int


def years_of_quality(connection: psycopg.Connection, submission: DecidedSubmission) -> tuple[YearOfQuality, ...]:
    """Read how many findings there were in each year; nothing for who is no member."""
    members = [code for code, known in authorities().items() if known.is_member]
    if submission.sender not in members:
        return ()
    facts = {
        "return": submission.return_code,
        "members": members,
        "sender": submission.sender,
        "in_cells": find_return(submission.return_code).shape in (Shape.FORM, Shape.ANSWERS),
    }
    with connection.cursor(row_factory=class_row(YearOfQuality)) as cursor:
        return tuple(cursor.execute(_YEARS, facts).fetchall())
