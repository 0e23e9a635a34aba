"""Days and hours as mail speaks of them: in England, with the month in words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ingestion.days import day_in_words

ENGLAND = ZoneInfo("Europe/London")

# What is older is no news: it is not composed any more, and what was composed is not sent.
NEWS_FOR = timedelta(days=7)


def day_in_england(moment: datetime) -> date:
    """Return the day that it is in England."""
    return moment.astimezone(ENGLAND).date()


def in_words(when: date) -> str:
    """Write a day, or a moment with its time: '31 May 2027', '31 May 2027, 06:15'."""
    if isinstance(when, datetime):
        return day_in_words(when.astimezone(ENGLAND), "%B %Y, %H:%M")
    return day_in_words(when)
