"""Commands that print or write what is read from the marts."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ingestion.cli.console import console, plain_errors, read_settings, require_known, say
from ingestion.cli.listing import AsCsv, AsJson, print_list, rows_of
from ingestion.errors import ClubError
from ingestion.settings import place


def compare(
    authority: Annotated[
        str | None,
        typer.Option(help="Whose figures stand out, such as dudley; its own page is written into its outbox."),
    ] = None,
) -> None:
    """Print the comparison of placement stability and home care, and where to look further."""
    from ingestion.authorities import authorities
    from ingestion.operation.status import where_to_look
    from reporting.comparison import comparison_tables, write_comparison_page
    from reporting.questionnaire import write_questionnaire_pages

    with plain_errors():
        require_known("member", authority, (code for code, known in authorities().items() if known.is_member))
        settings = read_settings()
        for table in comparison_tables(settings, authority):
            console.print(table)
            console.print()
        if authority:
            say(f"The page is {write_comparison_page(settings, authority)}")
            for page in write_questionnaire_pages(settings, authority):
                say(f"What was answered to the questionnaire is {page}")
        for what, where in where_to_look(settings, with_passwords=console.is_terminal):
            console.print(f"{what:<20} {where}", highlight=False, soft_wrap=True)


def reconcile(
    period: Annotated[str | None, typer.Option(help="Only this year, such as 2007-08.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="How many differences to list; by default 20, and all in a file.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Set the published figures beside the computed ones: how many are equal, and why the others are not."""
    from reporting.reconciliation import difference_table, summary_table

    with plain_errors():
        settings = read_settings()
        if as_json or as_csv:
            differences = difference_table(settings, period, limit)
            print_list(rows_of(differences), differences, as_json=as_json, as_csv=as_csv)
            return
        console.print(summary_table(settings, period))
        if limit != 0:
            console.print(difference_table(settings, period, limit or 20))


def restatements(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was accepted on this day or later.")
    ] = None,
    authority: Annotated[str | None, typer.Option(help="Only figures of this authority, such as dudley.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="How many to list, the latest first; by default 50, in a file all."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Folder for all of them, as a page and a CSV file.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the figures that moved: a return was sent again, or a publisher gave another figure."""
    from ingestion.authorities import authorities
    from ingestion.warehouse.connection import Role, connect
    from reporting.restatements import restatement_table, write_restatement_report
    from reporting.restatements.rows import read_restatements

    with plain_errors():
        require_known("authority", authority, authorities())
        settings, day = read_settings(), since.date() if since else None
        if as_json or as_csv:
            with connect(settings, Role.ANALYST) as connection:
                moved = read_restatements(connection, day, authority)[:limit]
            print_list(moved, "", as_json=as_json, as_csv=as_csv)
        else:
            console.print(restatement_table(settings, day, authority, limit or 50))
        if report:
            say(f"The report is {write_restatement_report(settings, report, day, authority)}")


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

    with plain_errors():
        settings = read_settings()
        moment = moment_of(settings, day)
        if moment.at.date() > datetime.now(moment.at.tzinfo).date():
            raise ClubError(f"{day} is still to come: nothing is known of it yet.")
        if drop:
            was_there = drop_as_known_on(settings, moment)
            say(f"The schema {moment.schema} {'is gone' if was_there else 'was not there'}")
            return
        with console.status(f"Building every mart as it was known at {moment.at:%Y-%m-%d %H:%M:%S %Z}"):
            build_as_known_on(settings, moment)
        say(f"The marts as known at {moment.at:%Y-%m-%d %H:%M:%S %Z} are in the schema {moment.schema}")


def share(
    folder: Annotated[
        str | None, typer.Argument(help="Where to write them, a folder or a URI; by default the club's outbox.")
    ] = None,
) -> None:
    """Write what may leave the club as CSV files, with a README of what is not shown and why."""
    from ingestion.model.build import marts_are_behind
    from reporting.sharing import write_release

    with plain_errors():
        settings = read_settings()
        if marts_are_behind(settings):
            raise ClubError("Returns, definitions or settings are newer than the marts. Run `club load` first.")
        written = write_release(settings, place(folder) if folder else settings.sharing_outbox)
        say(f"Wrote {len(written)} files; begin with {written[0]}")


def bi_export(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write it; by default into the club's outbox.")
    ] = None,
) -> None:
    """Write a start for BI tools, as text: a project for Power BI, and a dashboard that Superset imports."""
    from reporting.bi.export import write_bi_export

    with plain_errors():
        settings = read_settings()
        project, archive = write_bi_export(settings, folder or settings.club_outbox / "bi")
        say(f"Power BI opens {project}")
        say(f"Superset imports {archive}; the password is that of `club url --role bi`")


def pack(
    authority: Annotated[list[str] | None, typer.Argument(help="Only of these members, such as dudley.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="Only of this group, such as home_care.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many are made at once.")] = 2,
) -> None:
    """Make the packs of members as drafts: where they stand, as page, PDF, workbook and tidy file."""
    with plain_errors():
        from reporting.packs.publish import publish_drafts

        settings = read_settings()
        _tell_of_packs("Making packs", publish_drafts(settings, authority or [], group or [], workers))


def sign_off_packs(
    authority: Annotated[list[str] | None, typer.Argument(help="Only of these members, such as dudley.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="Only of this group, such as home_care.")] = None,
    by: Annotated[str, typer.Option(help="Who signs.", envvar="USER")] = "officer",
    early: Annotated[str | None, typer.Option(help="Why before the correction window has ended.")] = None,
    refuse: Annotated[str | None, typer.Option(help="Do not sign them off: why.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many are made at once.")] = 2,
) -> None:
    """The officer's word on packs that were out as drafts: they are published as final, or refused."""
    with plain_errors():
        from reporting.packs.publish import refuse_packs
        from reporting.packs.publish import sign_off_packs as sign_off

        settings = read_settings()
        if refuse is not None:
            refused = refuse_packs(settings, by, refuse, authority or [], group or [])
            say(f"Refused {len(refused)} packs; the drafts stay, and another build has drafts of its own")
            return
        _tell_of_packs("Signing off", sign_off(settings, by, authority or [], group or [], early, workers))


def verify(
    file: Annotated[Path, typer.Argument(help="A page, PDF, workbook or tidy file of a pack.")],
    limit: Annotated[int, typer.Option(min=1, help="How many of what does not hold to list.")] = 20,
) -> None:
    """Find each number and sentence of a pack again in marts and returns; exit with 1 where one fails."""
    with plain_errors():
        from ingestion.collect.archived_cells import look_up_cells
        from reporting.packs.verify import verify_file

        settings = read_settings()
        with console.status(f"Verifying {file.name}"):
            found = verify_file(settings, file, partial(look_up_cells, settings))
        say(found.summary)
        for doubt in found.doubts[:limit]:
            console.print(f"[red]✗[/red] {doubt}", highlight=False, soft_wrap=True)
        if len(found.doubts) > limit:
            say(f"and {len(found.doubts) - limit} more")
        if found.doubts:
            raise typer.Exit(1)


def _tell_of_packs(doing: str, folders: Iterator[Path]) -> None:
    made = 0
    with console.status(doing) as status:
        for folder in folders:
            made += 1
            status.update(f"{doing}: {made}, last {folder}")
    say(f"Wrote {made} packs; the last ones lie in {folder}" if made else "There was nothing to write.")


def answers(
    words: Annotated[
        str, typer.Argument(help="English words in any form, 'a phrase' in quotation marks, or, -not.")
    ],
    limit: Annotated[int, typer.Option(min=1, help="How many to list, the best first.")] = 20,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Search in what departments wrote to the questionnaire in their own words."""
    from reporting.questionnaire import search_table

    with plain_errors():
        found = search_table(read_settings(), words, limit)
        print_list(rows_of(found), found, as_json=as_json, as_csv=as_csv)


def docs() -> None:
    """Write the description of the warehouse as one page: models, columns, tests, and what comes from what."""
    from ingestion.model.dbt import write_docs

    with plain_errors():
        say(f"Wrote {write_docs(read_settings())}")
