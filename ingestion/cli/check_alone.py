"""The console script `club-check`: `club check` in a distribution of its own, which an authority installs."""

import typer

from ingestion.cli.console import log_warnings_only
from ingestion.cli.self_check import check

app = typer.Typer(pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]})
app.command()(check)


def main() -> None:
    """Run the check that the command line asks for."""
    log_warnings_only()
    app()
