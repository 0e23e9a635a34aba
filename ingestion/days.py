"""Days in words, the same on every system: Windows has no format for a day without its zero."""

from datetime import date


def day_in_words(day: date, form: str = "%B %Y") -> str:
    """Write a day or a moment: its day of the month, then what the form says, '3 May 2026'."""
    return f"{day.day} {day:{form}}"
