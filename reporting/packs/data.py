"""Read all that packs are made of in one build, and give each pack its part."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TypeVar

import psycopg
from psycopg.rows import class_row

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.one_build import Build, read_one_build
from reporting.packs.answered import COUNTED, Counted
from reporting.packs.rows import (
    CostAndOutcome,
    Driver,
    Indicator,
    Note,
    Opening,
    Peer,
    Profile,
    Reading,
    Statement,
    Year,
)
from reporting.packs.tried import TRIED, Tried
from reporting.questionnaire.rows import QuestionnaireRows, read_rounds
from reporting.return_calendar.rows import Owed, read_owed

Row = TypeVar("Row")

_INDICATORS = """
select {columns}
from marts.indicator_group as groups
inner join (
    select distinct indicator_code, definition_version from marts.authority_profile
) as shown using (indicator_code)
inner join marts.dim_indicator as definitions using (indicator_code, definition_version)
order by group_position, position
"""

_YEARS = """
select {columns}
from marts.trend
where
    indicator_code in (select indicator_code from marts.indicator_group)
    and (is_member or place_kind <> 'authority')
order by indicator_code, place_kind, place_code, period_code
"""

_PEERS = """
select {columns}
from marts.latest
where
    place_kind = 'authority' and funnel_upper_95 is not null
    and indicator_code in (select indicator_code from marts.indicator_group)
order by indicator_code, place_code
"""

_DRIVERS = """
select {columns}
from marts.fct_driver as drivers
where
    compared_with = 'region'
    and (indicator_code, period_code) in (
        select indicator_code, max(period_code) from marts.fct_driver
        where compared_with = 'region'
        group by indicator_code
    )
order by authority_code, tree_code, position
"""

_PAIRS = """
select
    pairs.pair_code, pairs.authority_code, authorities.name as authority_name, pairs.period_code,
    costs.title || ' and ' || lower(left(outcomes.title, 1)) || substr(outcomes.title, 2) as title,
    pairs.caveat, pairs.outcome_period_code,
    pairs.cost_indicator_code, pairs.cost_basis, costs.title as cost_title, costs.unit as cost_unit,
    pairs.cost_value, pairs.cost_median, pairs.outcome_indicator_code, pairs.outcome_basis,
    outcomes.title as outcome_title, outcomes.unit as outcome_unit, outcomes.polarity as outcome_polarity,
    pairs.outcome_value, facts.lower_95 as outcome_lower_95, facts.upper_95 as outcome_upper_95,
    pairs.outcome_median, pairs.quadrant
from marts.mart_cost_and_outcome as pairs
inner join marts.dim_authority as authorities using (authority_code)
inner join marts.fct_indicator as facts
    on
        pairs.authority_code = facts.authority_code
        and pairs.outcome_period_code = facts.period_code
        and pairs.outcome_indicator_code = facts.indicator_code
        and pairs.outcome_basis = facts.basis
inner join marts.dim_indicator as outcomes
    on facts.indicator_code = outcomes.indicator_code and facts.definition_version = outcomes.definition_version
inner join (
    select indicator_code, max(title) as title, max(unit) as unit from marts.dim_indicator group by indicator_code
) as costs on pairs.cost_indicator_code = costs.indicator_code
where
    pairs.comparator_set = 'region' and authorities.is_member
    and (pairs.pair_code, pairs.period_code) in (
        select pair_code, max(period_code) from marts.mart_cost_and_outcome
        where comparator_set = 'region'
        group by pair_code
    )
order by pair_code, authorities.name collate "C"
"""

_READINGS = """
select {columns}
from marts.definition_sensitivity as readings
where different_values > 1
order by authority_code, indicator_code, period_code
"""


@dataclass(frozen=True)
class PackRows:
    """All rows of all packs."""

    build: Build
    indicators: tuple[Indicator, ...]
    profiles: tuple[Profile, ...]
    statements: tuple[Statement, ...]
    openings: tuple[Opening, ...]
    notes: tuple[Note, ...]
    years: dict[str, list[Year]]
    peers: dict[str, list[Peer]]
    drivers: dict[str, list[Driver]]
    pairs: dict[str, list[CostAndOutcome]]
    readings: dict[str, list[Reading]]
    tried: dict[str, list[Tried]]
    questionnaire: QuestionnaireRows
    counted: dict[str, list[Counted]]
    owed: tuple[Owed, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, in their order."""
        return tuple(dict.fromkeys(indicator.group_code for indicator in self.indicators))

    @property
    def authorities(self) -> dict[str, str]:
        """The members by code, in the order of their names."""
        names = {profile.authority_code: profile.authority_name for profile in self.profiles}
        return dict(sorted(names.items(), key=lambda each: each[1]))


def read_pack_rows(settings: Settings) -> PackRows:
    """Read the rows of all packs, all of one build.

    Raises:
        ClubError: nothing was built yet, or none of the indicators of a group has a figure.
    """
    return read_one_build(settings, Role.ANALYST, _read)


def _read(connection: psycopg.Connection) -> PackRows:
    builds = _rows(connection, Build, "select {columns} from marts.build")
    profiles = _rows(connection, Profile, "select {columns} from marts.authority_profile order by 1, 2, position")
    if not builds or not profiles:
        raise ClubError("No member has a figure of any group yet, so there is nothing to make packs of.")
    return PackRows(
        build=builds[0],
        indicators=tuple(_rows(connection, Indicator, _INDICATORS)),
        profiles=tuple(profiles),
        statements=tuple(_rows(connection, Statement, _all_of("pack_statement"))),
        openings=tuple(_rows(connection, Opening, _all_of("perspective_view"))),
        notes=tuple(_rows(connection, Note, "select {columns} from marts.annotation order by on_date, 1")),
        years=_by(_rows(connection, Year, _YEARS), "indicator_code"),
        peers=_by(_rows(connection, Peer, _PEERS), "indicator_code"),
        drivers=_by(_rows(connection, Driver, _DRIVERS), "authority_code"),
        pairs=_by(_rows(connection, CostAndOutcome, _PAIRS), "pair_code"),
        readings=_by(_rows(connection, Reading, _READINGS), "authority_code"),
        tried=_by(_rows(connection, Tried, TRIED), "indicator_code"),
        questionnaire=read_rounds(connection),
        counted=_by(_rows(connection, Counted, COUNTED), "authority_code"),
        owed=tuple(read_owed(connection)),
    )


def _all_of(table: str) -> str:
    return f"select {{columns}} from marts.{table} order by group_code, 2, position"  # noqa: S608 -- names of ours


def _rows(connection: psycopg.Connection, kind: type[Row], query: str) -> list[Row]:
    columns = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]  # all kinds are dataclasses
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query.format(columns=columns).encode()).fetchall()


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return dict(found)
