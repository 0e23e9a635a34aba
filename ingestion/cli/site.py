"""The command that writes the club's site."""

from pathlib import Path
from typing import Annotated

import typer

from ingestion.cli.console import console, plain_errors, read_settings, say
from ingestion.errors import ClubError
from ingestion.outbox import is_on_disk
from ingestion.settings import place


def site(
    folder: Annotated[
        str | None, typer.Argument(help="Where to write it, a folder or a URI; by default CLUB_HOME/site.")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Then show it to this machine alone, until interrupted.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to show it; 0 takes a free port.")] = 8000,
    address: Annotated[
        str,
        typer.Option(
            help="Where it will stand on the web, such as https://example.org/club: sitemap and feed name it.",
            envvar="CLUB_SITE_ADDRESS",
        ),
    ] = "",
) -> None:
    """Write the site: pages that anybody may read, out of what may leave the club and nothing else."""
    from ingestion.returns.catalogue import catalogue
    from reporting.site import write_site

    with plain_errors():
        settings = read_settings()
        titles = {code: layout.title for code, layout in catalogue().items()}
        target = place(folder) if folder else settings.state_folder / "site"
        if serve and not is_on_disk(target):
            raise ClubError(f"Only a folder of this machine can be shown, not {target}. Leave --serve out.")
        with console.status("Writing the site") as status:
            try:
                written = write_site(
                    settings, target, titles, address, lambda path: status.update(f"Writing the site: {path}")
                )
            except OSError as error:
                raise ClubError(f"{target} cannot be written: {error.strerror}.") from error
        say(f"Wrote {written.pages} pages and {written.files} files; begin with {written.folder / 'index.html'}")
        if serve:
            _show(written.folder, port)


def _show(folder: Path, port: int) -> None:
    """Show the site until it is interrupted.

    Raises:
        ClubError: somebody else listens on the port.
    """
    from reporting.site import open_site

    try:
        server = open_site(folder, port)
    except OSError as error:
        raise ClubError(f"Port {port} cannot be had ({error.strerror}); name another with --port.") from error
    with server:
        say(f"It is at http://127.0.0.1:{server.server_port}/ until Ctrl+C")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("No longer shown; the pages stay where they are")
