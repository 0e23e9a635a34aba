"""Errors with messages for the person at the keyboard."""

# What to do where a service broke off in the middle of a command.
RUN_AGAIN = (
    "It may have been stopped, or the database under it. Run the command again: what is down is started, "
    "and nothing is loaded twice."
)


class ClubError(Exception):
    """An error that the reader can put right; the message says what was found and what to do."""
