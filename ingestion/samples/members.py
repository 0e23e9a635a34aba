"""The fourteen members, with a size that scales their invented figures."""

import csv
from dataclasses import dataclass
from functools import cache

from ingestion.authorities import REFERENCE

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
    """The members in the order of their names."""
    with (REFERENCE / "authorities.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["is_member"] == "true"]
    found = (
        Member(code, row["name"], row["gss_code"], row["dfe_la_number"], SIZES[code])
        for row in rows
        for code in [row["authority_code"]]
    )
    return tuple(sorted(found, key=lambda member: member.name))
