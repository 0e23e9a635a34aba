"""The console script `club`."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ingestion import __version__
from ingestion.errors import ClubError
from ingestion.settings import Settings

if TYPE_CHECKING:
    from ingestion.operation.self_check import SelfCheck

app = typer.Typer(
    help="The benchmarking club's warehouse: take returns in, check them, compare.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console()
errors = Console(stderr=True)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """An expected error is a sentence and exit code 1, not a stack trace."""
    try:
        yield
    except ClubError as error:
        errors.print(f"[red]✗[/red] {error}", highlight=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        errors.print("Interrupted. Nothing is left half done; the same command picks up where this one stopped.")
        raise typer.Exit(130) from None


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        name = field if field.isupper() else f"CLUB_{field.upper()}"
        raise ClubError(f"The setting {name} is wrong: {first['msg']} (found {first['input']!r}).") from error


def _say(sentence: str) -> None:
    console.print(f"[green]•[/green] {sentence}", highlight=False)


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
    # The same code logs every step in Airflow; here the person is told by sentences.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@app.command()
def up() -> None:
    """Start PostgreSQL and Airflow, and prepare the warehouse. Safe to repeat."""
    from ingestion.operation.airflow_process import AirflowProcess
    from ingestion.operation.service import bring_up

    with _plain_errors():
        settings = _settings()
        bring_up(settings, _say)
        _say(f"Ready. Airflow is at {AirflowProcess(settings).url}")


@app.command()
def down() -> None:
    """Stop what `club up` has started, and only that."""
    from ingestion.operation.service import take_down

    with _plain_errors():
        take_down(_settings(), _say)


@app.command()
def migrate() -> None:
    """Prepare an existing warehouse (WAREHOUSE_URL): roles, schemas, migrations, crosswalk."""
    from ingestion.operation.service import prepare_warehouse

    with _plain_errors():
        prepare_warehouse(_settings(), _say)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What is running, and how the submissions stand."""
    from ingestion.operation.status import read_status

    with _plain_errors():
        found = read_status(_settings())
        if as_json:
            typer.echo(json.dumps(found, indent=2))
            return
        for part in ("warehouse", "airflow"):
            about = found[part]
            console.print(
                f"{part:<12}",
                "running" if about["running"] else "stopped",
                about.get("url") or about.get("reason", ""),
            )
        for state, count in found["submissions"].items():
            console.print(f"{count:>6} submissions {state.replace('_', ' ')}")


@app.command()
def url(
    role: Annotated[str, typer.Option(help="loader, transformer, analyst, bi or outside.")] = "bi",
    authority: Annotated[
        str | None, typer.Option(help="The login of this member instead, which sees its own children.")
    ] = None,
) -> None:
    """Print the SQLAlchemy URL of the warehouse for one role or one authority, and nothing else."""
    from ingestion.authorities import require_member
    from ingestion.warehouse.connection import Role, authority_url, warehouse_url

    with _plain_errors():
        if authority:
            address = authority_url(_settings(), require_member(authority).code)
            typer.echo(address.render_as_string(hide_password=False))
            return
        names = [known.value for known in Role]
        if role not in names:
            raise ClubError(f"There is no role '{role}'; known are {', '.join(names)}.")
        address = warehouse_url(_settings(), Role(role))
        typer.echo(address.render_as_string(hide_password=False))


@app.command()
def sample(
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when the landing zone already holds files.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed gives other figures.")] = 1999,
    england: Annotated[
        bool, typer.Option("--england", help="Also a national collection of all councils, with control totals.")
    ] = False,
    children: Annotated[
        int | None,
        typer.Option(min=1, help="Looked after on 31 March by each authority; by default, as its PSS EX1 tells."),
    ] = None,
) -> None:
    """Write invented returns of the fourteen authorities into the landing zone."""
    from samples import write_child_samples, write_national_samples, write_samples

    with _plain_errors():
        settings = _settings()
        if "://" in settings.landing:
            raise ClubError("Samples are only written into a folder; LANDING_ZONE is a URI.")
        folder = Path(settings.landing)
        if if_empty and folder.exists() and any(folder.iterdir()):
            _say(f"The landing zone {folder} holds files; no samples are needed")
            return
        files = write_samples(folder, seed=seed)
        files += write_child_samples(folder, seed=seed, children=children)
        if england:
            files += write_national_samples(folder, seed=seed)
        _say(f"Wrote {len(files)} invented files to {folder}")


@app.command()
def load() -> None:
    """Run the road once through the DAGs: collect, check, decide, model, publish."""
    from ingestion.collect.landing import require_landing_zone
    from ingestion.operation.airflow_process import AirflowProcess
    from ingestion.operation.load import load as run_load
    from ingestion.operation.load import require_no_failures
    from ingestion.operation.overview import count_by_state
    from ingestion.operation.service import bring_up

    with _plain_errors():
        settings = _settings()
        require_landing_zone(settings)
        api = bring_up(settings, _say)
        before = count_by_state(settings)
        failures = run_load(settings, api, console)
        require_no_failures(failures, AirflowProcess(settings).url)
        _report_load(settings, before)


def _report_load(settings: Settings, before: object) -> None:
    from ingestion.operation.overview import count_by_state, list_submissions
    from ingestion.warehouse.ledger import State

    after = count_by_state(settings)
    if after == before:
        _say("Nothing new: every file in the landing zone was known already")
    for state, count in after.items():
        _say(f"{count} submissions {state.replace('_', ' ')}")
    for state in (State.REJECTED, State.AWAITING_SIGN_OFF):
        for line in list_submissions(settings, state=state.value):
            console.print(
                f"  {line.sender} {line.return_code} {line.period_code} (submission {line.submission_id}) "
                f"{state.value.replace('_', ' ')}: {line.first_message}",
                highlight=False,
            )


@app.command()
def compare() -> None:
    """Print the comparison of placement stability and home care, and where to look further."""
    from ingestion.operation.status import where_to_look
    from reporting.comparison import comparison_tables

    with _plain_errors():
        settings = _settings()
        for table in comparison_tables(settings):
            console.print(table)
            console.print()
        for what, where in where_to_look(settings):
            console.print(f"{what:<20} {where}", highlight=False, soft_wrap=True)


@app.command()
def reconcile(
    period: Annotated[str | None, typer.Option(help="Only this year, such as 2007-08.")] = None,
    limit: Annotated[int, typer.Option(help="How many differences to list; 0 for none.")] = 20,
) -> None:
    """Set the published figures beside the computed ones: how many are equal, and why the others are not."""
    from reporting.reconciliation import difference_table, summary_table

    with _plain_errors():
        settings = _settings()
        console.print(summary_table(settings, period))
        if limit:
            console.print(difference_table(settings, period, limit))


@app.command()
def restatements(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was accepted on this day or later.")
    ] = None,
    authority: Annotated[str | None, typer.Option(help="Only figures of this authority, such as dudley.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to list, the latest first.")] = 50,
    report: Annotated[Path | None, typer.Option(help="Folder for all of them, as a page and a CSV file.")] = None,
) -> None:
    """List the figures that moved: a return was sent again, or a publisher gave another figure."""
    from reporting.restatements import restatement_table, write_restatement_report

    with _plain_errors():
        settings, day = _settings(), since.date() if since else None
        console.print(restatement_table(settings, day, authority, limit))
        if report:
            _say(f"The report is {write_restatement_report(settings, report, day, authority)}")


@app.command()
def as_known_on(
    day: Annotated[
        str,
        typer.Argument(
            metavar="DATE", help="2026-03-31, with what was accepted on that day; or a time, 2026-03-31T14:05."
        ),
    ],
    drop: Annotated[bool, typer.Option("--drop", help="Take the marts of that date away again.")] = False,
) -> None:
    """Build all marts as they stood on a date, in a schema of their own; the marts of today stay as they are."""
    from ingestion.model.as_known_on import build_as_known_on, drop_as_known_on, moment_of

    with _plain_errors():
        settings = _settings()
        moment = moment_of(settings, day)
        if drop:
            was_there = drop_as_known_on(settings, moment)
            _say(f"The schema {moment.schema} {'is gone' if was_there else 'was not there'}")
            return
        with console.status(f"Building every mart as it was known at {moment.at:%Y-%m-%d %H:%M:%S %Z}"):
            build_as_known_on(settings, moment)
        _say(f"The marts as known at {moment.at:%Y-%m-%d %H:%M:%S %Z} are in the schema {moment.schema}")


@app.command()
def share(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write the files; by default into the club's outbox.")
    ] = None,
) -> None:
    """Write what may leave the club as CSV files, with a README of what is not shown and why."""
    from ingestion.model.build import marts_are_behind
    from reporting.sharing import write_release

    with _plain_errors():
        settings = _settings()
        if marts_are_behind(settings):
            raise ClubError("Returns, definitions or settings are newer than the marts. Run `club load` first.")
        written = write_release(settings, folder or settings.sharing_outbox)
        _say(f"Wrote {len(written)} files; begin with {written[0]}")


@app.command()
def rebuild() -> None:
    """Build and test all marts anew. `club load` does so itself when a definition has changed."""
    from ingestion.model.build import build_marts

    with _plain_errors(), console.status("Building every figure from the raw returns"):
        build_marts(_settings(), full=True)
    _say("All marts were built anew and tested")


@app.command()
def definitions(
    folder: Annotated[Path, typer.Argument(help="Where to write the pages.")] = Path("docs/definitions"),
) -> None:
    """Write a page for every indicator of the register: formula, source items by year, pitfalls."""
    from reporting.definitions import write_definitions

    with _plain_errors():
        written = write_definitions(folder)
        _say(f"Wrote {len(written)} pages; begin with {written[0]}")


@app.command()
def docs() -> None:
    """Write the description of the warehouse as one page: models, columns, tests, and what comes from what."""
    from ingestion.model.dbt import write_docs

    with _plain_errors():
        _say(f"Wrote {write_docs(_settings())}")


@app.command()
def submissions(
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    sender: Annotated[str | None, typer.Option(help="Only those of this authority or publisher.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every version, not only the newest.")] = False,
) -> None:
    """List submissions: who, what, which version, in which state."""
    from ingestion.operation.overview import list_submissions

    with _plain_errors():
        table = Table("no.", "sender", "return", "period", "version", "state", "in force", "findings")
        for line in list_submissions(_settings(), state=state, sender=sender, everything=everything):
            table.add_row(
                str(line.submission_id), line.sender, line.return_code, line.period_code, str(line.version),
                line.state.replace("_", " "), "yes" if line.is_in_force else "", str(line.findings or ""),
            )  # fmt: skip
        console.print(table)


@app.command()
def sign_off(
    submission_id: Annotated[int, typer.Argument(help="Number of a submission that awaits sign-off.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger.")],
    by: Annotated[str, typer.Option(help="Who signs.", envvar="USER")] = "officer",
    reject: Annotated[bool, typer.Option("--reject", help="Reject instead of accepting.")] = False,
) -> None:
    """The officer's word on a submission that awaits it; `club load` then brings it into the marts."""
    from ingestion.decide import sign_off as decide_by_hand
    from ingestion.feedback.report import write_feedback

    with _plain_errors():
        settings = _settings()
        verdict = decide_by_hand(settings, submission_id, accept=not reject, by=by, reason=reason)
        write_feedback(settings, [submission_id])
        _say(f"Submission {submission_id} is now {verdict.state.value.replace('_', ' ')}")


@app.command()
def purge(
    days: Annotated[
        int | None, typer.Option(min=0, help="Decided at least so many days ago (CLUB_KEEP_CHILDREN_DAYS).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be purged.")] = False,
) -> None:
    """Take away the raw rows about single children whose time is over; done every night by Airflow."""
    from ingestion.retention import purge_children

    with _plain_errors():
        purged = purge_children(_settings(), days, dry_run)
        would = "Would purge" if dry_run else "Purged"
        _say(f"{would} {purged.rows:,} rows and {purged.files} files of {len(purged.submissions)} submissions")


@app.command()
def feedback() -> None:
    """Write the feedback reports that are not up to date, and say where they lie."""
    from ingestion.feedback.report import write_feedback

    with _plain_errors():
        settings = _settings()
        written = write_feedback(settings)
        _say(f"Wrote {len(written)} files; all reports are in {settings.outbox}")


reference = typer.Typer(help="Load what some rules look things up in.", no_args_is_help=True)
app.add_typer(reference, name="reference")


@reference.command()
def postcodes(
    file: Annotated[Path, typer.Argument(help="The postcode directory, as a CSV file.")],
) -> None:
    """Load where each postcode lies: for distances, and for placements inside and outside the authority."""
    from ingestion.collect.reference_lists import load_postcodes

    with _plain_errors(), console.status(f"Reading {file.name}"):
        loaded = load_postcodes(_settings(), file)
    _say(f"{loaded.rows:,} postcodes are loaded; {loaded.left_out:,} lines of the file name no area")


@reference.command()
def providers(
    file: Annotated[Path, typer.Argument(help="Ofsted's list of providers, as a CSV file.")],
) -> None:
    """Load the list of registered providers of placements, which the rules look URNs up in."""
    from ingestion.collect.reference_lists import load_providers

    with _plain_errors(), console.status(f"Reading {file.name}"):
        loaded = load_providers(_settings(), file)
    _say(f"{loaded.rows:,} providers are loaded; {loaded.left_out:,} lines have no URN or repeat one")


@app.command()
def check(
    return_code: Annotated[str, typer.Argument(metavar="RETURN", help="The return, such as ssda903.")],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="The files to check, or their folder.")],
    period: Annotated[
        str | None,
        typer.Option("--year", "--period", help="The year, such as 2025-26; ssda903 tells it by its dates."),
    ] = None,
    authority: Annotated[
        str | None, typer.Option(help="Whose return it is, such as dudley; ssda903 can do without.")
    ] = None,
    last_year: Annotated[
        list[Path] | None, typer.Option(help="Last year's return: files or their folder, for rules on changes.")
    ] = None,
    postcodes: Annotated[Path | None, typer.Option(help="The postcode directory, for rules on distances.")] = None,
    providers: Annotated[Path | None, typer.Option(help="Ofsted's list of providers, for rules on URNs.")] = None,
    report: Annotated[Path | None, typer.Option(help="Folder to put the HTML and CSV report into.")] = None,
) -> None:
    """Check a return on this machine before it is sent; nothing leaves the machine.

    Exit code 0: nothing to look at (notes that a table is not there or has other columns do not count);
    1: findings; 2: a file could not be read.
    """
    from ingestion.operation.self_check import OwnReturn, self_check

    own = OwnReturn(return_code, tuple(paths), period, authority, tuple(last_year or ()), postcodes, providers)
    try:
        with console.status("Getting ready") as status:
            result = self_check(own, report, status.update)
    except ClubError as error:
        errors.print(f"[red]✗[/red] {error}", highlight=False)
        raise typer.Exit(2) from error
    except KeyboardInterrupt:
        errors.print("Interrupted. The database of the check is gone; nothing was kept.")
        raise typer.Exit(130) from None
    _show_self_check(result)
    raise typer.Exit(2 if result.is_unreadable else 0 if result.is_clean else 1)


def _show_self_check(result: "SelfCheck") -> None:
    _say(result.period_reason)
    if result.lines:
        table = Table("rule", "sentence", "severity", Column("found", justify="right"))
        for line in result.lines:
            table.add_row(line.rule_code, escape(line.message), line.severity, f"{line.count:,}")
        console.print(table)
    for need, codes in result.not_run.items():
        console.print(f"{len(codes)} rules not run: they need {need}: {', '.join(codes)}", highlight=False)
    where = f"; the report lies in {result.report}" if result.report else ""
    _say(
        f"{result.findings:,} findings; {result.passed} rules found nothing; the return would be "
        f"{result.state.replace('_', ' ')}{where}"
    )
