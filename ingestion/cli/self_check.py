"""The command by which an authority checks its own return."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from ingestion.cli.console import console, errors, say
from ingestion.errors import ClubError

if TYPE_CHECKING:
    from ingestion.operation.self_check import SelfCheck


def check(
    return_code: Annotated[str, typer.Argument(metavar="RETURN", help="The return, such as ssda903.")],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="The files to check, or their folder.")],
    period: Annotated[
        str | None,
        typer.Option(
            "--year",
            "--period",
            "--round",
            help="The year, such as 2025-26, or the round of a return of answers; ssda903 tells it by its dates.",
        ),
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
    from ingestion.operation.own_return import OwnReturn
    from ingestion.operation.self_check import self_check

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
    _show_self_check(return_code, result)
    raise typer.Exit(2 if result.is_unreadable else 0 if result.is_clean else 1)


def _show_self_check(return_code: str, result: "SelfCheck") -> None:
    from ingestion.feedback.causes import summary, what_to_do, where

    say(result.period_reason)
    if result.causes:
        say(summary(result.causes, result.findings))
    for cause in result.causes:
        advice = what_to_do(cause, result.period_code, return_code)
        console.print(f"  {cause.cause_number}. {where(cause)}: {advice}", highlight=False, markup=False)
    if result.lines:
        table = Table("rule", "sentence", "severity", Column("found", justify="right"))
        for line in result.lines:
            table.add_row(line.rule_code, escape(line.message), line.severity, f"{line.count:,}")
        console.print(table)
    for need, codes in result.not_run.items():
        console.print(f"{len(codes)} rules not run: they need {need}: {', '.join(codes)}", highlight=False)
    place = f"; the report lies in {result.report}" if result.report else ""
    say(
        f"{result.findings:,} findings; {result.passed} rules found nothing; the return would be "
        f"{result.state.replace('_', ' ')}{place}"
    )
