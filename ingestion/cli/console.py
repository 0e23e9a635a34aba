"""Console output: sentences, errors without a stack trace, and faulty settings by name."""

import errno
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TextIO

import psycopg
import structlog
import typer
from pydantic import ValidationError
from rich.console import Console

from ingestion.errors import RUN_AGAIN, ClubError
from ingestion.settings import Settings

# What a file system answers where nothing can be written; every other error of the system is a fault of ours.
NO_PLACE = {
    errno.ENOSPC: "Make room on the disk",
    errno.EDQUOT: "Make room within the quota",
    errno.EROFS: "Let it be mounted for writing",
    errno.EACCES: "Let this user write there",
    errno.EPERM: "Let this user write there",
    errno.ENOTDIR: "A file is where a folder should be; move it away",
}

# No table is cut to a screen that is not there: a pipe takes whole lines.
WIDE = 1000


def _width(stream: TextIO) -> int | None:
    """Return the width that lines may have; None for that of the terminal, or as the environment says."""
    return None if stream.isatty() or "COLUMNS" in os.environ else WIDE


console = Console(width=_width(sys.stdout))
errors = Console(stderr=True, width=_width(sys.stderr))


def log_warnings_only() -> None:
    """Leave out the log of steps: the same code writes it in Airflow; here sentences inform the user."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@contextmanager
def plain_errors() -> Iterator[None]:
    """Print an expected error as a sentence and exit with code 1, without a stack trace."""
    try:
        yield
    except ClubError as error:
        errors.print(f"[red]✗[/red] {error}", highlight=False)
        raise typer.Exit(1) from error
    except psycopg.OperationalError as error:
        # The connection was there and broke, or the server can do no more, as on a full disk.
        errors.print(f"[red]✗[/red] The warehouse broke off: {str(error).strip()}\n{RUN_AGAIN}", highlight=False)
        raise typer.Exit(1) from error
    except OSError as error:
        if error.errno not in NO_PLACE:
            raise
        errors.print(f"[red]✗[/red] {_without_place(error)}", highlight=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        errors.print("Interrupted. Nothing is left half done; the same command picks up where this one stopped.")
        raise typer.Exit(130) from None


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        ClubError: a setting is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        name = field if field.isupper() else f"CLUB_{field.upper()}"
        is_secret = field.endswith(("_password", "_key"))
        found = "" if is_secret else f" (found {first['input']!r})"
        raise ClubError(
            f"The setting {name} is wrong: {first['msg']}{found}. Correct it in the environment, or unset it for "
            "its default."
        ) from error


def _without_place(error: OSError) -> str:
    """Say where nothing can be written, why, and what to do."""
    where = f"{error.filename} cannot be written" if error.filename else "A file cannot be written"
    return f"{where}: {error.strerror}. {NO_PLACE[error.errno or 0]}, or let CLUB_HOME name another folder."


def require_known(what: str, given: str | None, known: Iterable[str]) -> None:
    """Make sure that a name that was given is known; none given is fine.

    Raises:
        ClubError: it is not; the sentence has the known name that is nearest.
    """
    names = sorted(known)
    if given is None or given in names:
        return
    (near,) = get_close_matches(given, names, n=1, cutoff=0.0) or ("",)
    raise ClubError(f"There is no {what} '{given}'; the nearest is '{near}'.")


def say(sentence: str) -> None:
    """Print a sentence."""
    console.print(f"[green]•[/green] {sentence}", highlight=False)


def say_plainly(line: str) -> None:
    """Print a line that may hold a sender's words, which are no markup."""
    console.print(line, highlight=False, markup=False, soft_wrap=True)
