"""The fourteen members, with a size that scales their invented figures."""

from dataclasses import dataclass
from functools import cache

from ingestion.authorities import authorities

# Round numbers, roughly thousands of inhabitants: only the order of the members by size is real.
SIZES = {
    "birmingham": 1000, "coventry": 300, "dudley": 310, "sandwell": 285, "solihull": 200, "walsall": 250,
    "wolverhampton": 235, "staffordshire": 810, "stoke-on-trent": 240, "herefordshire": 175,
    "worcestershire": 550, "shropshire": 290, "telford-and-wrekin": 160, "warwickshire": 520,
}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One member authority as the samples need it; `size` in thousands of inhabitants."""

    code: str
    name: str
    gss_code: str
    dfe_la_number: str
    size: int


@cache
def members() -> tuple[Member, ...]:
    """Return the members in the order of their names."""
    found = (
        Member(authority.code, authority.name, authority.gss_code, authority.dfe_la_number, SIZES[authority.code])
        for authority in authorities().values()
        if authority.is_member
    )
    return tuple(sorted(found, key=lambda member: member.name))
