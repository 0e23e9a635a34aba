"""Commands about what people fill in."""

from pathlib import Path
from typing import Annotated

import typer

from ingestion.cli.console import plain_errors, read_settings, require_known, say
from ingestion.templates import TemplateForm


def template(
    return_code: Annotated[str, typer.Argument(metavar="RETURN", help="The return, such as questionnaire.")],
    round_code: Annotated[
        str | None, typer.Option("--round", help="Which round; the latest if nothing is said.")
    ] = None,
    authority: Annotated[str | None, typer.Option(help="Only for this member, such as dudley.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where to; the outbox if nothing is said.")] = None,
    form: Annotated[
        TemplateForm,
        typer.Option(help="A workbook or a page for each member; an XLSForm or the codebook, one for all."),
    ] = TemplateForm.WORKBOOK,
) -> None:
    """Write what a round asks, for people to fill in: for each member, or for one of them."""
    from ingestion.authorities import authorities
    from ingestion.operation.templates import write_templates
    from ingestion.returns.catalogue import returns_of_answers

    with plain_errors():
        members = {code: known.name for code, known in authorities().items() if known.is_member}
        require_known("return that people fill in", return_code, returns_of_answers())
        require_known("member", authority, members)
        wanted = {authority: members[authority]} if authority else members
        written = write_templates(read_settings(), return_code, round_code, wanted, folder, form)
        for path in written:
            say(f"Written {path}")
