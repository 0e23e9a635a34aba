"""What is said of a return for each status that it can have, on every page and screen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """What stands in a cell, and whether something is to be done: done, pending or wanted."""

    word: str
    mood: str


STATUSES = {
    "accepted": Said("✓", "done"),
    "waiting": Said("waiting", "pending"),
    "rejected": Said("rejected", "wanted"),
    "quarantined": Said("set aside", "pending"),
    "withdrawn": Said("withdrawn", "wanted"),
    "received": Said("received", "pending"),
    "late": Said("late", "wanted"),
    "due": Said("due", "pending"),
    "not_due": Said("·", "done"),
}
