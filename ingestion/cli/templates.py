"""Commands about what people fill in."""

from pathlib import Path
from typing import Annotated

import typer

from ingestion.cli.console import plain_errors, read_settings, require_known, say


def template(
    return_code: Annotated[str, typer.Argument(metavar="RETURN", help="The return, such as questionnaire.")],
    round_code: Annotated[
        str | None, typer.Option("--round", help="Which round; the latest if nothing is said.")
    ] = None,
    authority: Annotated[str | None, typer.Option(help="Only for this member, such as dudley.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where to; each member's outbox if nothing is said.")] = None,
) -> None:
    """Write the workbooks of a round for people to fill in: one for each member, or for one of them."""
    from ingestion.authorities import authorities
    from ingestion.operation.templates import write_templates
    from ingestion.returns.catalogue import returns_of_answers

    with plain_errors():
        members = [code for code, known in authorities().items() if known.is_member]
        require_known("return that people fill in", return_code, returns_of_answers())
        require_known("member", authority, members)
        wanted = [authority] if authority else members
        written = write_templates(read_settings(), return_code, round_code, wanted, folder)
        for path in written:
            say(f"Written {path}")
