"""Commands for the workshop: draw it, see how it stands, reveal it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.cli.console import console, plain_errors, read_settings, say
from ingestion.days import day_in_words
from ingestion.errors import ClubError

if TYPE_CHECKING:
    from reporting.workshop.draw import Workshop

workshop = typer.Typer(
    help="Pictures without names, sealed, and the reveal. It needs the officer's login.", no_args_is_help=True
)

Round = Annotated[str, typer.Argument(metavar="ROUND", help="The workshop, as `club workshop new` called it.")]
Officer = Annotated[str, typer.Option("--by", help="Who does it.", envvar="USER")]


@workshop.command()
def new(
    group: Annotated[str, typer.Argument(help="Which group of indicators, such as placement_stability.")],
    name: Annotated[
        str | None, typer.Option(help="What the round is called; else the group and a number.")
    ] = None,
    limit: Annotated[
        float | None, typer.Option(min=1, help="Matches that a picture may give away, below the club's setting.")
    ] = None,
    bands: Annotated[
        int | None, typer.Option(min=2, max=4, help="How many bands; else as many as the limits allow.")
    ] = None,
    blurred: Annotated[
        bool, typer.Option("--blurred", help="No bands, but marks moved aside by chance as far as the limits ask.")
    ] = False,
    override: Annotated[
        str | None, typer.Option(help="Draw pictures that give away more than the limits: why. It is kept.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="For a demonstration: whoever knows the number knows the labels.")
    ] = None,
    if_none: Annotated[
        bool, typer.Option("--if-none", help="Do nothing when a workshop has been drawn already.")
    ] = False,
    by: Officer = "officer",
) -> None:
    """Draw a workshop: pictures, ballots, a sheet for the facilitator; the key is sealed."""
    with plain_errors():
        from ingestion.cli.workshop_steps import draw_and_keep, is_there_a_workshop
        from ingestion.model.build import marts_are_behind
        from reporting.workshop.banding import Limits
        from reporting.workshop.choosing import Wanted

        settings = read_settings()
        if if_none and is_there_a_workshop(settings):
            say("A workshop has been drawn already")
            return
        if marts_are_behind(settings):
            raise ClubError("Returns, definitions or settings are newer than the marts. Run `club load` first.")
        if override is not None and not override.strip():
            raise ClubError("An override needs a reason: it is kept, and printed in the pack.")
        if limit and limit > settings.workshop_matches and not override:
            raise ClubError(
                f"The club allows {settings.workshop_matches:g} marks in a picture. Say why it may be more "
                "(--override REASON)."
            )
        limits = Limits(
            limit or settings.workshop_matches, settings.workshop_certainty, settings.workshop_named_once
        )
        wanted = Wanted(limits, bands, override and override.strip(), blurred)
        with console.status("Drawing the pictures"):
            drawn, folder = draw_and_keep(settings, group, name, wanted, seed, by)
        _tell(drawn, folder)


@workshop.command()
def status(round_code: Round) -> None:
    """How a workshop stands: its bound and whether it still holds, its ballots, its reveal."""
    from ingestion.returns.workshop_ballot.forms import RETURN
    from ingestion.warehouse.connection import Role, connect
    from ingestion.warehouse.workshops import (
        ballots_of,
        newer_files,
        openings_of,
        published_files,
        require_workshop,
    )

    with plain_errors():
        with connect(read_settings(), Role.LOADER) as connection:
            kept = require_workshop(connection, round_code)
            newer = newer_files(kept, published_files(connection))
            ballots = ballots_of(connection, RETURN, round_code)
            openings = openings_of(connection, round_code)
        say(f"{kept.title} ({kept.group_code}), drawn by {kept.drawn_by} from build {kept.build_id}")
        if kept.override_reason:
            say(f"Its pictures give away more than the club allows: {kept.override_reason}")
        _tell_of_the_bound(len(kept.prior), newer)
        say(f"Ballots of {len(ballots)} members{': ' if ballots else ''}{', '.join(ballots)}")
        for each in openings:
            what = "opened" if each.is_good else "found broken: the key is not the one that was sealed"
            opened = day_in_words(each.opened_at, "%B %Y at %H:%M")
            say(f"The seal was {what} on {opened} by {each.opened_by}")
        if not openings:
            say("The seal has not been opened")


@workshop.command()
def reveal(round_code: Round, by: Officer = "officer") -> None:
    """Open the seal, and write who was who, the votes, and how many knew themselves."""
    with plain_errors():
        from ingestion.cli.workshop_steps import open_seal, workshop_folder
        from ingestion.model.build import build_marts
        from ingestion.outbox import write_if_changed
        from reporting.workshop.reveal import render_reveal

        settings = read_settings()
        opened, rounds = open_seal(settings, round_code, by)
        say(f"The seal is whole: the key is the one that the pack was printed with ({opened.commitment})")
        with console.status("Counting who knew themselves"):
            build_marts(settings)
            page = workshop_folder(settings, round_code) / "reveal" / "reveal.html"
            write_if_changed(page, render_reveal(settings, opened, rounds))
        if opened.newer_files:
            say(f"The bound no longer holds: {opened.newer_files} published files came after it was worked out")
        say(f"The reveal is {page}; some months later ask again: the round {rounds[1]}")


def _tell_of_the_bound(files: int, newer: list[str]) -> None:
    if not newer:
        say(f"The bound holds: all that is published and loaded, {files} files, was known when it was worked out")
        return
    say(
        f"The bound no longer holds: it was worked out against {files} published files, and {len(newer)} came "
        f"after: {', '.join(newer[:5])}{', …' if len(newer) > 5 else ''}. Draw the workshop anew."
    )


def _tell(drawn: "Workshop", folder: Path) -> None:
    """Say what was drawn, what was not, and where it lies."""
    from reporting.workshop.pages import at_most

    for picture in drawn.pictures:
        say(
            f"Picture {picture.number} in {picture.banding}: {picture.title}; the best guesser expects "
            f"{picture.expected:.2f} of {picture.members}"
        )
    all_of_them = drawn.together
    say(
        f"All together: the best guesser is right at least once about {at_most(all_of_them.named_once)} of "
        f"{all_of_them.members} members" + ("" if drawn.override else f" (at most {drawn.limits.named_once:g})")
    )
    for title, reason in drawn.left_out.items():
        say(f"Left out: {title}: {reason}")
    say(f"Sealed as {drawn.key.commitment}")
    say(
        f"The pack of {drawn.round_code} lies in {folder}; its ballots arrive as "
        f"<authority>/workshop_ballot/{drawn.round_code}"
    )
