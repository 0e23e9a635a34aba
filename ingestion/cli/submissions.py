"""Commands for the returns that were sent, and for what their rules look things up in."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ingestion.cli.console import console, plain_errors, read_settings, require_known, say, say_plainly
from ingestion.cli.listing import AsCsv, AsJson, print_list
from ingestion.errors import NothingAwaitsError

reference = typer.Typer(help="Load what some rules look things up in.", no_args_is_help=True)


def submissions(
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    sender: Annotated[str | None, typer.Option(help="Only those of this authority or publisher.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every version, not only the newest.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List submissions: who, what, which version, in which state."""
    from ingestion.authorities import authorities
    from ingestion.operation.overview import list_senders, list_submissions
    from ingestion.warehouse.states import State

    with plain_errors():
        settings = read_settings()
        require_known("state", state, State)
        require_known("sender", sender, {*authorities(), *list_senders(settings)})
        table = Table("no.", "sender", "return", "period", "version", "state", "in force", "findings")
        lines = list_submissions(settings, state=state, sender=sender, everything=everything)
        for line in lines:
            table.add_row(
                str(line.submission_id), line.sender, line.return_code, line.period_code, str(line.version),
                line.state.replace("_", " "), "yes" if line.is_in_force else "", str(line.findings or ""),
            )  # fmt: skip
        print_list(lines, table, as_json=as_json, as_csv=as_csv)


def sign_off(
    submission_id: Annotated[int, typer.Argument(help="Number of a submission that awaits sign-off.")],
    reason: Annotated[
        str | None, typer.Option(help="Why; kept in the ledger. Without it you are asked.", show_default=False)
    ] = None,
    by: Annotated[str, typer.Option(help="Who signs.", envvar="USER")] = "officer",
    reject: Annotated[bool, typer.Option("--reject", help="Reject instead of accepting.")] = False,
) -> None:
    """Show what awaits the officer's word in a submission, and take it; `club load` then builds with it."""
    from ingestion.decide import sign_off as decide_by_hand
    from ingestion.feedback.awaiting import what_awaits
    from ingestion.feedback.awaiting_words import as_lines
    from ingestion.feedback.report import write_feedback

    with plain_errors():
        settings = read_settings()
        try:
            for line in as_lines(what_awaits(settings, submission_id)):
                say_plainly(line)
        except NothingAwaitsError as why:
            say_plainly(str(why))
        if reason is None:
            reject = reject or not typer.confirm("Accept it?")
            reason = typer.prompt("Why?")
        verdict = decide_by_hand(settings, submission_id, accept=not reject, by=by, reason=reason)
        write_feedback(settings, [submission_id])
        say(f"Submission {submission_id} is now {verdict.state.value.replace('_', ' ')}")


def withdraw(
    submission_id: Annotated[int, typer.Argument(help="Number of a submission in force, or one that waits.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger, and shown to its sender.")],
    by: Annotated[str, typer.Option(help="Who withdraws it.", envvar="USER")] = "officer",
) -> None:
    """Take a submission back: the version before it comes into force again; `club load` then builds without it."""
    from ingestion.decide import withdraw as take_back
    from ingestion.feedback.report import write_feedback

    with plain_errors():
        settings = read_settings()
        version = take_back(settings, submission_id, by=by, reason=reason)
        write_feedback(settings, [submission_id])
        then = f"version {version} is in force again" if version else "no other version can take its place"
        say(f"Submission {submission_id} is withdrawn; {then}. `club load` brings it into the marts")


def explain(
    number: Annotated[int, typer.Argument(help="Number of the finding, as in the report and findings.xlsx.")],
    text: Annotated[
        str, typer.Argument(help="What lies behind it. Nothing by which a child could be recognised.")
    ],
    by: Annotated[str, typer.Option(help="Who says it.", envvar="USER")] = "sender",
    whole_rule: Annotated[
        bool, typer.Option("--whole-rule", help="True of every finding of the rule in this sender's returns.")
    ] = False,
) -> None:
    """Keep what a sender says of a finding that is right: shown whenever it arises again, and at sign-off."""
    from ingestion.feedback.explanations import explain as keep_explanation
    from ingestion.feedback.report import write_feedback

    with plain_errors():
        settings = read_settings()
        submission_id, rule_code = keep_explanation(settings, number, text, by, whole_rule)
        write_feedback(settings, [submission_id])
        say(f"Kept for rule {rule_code}; it is shown whenever the same finding arises again")


def purge(
    days: Annotated[
        int | None, typer.Option(min=0, help="Decided at least so many days ago (CLUB_KEEP_CHILDREN_DAYS).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be purged.")] = False,
) -> None:
    """Take away the raw rows about single children whose retention period expired; done nightly by Airflow."""
    from ingestion.retention import purge_children

    with plain_errors():
        purged = purge_children(read_settings(), days, dry_run)
        would = "Would purge" if dry_run else "Purged"
        say(f"{would} {purged.rows:,} rows and {purged.files} files of {len(purged.submissions)} submissions")


def feedback() -> None:
    """Write the feedback reports that are not up to date, and say where they lie."""
    from ingestion.feedback.report import write_feedback

    with plain_errors():
        settings = read_settings()
        written = write_feedback(settings)
        say(f"Wrote {len(written)} files; all reports are in {settings.outbox}")


@reference.command()
def postcodes(
    file: Annotated[Path, typer.Argument(help="The postcode directory, as a CSV file.")],
) -> None:
    """Load where each postcode lies: for distances, and for placements inside and outside the authority."""
    from ingestion.collect.reference_lists import load_postcodes

    with plain_errors(), console.status(f"Reading {file.name}"):
        loaded = load_postcodes(read_settings(), file)
    say(f"{loaded.rows:,} postcodes are loaded; {loaded.left_out:,} lines of the file name no area")


@reference.command()
def providers(
    file: Annotated[Path, typer.Argument(help="Ofsted's list of providers, as a CSV file.")],
) -> None:
    """Load the list of registered providers of placements, which the rules look URNs up in."""
    from ingestion.collect.reference_lists import load_providers

    with plain_errors(), console.status(f"Reading {file.name}"):
        loaded = load_providers(read_settings(), file)
    say(f"{loaded.rows:,} providers are loaded; {loaded.left_out:,} lines have no URN or repeat one")
