"""The command about mail: what was sent, what would be, and somebody's word where nobody can know."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from ingestion.cli.console import console, plain_errors, read_settings, require_known, say
from ingestion.cli.listing import AsCsv, AsJson, print_list
from ingestion.errors import ClubError
from ingestion.settings import Settings


def mail(
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would be sent to whom; send nothing.")
    ] = False,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Only those to this member, or to the club.")] = None,
    send_again: Annotated[
        int | None, typer.Option(metavar="NO", help="Send one again that failed or is uncertain.")
    ] = None,
    arrived: Annotated[int | None, typer.Option(metavar="NO", help="An uncertain one has arrived.")] = None,
    leave: Annotated[
        int | None, typer.Option(metavar="NO", help="One that failed or is uncertain is left so.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who says so.", envvar="USER")] = "officer",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the mails: what went to which role, and how each stands. Airflow sends them (chase_returns)."""
    from ingestion.authorities import authorities
    from ingestion.mail.overview import settle
    from ingestion.warehouse.mail_states import MailState

    with plain_errors():
        settings = read_settings()
        require_known("state", state, MailState)
        require_known(
            "recipient", recipient, ["club", *(code for code, one in authorities().items() if one.is_member)]
        )
        words = {MailState.COMPOSED: send_again, MailState.SENT: arrived, MailState.LAPSED: leave}
        settled = [(number, becomes) for becomes, number in words.items() if number is not None]
        for number, becomes in settled:
            settle(settings, number, becomes, by)
            say(f"Mail {number} is {becomes} now")
        if preview:
            _preview(settings, recipient)
        elif not settled:
            _list(settings, state, recipient, as_json=as_json, as_csv=as_csv)


def _list(settings: Settings, state: str | None, recipient: str | None, *, as_json: bool, as_csv: bool) -> None:
    from ingestion.mail.overview import list_mail

    # A screen has the newest; a program gets all.
    lines = list_mail(settings, state=state, recipient=recipient, at_most=None if as_json or as_csv else 50)
    table = Table("no.", "kind", "to", "subject", "state", "since", "why")
    for line in lines:
        table.add_row(
            str(line.mail_id), line.kind.replace("_", " "), f"{line.recipient}, {line.role.replace('_', ' ')}",
            line.subject, line.state, f"{line.sent_at or line.composed_at:%Y-%m-%d %H:%M}", line.note or "",
        )  # fmt: skip
    print_list(lines, table, as_json=as_json, as_csv=as_csv)


def _preview(settings: Settings, recipient: str | None) -> None:
    from ingestion.feedback.wording import counted
    from ingestion.mail.compose import to_compose
    from ingestion.mail.contacts import read_contacts
    from ingestion.mail.letters import as_text, recipient_words

    contacts = read_contacts(settings)
    if contacts is None:
        raise ClubError(
            f"There are no contacts, so no mail goes out; they are expected in {settings.contacts_file}."
        )
    drafts = [
        draft
        for draft in to_compose(settings, contacts, datetime.now(UTC))
        if recipient in (None, draft.recipient.recipient)
    ]
    for draft in drafts:
        heading = f"{draft.kind.replace('_', ' ')} to {recipient_words(draft.recipient)}"
        # A line drawn across is for a screen.
        console.rule(heading) if console.is_terminal else console.print(f"--- {heading}", markup=False)
        console.print(f"Subject: {draft.subject}\n", highlight=False, markup=False)
        console.print(as_text(draft.letter, draft.recipient), highlight=False, markup=False)
    say(f"{counted(len(drafts), 'mail')} would be composed. Nothing was sent")
