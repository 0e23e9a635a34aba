"""Commands about good practice: what members have tried, found by the words of a question."""

from datetime import date
from typing import Annotated

import typer

from ingestion.cli.console import console, plain_errors, read_settings, require_known, say
from ingestion.cli.listing import AsCsv, AsJson, print_list, rows_of

app = typer.Typer(help="Good practice: what members have tried, whether it worked or not.", no_args_is_help=True)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="A question, or words to look for.")],
    indicator: Annotated[str | None, typer.Option(help="Only entries about this indicator, such as A1.")] = None,
    authority: Annotated[str | None, typer.Option(help="Only entries of this member, such as dudley.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 5,
) -> None:
    """Find entries: with what they cost, what went wrong, and how well it is known what came of them."""
    with plain_errors():
        from ingestion.authorities import authorities
        from reporting.practice.rows import read_practices
        from reporting.practice.screen import found_in_words
        from reporting.practice.search import search as find

        require_known("member", authority, (code for code, known in authorities().items() if known.is_member))
        settings = read_settings()
        found = find(settings, " ".join(words), indicator, authority, limit)
        if not found:
            say('No entry has any of these words. `club practice search` takes plain words, or "a phrase".')
            return
        if not found[0].has_all_words:
            say("No entry has all of these words; these have the most telling ones.")
        for entry in found_in_words(read_practices(settings), found):
            console.print(entry, highlight=False)
            console.print()


@app.command()
def show(code: Annotated[str, typer.Argument(help="The entry, such as dudley/FC02.")]) -> None:
    """Show an entry whole, with what its figures did after it began."""
    with plain_errors():
        from reporting.practice.rows import read_practices
        from reporting.practice.screen import shown_whole

        rows = read_practices(read_settings())
        console.print(shown_whole(rows, rows.find(code)), highlight=False)


@app.command()
def overdue(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List the entries that somebody should have looked through by now."""
    with plain_errors():
        from reporting.practice.rows import read_practices
        from reporting.practice.screen import overdue_table

        table = overdue_table(read_practices(read_settings()), date.today())
        print_list(rows_of(table), table, as_json=as_json, as_csv=as_csv)


@app.command()
def page() -> None:
    """Write all entries as a page, into the club's outbox and that of each member."""
    with plain_errors():
        from reporting.practice.page import write_practice_pages

        say(f"The page is {write_practice_pages(read_settings())}")


@app.command()
def draft(
    authority: Annotated[str, typer.Argument(help="Whose answer it is, such as dudley.")],
    question: Annotated[str, typer.Argument(help="The question of the questionnaire.")],
    round_code: Annotated[str, typer.Option("--round", help="The round of the questionnaire.")],
) -> None:
    """Make a draft entry (YAML) out of an answer of the questionnaire; its origin stays with it."""
    with plain_errors():
        from reporting.practice.draft import draft_entry

        typer.echo(draft_entry(read_settings(), authority, question, round_code), nl=False)
