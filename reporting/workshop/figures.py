"""The figures that a workshop is drawn from: those of the packs, the newest of each indicator of a group."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.one_build import Build, read_one_build

_FIGURES = """
select
    groups.group_code, groups.group_title, groups.position, profiles.indicator_code, profiles.title,
    profiles.period_code, profiles.polarity,
    jsonb_object_agg(profiles.authority_code, profiles.value order by profiles.authority_code) as figures
from marts.indicator_group as groups
inner join marts.authority_profile as profiles using (group_code, indicator_code)
where groups.has_pictures
group by
    groups.group_code, groups.group_title, groups.position, profiles.indicator_code, profiles.title,
    profiles.period_code, profiles.polarity
order by groups.group_code, groups.position
"""

_BUILD = "select build_id, last_decision_id, last_decided_at, definitions_digest, built_at, tests from marts.build"


@dataclass(frozen=True)
class Measured:
    """An indicator, and the newest figure of each member; None where it is missing."""

    group_code: str
    group_title: str
    indicator_code: str
    title: str
    period_code: str
    polarity: str
    figures: Mapping[str, float | None]

    @property
    def known(self) -> dict[str, float]:
        """The figures that are there."""
        return {member: value for member, value in self.figures.items() if value is not None}

    @property
    def missing(self) -> tuple[str, ...]:
        """The members without a figure."""
        return tuple(sorted(set(self.figures) - set(self.known)))


def read_figures(settings: Settings, group_code: str) -> tuple[Build, list[Measured]]:
    """Read the figures of a group, in its order, and the build that they are from.

    Raises:
        ClubError: there is no such group, or nothing has been built yet.
    """
    return read_one_build(settings, Role.ANALYST, lambda connection: _read(connection, group_code))


def _read(connection: psycopg.Connection, group_code: str) -> tuple[Build, list[Measured]]:
    build = connection.execute(_BUILD).fetchone()
    rows = connection.execute(_FIGURES).fetchall()
    groups = sorted({row[0] for row in rows})
    if build is None or group_code not in groups:
        raise ClubError(f"There is no group '{group_code}' with figures; there are {', '.join(groups) or 'none'}.")
    figures = [Measured(row[0], row[1], *row[3:]) for row in rows if row[0] == group_code]
    return Build(*build), figures
