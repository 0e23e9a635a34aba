"""Days and hours as mail speaks of them: in England, with the month in words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ENGLAND = ZoneInfo("Europe/London")

# What is older is no news: it is not composed any more, and what was composed is not sent.
NEWS_FOR = timedelta(days=7)


def day_in_england(moment: datetime) -> date:
    """Return the day that it is in England."""
    return moment.astimezone(ENGLAND).date()


def in_words(when: date) -> str:
    """Write a day, or a moment with its time: '31 May 2027', '31 May 2027, 06:15'."""
    if isinstance(when, datetime):
        return f"{when.astimezone(ENGLAND):%-d %B %Y, %H:%M}"
    return f"{when:%-d %B %Y}"
