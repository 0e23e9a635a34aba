"""Errors with messages for the person at the keyboard."""


class ClubError(Exception):
    """An error that the reader can put right; the message says what was found and what to do."""
