"""The authorities and the names they go by, read from the same seeds the warehouse uses."""

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from ingestion.settings import SEEDS

REFERENCE = SEEDS / "reference"


@dataclass(frozen=True)
class Authority:
    """One authority; `code` is the stable slug used everywhere."""

    code: str
    name: str


@cache
def authorities() -> dict[str, Authority]:
    """Every authority by code."""
    with (REFERENCE / "authorities.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["authority_code"]: Authority(row["authority_code"], row["name"]) for row in csv.DictReader(file)
        }


@cache
def _codes_by_name() -> dict[str, str]:
    names = {code: code for code in authorities()}
    names |= {authority.name.lower(): code for code, authority in authorities().items()}
    with (REFERENCE / "authority_aliases.csv").open(encoding="utf-8", newline="") as file:
        names |= {row["alias"]: row["authority_code"] for row in csv.DictReader(file)}
    return names


def find_authority(name: str) -> Authority | None:
    """The authority that goes by this name, whatever the case and the blanks; None when there is none."""
    code = _codes_by_name().get(" ".join(name.lower().split()))
    return authorities()[code] if code else None


def nearest_authority(name: str) -> str:
    """The code whose name looks most like this one, for an error message."""
    (near,) = get_close_matches(" ".join(name.lower().split()), _codes_by_name(), n=1, cutoff=0.0)
    return _codes_by_name()[near]
