"""The console script `club`."""

from collections.abc import Callable
from typing import Annotated

import typer

from ingestion import __version__
from ingestion.cli import (
    calendar,
    definitions,
    edge,
    keeping,
    look,
    mail,
    operate,
    practice,
    publish,
    self_check,
    site,
    submissions,
    templates,
    workers,
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


# Each command with an example, in groups and in the order in which the help lists them.
COMMANDS: dict[str, dict[Callable[..., None], str]] = {
    "Run the club": {
        operate.up: "club up",
        operate.down: "club down",
        operate.load: "club load",
        workers.worker: "CLUB_EXECUTOR=celery CLUB_BROKER_URL=redis://… club worker --concurrency 2",
        operate.status: "club status --json",
        look.doctor: "club doctor || club doctor --json > faults.json",
        look.metrics: "club metrics --to /var/lib/node_exporter/club.prom",
        operate.url: "club url --role analyst --format psql",
        operate.airflow_login: "club airflow-login",
        operate.migrate: "WAREHOUSE_URL=postgresql://… club migrate",
        operate.rebuild: "club rebuild",
        operate.readings: "club readings",
        operate.sample: "club sample --if-empty",
        keeping.backup: "club backup /backup/2026-03-31",
        keeping.restore: "club restore /backup/2026-03-31 --dry-run",
    },
    "Returns that are sent": {
        submissions.submissions: "club submissions --state rejected --csv > rejected.csv",
        submissions.sign_off: 'club sign-off 12 --reason "The figure was confirmed by phone."',
        submissions.withdraw: 'club withdraw 12 --reason "Sent for another council."',
        submissions.explain: 'club explain 4711 "The new unit opened in May." --by "J. Smith"',
        submissions.feedback: "club feedback",
        calendar.calendar: "club calendar --authority dudley",
        mail.mail: "club mail --state failed",
        self_check.check: "club check ssda903 FOLDER --last-year FOLDER --report FOLDER",
        templates.template: "club template questionnaire --authority dudley",
        submissions.purge: "club purge --dry-run",
    },
    "Figures": {
        publish.compare: "club compare --authority dudley",
        publish.reconcile: "club reconcile --period 2007-08",
        publish.restatements: "club restatements --since 2026-04-01 --csv > moved.csv",
        publish.as_known_on: "club as-known-on 2026-03-31",
        publish.answers: 'club answers "placement -budget"',
        publish.docs: "club docs",
    },
    "Publications": {
        publish.pack: "club pack dudley --group home_care",
        publish.sign_off_packs: "club sign-off-packs dudley",
        publish.verify: "club verify pack.pdf",
        publish.share: "club share FOLDER",
        publish.bi_export: "club bi-export FOLDER",
        site.site: "club site --serve",
    },
    "Work of the club": {definitions.quiz: "club quiz 2026-2", definitions.people: "club people"},
}

for panel, commands in COMMANDS.items():
    for command, example in commands.items():
        app.command(rich_help_panel=panel, epilog=f"Example: {example}")(command)
app.add_typer(submissions.reference, name="reference", rich_help_panel="Returns that are sent")
app.add_typer(edge.app, name="edge", rich_help_panel="Run the club")
for name, group in (
    ("workshop", workshop.workshop), ("definitions", definitions.definitions), ("practice", practice.app),
):  # fmt: skip
    app.add_typer(group, name=name, rich_help_panel="Work of the club")
