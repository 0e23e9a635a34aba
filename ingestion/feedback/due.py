"""By when a return is to be sent, from the calendar of returns that the marts show too."""

from dataclasses import dataclass
from datetime import date

from ingestion.seeds import seed_rows


@dataclass(frozen=True)
class Due:
    """The day a return is due for a year or round; one that is only assumed makes nobody late."""

    due_on: date
    is_assumed: bool


def due_day(return_code: str, period_code: str) -> Due | None:
    """Look up when a return is due for a year or round; None where the calendar does not say."""
    for row in seed_rows("calendar/return_calendar"):
        if (row["return_code"], row["period_code"]) == (return_code, period_code):
            return Due(date.fromisoformat(row["due_on"]), row["provenance"] == "assumed")
    return None


def by_when(due: Due | None, folder: str, today: date) -> str:
    """Say by when to send and where to, and whether the day is only assumed."""
    where = f"Send it to the club's folder `{folder}`"
    if due is None:
        return f"{where}; the club has named no day for it."
    day = f"{due.due_on.day} {due.due_on:%B %Y}"
    assumed = " That day is assumed: ask the club officer whether it holds." if due.is_assumed else ""
    if due.due_on < today:
        return f"{where} as soon as you can: it was due on {day}.{assumed}"
    return f"{where} by {day}.{assumed}"
