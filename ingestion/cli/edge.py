"""Commands for workers at councils: invite, let in, join, leave."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ingestion.cli.console import console, plain_errors, read_settings, say
from ingestion.errors import ClubError

app = typer.Typer(help="Workers on councils' own machines: invite, let in, join, leave.", no_args_is_help=True)

Council = Annotated[str, typer.Argument(metavar="COUNCIL", help="The council, such as walsall.")]


@app.command("invite", epilog="Example: club edge invite walsall --to invitation.txt")
def invite(
    council: Council,
    to: Annotated[Path | None, typer.Option("--to", help="A new file for the line.")] = None,
) -> None:
    """Make the one secret by which a council joins; an earlier one of it is worth nothing from now on."""
    from ingestion.authorities import require_member
    from ingestion.operation.council.membership import invite_council
    from ingestion.outbox import open_private

    with plain_errors():
        if to is None and not console.is_terminal:
            raise ClubError("A secret is told on a terminal only, or written to a file by --to FILE.")
        line = invite_council(read_settings(), require_member(council).code).in_one_line()
        if to is None:
            console.print(line, soft_wrap=True, highlight=False, markup=False)
            return
        with open_private(to) as file:
            file.write(f"{line}\n".encode())
        say(f"Written to {to}. Hand it over in person or encrypted: the key of the pseudonyms is in it.")


@app.command("join", epilog="Example: club edge join --invitation invitation.txt")
def join(
    invitation: Annotated[
        Path | None, typer.Option("--invitation", help="The file with the line; asked for if nothing is said.")
    ] = None,
) -> None:
    """On the council's own machine: join, and work until stopped. Once joined, the line is not needed again."""
    from ingestion.operation.council.centre import Centre
    from ingestion.operation.council.membership import keep_membership, kept_membership, read_invitation
    from ingestion.operation.council.worker import worker_command, worker_environment

    with plain_errors():
        settings = read_settings()
        if invitation is not None:
            keep_membership(settings, read_invitation(invitation.read_text(encoding="utf-8")))
        elif not (settings.state_folder / "council.json").exists():
            keep_membership(settings, read_invitation(typer.prompt("Invitation", hide_input=True)))
        membership = kept_membership(settings)
        Centre(membership).join()
        say(f"Joined as {membership.council}; working until stopped.")
        command = worker_command(membership)
        os.execve(command[0], command, os.environ | worker_environment(settings, membership))  # noqa: S606 -- its own


@app.command("leave", epilog="Example: club edge leave walsall")
def leave(council: Council) -> None:
    """End a council's own worker: its secret lets nobody in, and what it sends is collected here again."""
    from ingestion.authorities import require_member
    from ingestion.warehouse.councils import leave as end

    with plain_errors():
        code = require_member(council).code
        end(read_settings(), code)
        say(f"{code} has left. Its next returns are read from the landing zone.")


@app.command("list", epilog="Example: club edge list")
def list_councils() -> None:
    """List who was invited, and who has joined."""
    from ingestion.warehouse.councils import open_invitations

    with plain_errors():
        table = Table("council", "stands")
        for each in open_invitations(read_settings()):
            table.add_row(each.authority_code, "joined" if each.has_joined else "invited")
        console.print(table)


@app.command("gate", epilog="Example: club edge gate --certificate club.crt --key club.key")
def gate(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8443,
    certificate: Annotated[Path | None, typer.Option(help="For HTTPS; without, a proxy before it has to.")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's key.")] = None,
    airflow: Annotated[str | None, typer.Option(help="Its address, if `club up` did not start it.")] = None,
) -> None:
    """Let councils' workers in: all that they reach of the club. Runs until stopped."""
    import uvicorn

    from ingestion.operation.council.opening import gate_application

    with plain_errors():
        application = gate_application(read_settings(), airflow)
        uvicorn.run(
            application, host=host, port=port, access_log=False, log_level="warning",
            ssl_certfile=certificate, ssl_keyfile=key,
        )  # fmt: skip
