"""Figures of comparator sets, read from the marts."""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

REGION = "region"
NEIGHBOURS = "statistical_neighbours"

_COMPARATOR = """
select
    comparator_value as value, n, comparator_title as title, comparator_method as method,
    n_missing, n_left_out, too_few, false_alarm_probability
from marts.fct_comparison
inner join marts.dim_authority using (authority_code)
where
    is_member
    and indicator_code = %s
    and period_code = %s
    and comparator_set = %s
    and coalesce(basis = %s, true)
order by
    array_position(array['submitted', 'published', 'sample'], basis),
    -- Nothing is tested of a figure without an interval, though others of the set have one.
    false_alarm_probability nulls last
limit 1
"""


@dataclass(frozen=True)
class Comparator:
    """The figure of a comparator set for one indicator and year, and the number of figures behind it.

    `n` go in, `n_missing` of the set have none, `n_left_out` are rated too low. `too_few` says how many there are
    where that is less than the set asks for; then there is no value. `false_alarm_probability` is the chance that
    of n councils all alike at least one lies beyond its 95 % limits; None where nothing is tested.
    """

    value: float | None
    n: int
    title: str
    method: str
    n_missing: int
    n_left_out: int
    too_few: str | None
    false_alarm_probability: float | None


def read_region(
    connection: psycopg.Connection, indicator_code: str | None, period: str | None, basis: str | None = None
) -> Comparator | None:
    """Read the regional figure of an indicator and year; None where there is none, or no indicator."""
    with connection.cursor(row_factory=class_row(Comparator)) as cursor:
        return cursor.execute(_COMPARATOR, [indicator_code, period, REGION, basis]).fetchone()
