"""Limits of a collection: the returns of one period alone."""

from collections.abc import Iterable
from difflib import get_close_matches

from ingestion.errors import ClubError
from ingestion.returns.catalogue import ReturnLayout


def takes_period(layout: ReturnLayout, period_code: str | None) -> bool:
    """Return True if a return may come for a period; of some the rounds are known to the warehouse alone."""
    return period_code is None or not layout.periods or period_code in layout.periods


def require_period(layouts: Iterable[ReturnLayout], period_code: str | None) -> None:
    """Make sure that one of these returns may come for a period; none given is fine.

    Raises:
        ClubError: none may; the sentence has the known period that is nearest.
    """
    known = list(layouts)
    if any(takes_period(layout, period_code) for layout in known):
        return
    periods = sorted({period for layout in known for period in layout.periods})
    (near,) = get_close_matches(str(period_code), periods, n=1, cutoff=0.0)
    names = ", ".join(layout.code for layout in known)
    raise ClubError(f"There is no year or round '{period_code}' of {names}; the nearest is '{near}'.")
