"""The command about the calendar of returns."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ingestion.cli.console import plain_errors, read_settings, require_known, say
from ingestion.cli.listing import AsCsv, AsJson, print_list


def calendar(
    authority: Annotated[str | None, typer.Option(help="Only what this member owes, such as dudley.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what all have sent, and what nobody sent of old.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    ics: Annotated[
        Path | None, typer.Option(help="Write the days as an iCalendar file, for a calendar program to follow.")
    ] = None,
) -> None:
    """Show what each member owes, as of today: what is due, late, waiting or rejected, and when it is due."""
    from ingestion.authorities import authorities
    from ingestion.warehouse.connection import Role, connect
    from reporting.return_calendar.calendar_file import calendar_file
    from reporting.return_calendar.rows import read_owed, still_open
    from reporting.return_calendar.screen import status_table

    with plain_errors():
        require_known("member", authority, (code for code, known in authorities().items() if known.is_member))
        with connect(read_settings(), Role.ANALYST) as connection:
            owed = read_owed(connection, authority)
            shown = owed if everything else still_open(owed, datetime.now(UTC).date())
            print_list(shown, status_table(connection, shown), as_json=as_json, as_csv=as_csv)
            if ics:
                ics.write_bytes(calendar_file(connection))
                say(f"Written {ics}")
