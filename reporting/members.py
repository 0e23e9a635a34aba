"""Members of the club, as the marts have them."""

from dataclasses import dataclass

import psycopg

_MEMBERS = 'select authority_code, name from marts.dim_authority where is_member order by name collate "C"'
_REGIONS = "select string_agg(distinct region, ' and ' order by region) from marts.dim_authority where is_member"


@dataclass(frozen=True)
class Members:
    """The authorities that compare themselves: their names by code, alphabetical, and their region."""

    names: dict[str, str]
    region: str


def read_members(connection: psycopg.Connection) -> Members:
    """Read the members and the name of their region; of several regions, all names."""
    (region,) = connection.execute(_REGIONS).fetchone() or (None,)
    return Members(dict(connection.execute(_MEMBERS).fetchall()), region or "All members")
