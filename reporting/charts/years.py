"""Financial years as the places of a time axis."""

import re
from collections.abc import Iterable

_YEAR = re.compile(r"(\d{4})-(\d{2})")


def first_calendar_year(year: str) -> int:
    """Return 2006 for `2006-07`; refuse what is no financial year."""
    found = _YEAR.fullmatch(year)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"{year!r} is no financial year such as 2006-07")
    return int(found[1])


def financial_years(years: Iterable[str]) -> tuple[str, ...]:
    """Return every year from the first to the last one: a missing year keeps its place."""
    found = [first_calendar_year(year) for year in years]
    return tuple(f"{year}-{(year + 1) % 100:02}" for year in range(min(found), max(found) + 1)) if found else ()
