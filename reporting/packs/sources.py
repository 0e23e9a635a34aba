"""Below the marts: each figure counted again from its measures, and its cells found again in archived files."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

import psycopg

from ingestion.settings import Settings

# How far two sums of the same parts may lie apart, relative to their size.
SAME = 1e-9

# A figure: indicator, year, basis, authority.
Named = tuple[str, str, str, str]

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
select distinct
    files.sha256, sources.file_name, sources.submission_id, sources.line_number, sources.raw_value
from unnest(%s::text[], %s::text[], %s::text[], %s::text[])
    as asked (indicator_code, period_code, basis, authority_code)
inner join marts.fct_indicator as facts using (indicator_code, period_code, basis, authority_code)
inner join marts.bridge_indicator_measure as components using (indicator_code, definition_version)
inner join marts.bridge_measure_source as sources using (authority_code, period_code, basis, measure_code)
inner join ledger.submission_file as files
    on sources.submission_id = files.submission_id and sources.file_name = files.file_name
where sources.line_number is not null
"""


@dataclass(frozen=True)
class Sources:
    """What lies below the figures of a file: how many were counted again, cells, files, and what is wrong."""

    figures: int
    cells: int
    files: int
    faults: tuple[str, ...]


def check_sources(settings: Settings, connection: psycopg.Connection, keys: Iterable[str]) -> Sources:
    """Count the figures again, and look their cells up in the archive."""
    named = sorted({found for key in keys if (found := _named(key))})
    columns = [list(column) for column in zip(*named, strict=True)] if named else [[], [], [], []]
    faults, figures = [], 0
    for authority, indicator, period, value, counted in connection.execute(_COUNTED_AGAIN, columns):
        figures += 1
        if counted is None or abs(value - counted) > SAME * max(abs(value), 1):
            faults.append(f"{indicator} of {authority}, {period}: it is {value}, its measures give {counted}")
    cells: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for sha256, file_name, _, line, raw_value in connection.execute(_CELLS, columns):
        cells[sha256, file_name].append((line, raw_value))
    for (sha256, file_name), looked_up in cells.items():
        faults += _faults_of_file(settings, sha256, file_name, looked_up)
    return Sources(figures, sum(map(len, cells.values())), len(cells), tuple(faults))


def _named(key: str) -> Named | None:
    """Read a figure out of its key; None for what is no figure of one place."""
    parts = key.split(":")
    if len(parts) < 4:
        return None
    basis = {"s": "submitted", "p": "published"}.get(parts[2])
    return (parts[0], parts[1], basis, parts[3]) if basis else None


def _faults_of_file(
    settings: Settings, sha256: str, file_name: str, cells: Sequence[tuple[int, str]]
) -> list[str]:
    path = settings.archive / sha256[:2] / sha256
    if not path.is_file():
        return [f"{file_name} is not in the archive under its hash {sha256}"]
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        return [f"the archived {file_name} has the hash {digest}, and was received with {sha256}"]
    return _missing_cells(path, file_name, cells) if file_name.lower().endswith(".csv") else []


def _missing_cells(path: Path, file_name: str, cells: Sequence[tuple[int, str]]) -> list[str]:
    """Look each cell up in its line; workbooks are held by their hash alone."""
    wanted = defaultdict(set)
    for line, raw_value in cells:
        wanted[line].add(raw_value)
    faults = []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        for row in reader:
            values = wanted.pop(reader.line_num, None)
            if values and not values <= {*row, *(cell.strip() for cell in row)}:
                faults.append(
                    f"line {reader.line_num} of {file_name} does not hold {' and '.join(sorted(values))}"
                )
    return [*faults, *(f"{file_name} has no line {line}" for line in sorted(wanted))]
