"""The codes that a column may hold in a year, in words, from the seed that the checks use too."""

from functools import cache

from ingestion.seeds import seed_rows
from ingestion.settings import SEEDS


def allowed_codes(return_code: str, heading: str, period_code: str) -> dict[str, str]:
    """Return the codes of a column that are valid in a year, with their meanings; none where it has no list."""
    return {
        code: meaning
        for code, meaning, first, last in _codes(return_code).get(heading.upper(), ())
        if (first or period_code) <= period_code <= (last or period_code)
    }


@cache
def _codes(return_code: str) -> dict[str, tuple[tuple[str, str, str, str], ...]]:
    if not (SEEDS / return_code / f"{return_code}_codes.csv").exists():
        return {}
    lists: dict[str, tuple[tuple[str, str, str, str], ...]] = {}
    for row in seed_rows(f"{return_code}/{return_code}_codes"):
        code = (row["code"], row["meaning"], row["valid_from_period"], row["valid_to_period"])
        lists[row["codeset"]] = (*lists.get(row["codeset"], ()), code)
    return lists
