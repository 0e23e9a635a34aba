"""The command by which an authority checks its own return."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from ingestion.cli.console import console, errors, say
from ingestion.errors import ClubError

if TYPE_CHECKING:
    from ingestion.operation.check_outcome import SelfCheck

SHOWN_FIRST = 3


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
    report: Annotated[Path, typer.Option(help="Folder to put the pages and the CSV into.")] = Path("club-check"),
    rules: Annotated[bool, typer.Option("--rules", help="List every rule that found something, too.")] = False,
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
    if rules:
        _list_rules(result)
    _sum_up(result)
    raise typer.Exit(2 if result.is_unreadable else 0 if result.is_clean else 1)


def _list_rules(result: "SelfCheck") -> None:
    if result.lines:
        table = Table("rule", "sentence", "severity", Column("found", justify="right"))
        for line in result.lines:
            table.add_row(line.rule_code, escape(line.message), line.severity, f"{line.count:,}")
        console.print(table)
    for need, codes in result.not_run.items():
        console.print(f"{len(codes)} rules not run: they need {need}: {', '.join(codes)}", highlight=False)


def _sum_up(result: "SelfCheck") -> None:
    """Say in ten lines what was read, what would come of it, what to put right first, and where to read on."""
    from ingestion.feedback.wording import SEVERITY_WORDS, counted

    say(result.period_reason)
    waiting = sum(map(len, result.not_run.values()))
    not_run = f"; {counted(waiting, 'rule')} not run for want of other files" if waiting else ""
    say(
        f"Read {counted(result.files, 'file')} with {counted(result.rows, 'row')}; "
        f"{counted(result.passed, 'rule')} found nothing{not_run}"
    )
    mark = "[green]✓[/green]" if result.state.startswith("accepted") else "[red]✗[/red]"
    words = "wait for the club officer's sign-off" if result.state == "awaiting_sign_off" else f"be {result.state}"
    found = ", ".join(
        counted(number, SEVERITY_WORDS[severity] + (" finding" if severity == "critical" else ""))
        for severity, number in result.by_severity.items()
    )
    console.print(f"{mark} The return would {words.replace('_', ' ')}: {found}", highlight=False)
    _say_what_first(result)
    say(escape(result.by_when))
    if result.page:
        say(f"Open {escape(str(result.page.absolute()))}")


def _say_what_first(result: "SelfCheck") -> None:
    """Name the causes, or else the rules, to begin with; what could not be read at all is said in full."""
    for line in result.lines:
        if line.rule_code.startswith("intake."):
            console.print(f"  {escape(line.message)}", highlight=False)
    if result.causes:
        _say_causes(result)
        return
    readable = [line for line in result.by_rule if not line.rule_code.startswith("intake.")]
    if readable:
        say("Put right first")
    for line in readable[:SHOWN_FIRST]:
        number = f"{line.count:,} times" if line.count > 1 else "once"
        console.print(
            f"  {line.rule_code}, {line.severity}, {number}: {escape(line.message)}",
            highlight=False, no_wrap=True, overflow="ellipsis",
        )  # fmt: skip


def _say_causes(result: "SelfCheck") -> None:
    """Name the places to begin with; what stands there, and whose it is, is for the page alone."""
    from ingestion.feedback.causes import summary, where
    from ingestion.feedback.wording import counted

    say(summary(result.causes, sum(result.by_severity.values())))
    for cause in result.causes[:SHOWN_FIRST]:
        console.print(
            f"  {cause.cause_number}. {escape(where(cause))}: {counted(cause.findings, 'finding')}",
            highlight=False, no_wrap=True, overflow="ellipsis",
        )  # fmt: skip
