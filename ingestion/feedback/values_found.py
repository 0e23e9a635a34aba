"""The values in which a rule found something, each with its number, and the codes that are allowed there."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from ingestion.feedback.allowed import allowed_codes
from ingestion.feedback.facts import DecidedSubmission
from ingestion.feedback.findings import FindingSource

SHOWN = 10

_VALUES = """
with counted as (
    select rule_number, heading, value, count(*) as times
    from ({findings}) as found
    where heading is not null and value is not null
    group by rule_number, heading, value
),

ranked as (
    select
        *,
        row_number() over (partition by rule_number, heading order by times desc, value) as turn,
        count(*) over (partition by rule_number, heading) as different
    from counted
)

select rule_number, heading, value, times, different
from ranked
where turn <= {shown}
order by rule_number, heading, turn
"""


@dataclass(frozen=True)
class ValuesFound:
    """What stood in a column that a rule points at, the most frequent values first, and what is allowed."""

    heading: str
    values: tuple[tuple[str, int], ...]
    different: int
    allowed: dict[str, str]


def values_found(
    connection: psycopg.Connection, source: FindingSource, submission: DecidedSubmission
) -> dict[int, list[ValuesFound]]:
    """Read the values found by rule and column, of columns with a list of codes."""
    statement = sql.SQL(_VALUES).format(findings=source.findings, shown=sql.Literal(SHOWN))
    columns: dict[tuple[int, str], list[tuple[str, int, int]]] = {}
    for number, heading, value, times, different in connection.execute(statement):
        columns.setdefault((number, heading), []).append((value, times, different))
    found: dict[int, list[ValuesFound]] = {}
    for (number, heading), values in columns.items():
        allowed = allowed_codes(submission.return_code, heading, submission.period_code)
        if allowed:
            counts = tuple((value, times) for value, times, _ in values)
            found.setdefault(number, []).append(ValuesFound(heading, counts, values[0][2], allowed))
    return found
