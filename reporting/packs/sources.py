"""Below the marts: each figure counted again from its measures, and its cells found again in archived files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psycopg

# How far two sums of the same parts may lie apart, relative to their size.
SAME = 1e-9

# A figure: indicator, year, basis, authority.
Named = tuple[str, str, str, str]

# Looks cells up in the archive, each by submission, file, line and text: how many files, and what is wrong.
LookUp = Callable[[list[tuple[int, str, int, str]]], tuple[int, list[str]]]

_COUNTED_AGAIN = """
with asked as (
    select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[])
        as asked (indicator_code, period_code, basis, authority_code)
),

parts as (
    select
        facts.authority_code, facts.indicator_code, facts.period_code, facts.basis, facts.value,
        indicators.multiplier,
        sum(components.weight * measures.value order by components.measure_code)
        filter (where components.role = 'numerator') as numerator,
        sum(components.weight * measures.value order by components.measure_code)
        filter (where components.role = 'denominator') as denominator,
        bool_or(components.role = 'denominator') as has_denominator
    from asked
    inner join marts.fct_indicator as facts using (indicator_code, period_code, basis, authority_code)
    inner join marts.dim_indicator as indicators using (indicator_code, definition_version)
    inner join marts.bridge_indicator_measure as components using (indicator_code, definition_version)
    inner join marts.fct_measure as measures
        using (authority_code, period_code, basis, measure_code)
    where facts.value is not null
    group by
        facts.authority_code, facts.indicator_code, facts.period_code, facts.basis, facts.value,
        indicators.multiplier
)

select
    authority_code, indicator_code, period_code, value,
    multiplier * numerator / case when has_denominator then denominator else 1 end as counted
from parts
"""

_CELLS = """
select distinct sources.submission_id, sources.file_name, sources.line_number, sources.raw_value
from unnest(%s::text[], %s::text[], %s::text[], %s::text[])
    as asked (indicator_code, period_code, basis, authority_code)
inner join marts.fct_indicator as facts using (indicator_code, period_code, basis, authority_code)
inner join marts.bridge_indicator_measure as components using (indicator_code, definition_version)
inner join marts.bridge_measure_source as sources using (authority_code, period_code, basis, measure_code)
where sources.line_number is not null
"""


@dataclass(frozen=True)
class Sources:
    """What lies below the figures of a file: how many were counted again, cells, files, and what is wrong."""

    figures: int
    cells: int
    files: int
    faults: tuple[str, ...]


def check_sources(connection: psycopg.Connection, look_up: LookUp, keys: Iterable[str]) -> Sources:
    """Count the figures again, and have their cells looked up in the archive."""
    named = sorted({found for key in keys if (found := _named(key))})
    columns = [list(column) for column in zip(*named, strict=True)] if named else [[], [], [], []]
    faults, figures = [], 0
    for authority, indicator, period, value, counted in connection.execute(_COUNTED_AGAIN, columns):
        figures += 1
        if counted is None or abs(value - counted) > SAME * max(abs(value), 1):
            faults.append(f"{indicator} of {authority}, {period}: it is {value}, its measures give {counted}")
    cells = connection.execute(_CELLS, columns).fetchall()
    files, missing = look_up(cells)
    return Sources(figures, len(cells), files, (*faults, *missing))


def _named(key: str) -> Named | None:
    """Read a figure out of its key; None for what is no figure of one place."""
    parts = key.split(":")
    if len(parts) < 4:
        return None
    basis = {"s": "submitted", "p": "published"}.get(parts[2])
    return (parts[0], parts[1], basis, parts[3]) if basis else None
