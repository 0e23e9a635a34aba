"""The authorities, the groups they are totalled in and the names of both, from the warehouse's seeds."""

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from ingestion.errors import ClubError
from ingestion.seeds import seed_rows
from ingestion.settings import SEEDS

REFERENCE = SEEDS / "reference"

# The publisher of PSS EX1 began in 2007-08 to lead the name with the council's number: `727-Hillingdon`.
_NUMBERED = re.compile(r"\s*(\d{3})\s*-\s*(.+)", re.DOTALL)
_TOTAL = "total-"


@dataclass(frozen=True)
class Authority:
    """One authority; `code` is the stable slug used everywhere. A number that is not known is empty."""

    code: str
    name: str
    gss_code: str
    dfe_la_number: str
    cassr_code: str  # its number as a council with social services responsibilities (CASSR)
    is_member: bool


@dataclass(frozen=True)
class Lifetime:
    """The first and the last financial year of a council; `last` is empty while it lasts."""

    first: str
    last: str

    def includes(self, period_code: str) -> bool:
        """Tell whether the council existed in a financial year."""
        return self.first <= period_code and (not self.last or period_code <= self.last)

    @property
    def in_words(self) -> str:
        """As part of a sentence: 'from 1974-75 to 2008-09'."""
        return f"from {self.first} to {self.last}" if self.last else f"from {self.first} on"


@dataclass(frozen=True)
class AuthorityGroup:
    """A group of councils that the publisher totals; `code` is the sender of its control totals."""

    code: str
    title: str
    authority_type: str  # empty: all of them


@cache
def lifetimes() -> dict[str, Lifetime]:
    """Return the lifetime of every authority by code, whatever its types were meanwhile."""
    spells: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in seed_rows("reference/authority_types"):
        spells[row["authority_code"]].append((row["from_period"], row["to_period"]))
    return {code: Lifetime(min(known)[0], max(known)[1]) for code, known in spells.items()}


@cache
def authorities() -> dict[str, Authority]:
    """Return every authority by code."""
    return {
        row["authority_code"]: Authority(
            row["authority_code"],
            row["name"],
            row["gss_code"],
            row["dfe_la_number"],
            row["cassr_code"],
            row["is_member"] == "true",
        )
        for row in seed_rows("reference/authorities")
    }


def members() -> list[Authority]:
    """Return the members of the club, by code."""
    return sorted((each for each in authorities().values() if each.is_member), key=lambda each: each.code)


@cache
def authority_groups() -> dict[str, AuthorityGroup]:
    """Return every group of councils by code."""
    return {
        row["group_code"]: AuthorityGroup(row["group_code"], row["title"], row["authority_type"])
        for row in seed_rows("reference/authority_groups")
    }


@cache
def authority_types(period: str) -> dict[str, str]:
    """Return the type of each authority in a financial year, by code; leave out those that did not exist then."""
    return {
        row["authority_code"]: row["authority_type"]
        for row in seed_rows("reference/authority_types")
        if row["from_period"] <= period <= (row["to_period"] or period)
    }


@cache
def find_authority(name: str) -> Authority | None:
    """Return the authority of this name, ignoring case, blanks and punctuation; None if there is none.

    A number before the name has to be the council's own: `727-Hillingdon` is found, `728-Hillingdon` is not.
    """
    numbered = _NUMBERED.fullmatch(name)
    if numbered:
        number, rest = numbered.groups()
        authority = find_authority(rest)
        return authority if authority and authority.cassr_code == number else None
    code = _codes_by_slug().get(slug(name))
    return authorities()[code] if code else None


def find_total(name: str) -> AuthorityGroup | None:
    """Return the group whose control total has this name, such as `TOTAL Shire Counties`; None for other names."""
    total = slug(name)
    return authority_groups().get(total.removeprefix(_TOTAL)) if total.startswith(_TOTAL) else None


def require_authority(name: str) -> Authority:
    """Return the authority with this code or name.

    Raises:
        ClubError: there is none; the sentence has the known code that is nearest.
    """
    authority = find_authority(name)
    if authority is None:
        raise ClubError(f"There is no authority '{name}'; the nearest known code is '{nearest_authority(name)}'.")
    return authority


def require_member(name: str) -> Authority:
    """Return the member of the club with this code or name.

    Raises:
        ClubError: no authority has this name, or it is not a member.
    """
    authority = require_authority(name)
    if not authority.is_member:
        raise ClubError(f"{authority.name} is not a member of the club, so it has no login.")
    return authority


def nearest_authority(name: str) -> str:
    """Return the code whose name starts with this one, or else resembles it most, for an error message."""
    known, wanted = _codes_by_slug(), slug(name)
    begun = [each for each in known if wanted and each.startswith(f"{wanted}-")]
    (near,) = get_close_matches(wanted, begun or known, n=1, cutoff=0.0)
    return known[near]


def slug(name: str) -> str:
    """Return a name in lower case, words joined by hyphens, `&` written out: `St. Helens` is `st-helens`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("&", " and ")).strip("-")


@cache
def _codes_by_slug() -> dict[str, str]:
    names = {slug(authority.name): code for code, authority in authorities().items()}
    names |= {slug(row["alias"]): row["authority_code"] for row in seed_rows("reference/authority_aliases")}
    return names | {code: code for code in authorities()}
