"""By when a return is to be sent, from the calendar of returns and the rounds of forms that the marts show too."""

from dataclasses import dataclass
from datetime import date

import psycopg

from ingestion.days import day_in_words
from ingestion.seeds import seed_rows


@dataclass(frozen=True)
class Due:
    """The day a return is due for a year or round; one that is only assumed makes nobody late."""

    due_on: date
    is_assumed: bool


# When a round of answers closes stands in its form.
_ROUND = "select closes_on from raw.answer_rounds where return_code = %s and round_code = %s"


def due_day(connection: psycopg.Connection, return_code: str, period_code: str) -> Due | None:
    """Look up when a return is due for a year, or a round of answers closes; None where nothing says so."""
    for row in seed_rows("calendar/return_calendar"):
        if (row["return_code"], row["period_code"]) == (return_code, period_code):
            return Due(date.fromisoformat(row["due_on"]), row["provenance"] == "assumed")
    asked = connection.execute(_ROUND, [return_code, period_code]).fetchone()
    return Due(asked[0], is_assumed=False) if asked and asked[0] else None


def by_when(due: Due | None, folder: str, today: date) -> str:
    """Say by when to send and where to, and whether the day is only assumed."""
    where = f"Send it to the club's folder `{folder}`"
    if due is None:
        return f"{where}; the club has named no day for it."
    day = day_in_words(due.due_on)
    assumed = " That day is assumed: ask the club officer whether it holds." if due.is_assumed else ""
    if due.due_on < today:
        return f"{where} as soon as you can: it was due on {day}.{assumed}"
    return f"{where} by {day}.{assumed}"
