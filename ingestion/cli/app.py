"""The console script `club`."""

from typing import Annotated

import typer

from ingestion import __version__
from ingestion.cli import (
    calendar,
    definitions,
    keeping,
    mail,
    operate,
    practice,
    publish,
    self_check,
    site,
    submissions,
    templates,
    workshop,
)
from ingestion.cli.console import log_warnings_only

app = typer.Typer(
    help="The benchmarking club's warehouse: take returns in, check them, compare.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"club {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take returns in, check them, compare."""
    log_warnings_only()


# In the order in which the help lists them.
for command in (
    operate.up, operate.down, operate.migrate, operate.status, operate.url, operate.sample, operate.load,
    publish.compare, publish.reconcile, publish.restatements, publish.as_known_on, publish.share, publish.answers,
    site.site, publish.pack, publish.sign_off_packs, publish.verify,
    operate.rebuild, operate.readings, publish.docs, keeping.backup, keeping.restore,
    submissions.submissions, submissions.sign_off, submissions.explain, submissions.purge, submissions.feedback,
    calendar.calendar, mail.mail, self_check.check, templates.template, definitions.quiz,
):  # fmt: skip
    app.command()(command)
app.add_typer(submissions.reference, name="reference")
app.add_typer(workshop.workshop, name="workshop")
app.add_typer(definitions.definitions, name="definitions")
app.add_typer(practice.app, name="practice")
