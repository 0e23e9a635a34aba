"""Commands about what the club has decided: the pages of definitions, the quiz, and what it settles."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from typer.core import TyperGroup

from ingestion.cli.console import console, plain_errors, read_settings, say


class _WritesUnlessTold(TyperGroup):
    """`club definitions` writes the pages, as it does with a folder; every other word is a command of its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words after `definitions`."""
        return super().parse_args(ctx, self._named(ctx, args))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the words are for."""
        return super().resolve_command(ctx, self._named(ctx, args))

    def _named(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command first where it is left out."""
        known = {*self.commands, *ctx.help_option_names}
        return args if args and args[0] in known else ["write", *args]


definitions = typer.Typer(
    help="The pages of definitions, and what the quiz turns into decisions.", cls=_WritesUnlessTold
)


@definitions.command()
def write(
    folder: Annotated[Path, typer.Argument(help="Where to write the pages.")] = Path("docs/definitions"),
) -> None:
    """Write a page for every indicator of the register: formula, source items by year, pitfalls."""
    from reporting.definitions import write_definitions

    with plain_errors():
        written = write_definitions(folder)
        say(f"Wrote {len(written)} pages; begin with {written[0]}")


@definitions.command()
def propose(
    round_code: Annotated[str, typer.Argument(metavar="ROUND", help="The round of the quiz, such as 2026-2.")],
    case: Annotated[str | None, typer.Option(help="Only by this case, such as M24.")] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", help="The first year counted by it; the next one that is not yet counted."),
    ] = None,
    write_it: Annotated[bool, typer.Option("--write", help="Write it into the seed; else it is shown.")] = False,
) -> None:
    """Turn what a round has settled into dated decisions: the votes, what they change, the rows of the seed."""
    from reporting.definitions.propose import propose_decisions
    from reporting.quiz.words import outcome_in_words, votes_in_words

    with plain_errors():
        proposal = propose_decisions(read_settings(), round_code, case, first, _today())
        for settled in proposal.settled:
            words = f"{votes_in_words(settled)} {outcome_in_words(settled)} From {proposal.first} on."
            console.print(f"[bold]{settled.case_code}[/bold] {words}", highlight=False, soft_wrap=True)
            console.print(_impact(proposal.effects[settled.case_code]))
        for unsettled in proposal.unsettled:
            console.print(f"{unsettled.case_code} {outcome_in_words(unsettled)}", highlight=False, soft_wrap=True)
        for line in proposal.difference:
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        if write_it:
            say(f"Written into {proposal.write()}. `club load` counts by it, `make definitions` writes the pages.")
        else:
            say("Nothing is written; --write puts these rows into the seed.")


def people() -> None:
    """Print what people have answered, what the quiz settles and what others have tried, with pages to open."""
    from reporting.club_work import club_work

    with plain_errors():
        for told in club_work(read_settings(), _today()):
            console.print(f"[bold]{told.about}[/bold]")
            for sentence in told.sentences:
                console.print(f"  {sentence}", highlight=False, markup=False)
            for command, what in told.commands:
                console.print(f"  {command}: {what}", highlight=False, markup=False, soft_wrap=True)
            for page in told.pages:
                console.print(f"  {page}", highlight=False, markup=False, soft_wrap=True)


def quiz(
    round_code: Annotated[
        str | None, typer.Argument(metavar="ROUND", help="Such as 2026-2; the latest if nothing is said.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where to; the club's outbox if nothing is said.")] = None,
) -> None:
    """Write the quiz as a page and a sheet to print and, when the round is over, what was answered."""
    with plain_errors():
        from reporting.quiz.page import write_quiz

        for path in write_quiz(read_settings(), round_code, _today(), folder):
            say(f"Written {path}")


def _impact(effects: list[Any]) -> Table | str:
    """Show whose figures and ranks would move; how many stay."""
    from reporting.numbers import show_number

    moving = [one for one in effects if one.moves]
    if not effects:
        return "No figure that is counted rests on it yet."
    table = Table(title=f"What it would change: {len(moving)} of {len(effects)} figures move")
    for heading in ("Indicator", "Year", "Authority", "Figure", "would be", "Rank", "would be"):
        table.add_column(heading)
    for one in moving:
        table.add_row(
            one.indicator_code, one.period_code, one.name, show_number(one.agreed_value, 2),
            show_number(one.value, 2), show_number(one.agreed_rank, 0), show_number(one.rank, 0),
        )  # fmt: skip
    return table


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
