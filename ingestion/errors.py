"""Errors whose message is a sentence for the person at the keyboard."""


class ClubError(Exception):
    """Something the reader can put right; the message says what was found and what to do."""
