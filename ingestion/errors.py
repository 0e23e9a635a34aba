"""Errors with messages for the person at the keyboard."""

# What to do where a service broke off in the middle of a command.
RUN_AGAIN = (
    "It may have been stopped, or the database under it. Run the command again: what is down is started, "
    "and nothing is loaded twice."
)


class ClubError(Exception):
    """An error that the reader can put right; the message says what was found and what to do."""


class PassingError(ClubError):
    """Nothing is wrong with data or definitions: the same step may pass when it is tried again."""


class NothingAwaitsError(ClubError):
    """Nothing awaits the officer's word, or no longer: it was given, or what it was about has been replaced."""
