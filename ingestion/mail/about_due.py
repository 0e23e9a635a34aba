"""Mail about returns that are due: reminders, chases, and word to the club of all who lack one."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import psycopg

from ingestion.authorities import authorities
from ingestion.feedback.wording import counted
from ingestion.mail.chasing import Lacking, chase_day, roles_on, who_lacks_what
from ingestion.mail.contacts import CLUB, Contacts, Recipient
from ingestion.mail.days import in_words
from ingestion.mail.letters import ROLE_WORDS, About, Draft, Letter, Line, return_words
from ingestion.outbox import folder_name
from ingestion.warehouse.mail_states import MailKind

CALENDAR = "select return_code, period_code, due_on, provenance = 'assumed' from marts.dim_return_due"


def read_due_days(connection: psycopg.Connection) -> dict[tuple[str, str], str]:
    """Read in words when each return is due, by return and period."""
    rows = connection.execute(CALENDAR).fetchall()
    return {(code, period): _due(due_on, is_assumed) for code, period, due_on, is_assumed in rows}


def drafts_about_due(connection: psycopg.Connection, contacts: Contacts, today: date) -> Iterator[Draft]:
    """Draft the mails of a chase day: to each member that lacks a return, and to the club about all of them."""
    by_day: dict[tuple[str, str, int], list[Lacking]] = defaultdict(list)
    for lacking in who_lacks_what(connection, today):
        day = chase_day(lacking, today)
        if day is not None:
            by_day[lacking.return_code, lacking.period_code, day].append(lacking)
    for (_, _, day), members in by_day.items():
        for lacking in members:
            yield from _to_the_member(contacts, lacking, day)
        if day > 0:
            yield from _to_the_club(contacts, members, day)


def _to_the_member(contacts: Contacts, lacking: Lacking, day: int) -> Iterator[Draft]:
    recipients = contacts.with_role(lacking.authority_code, *roles_on(day, "member"))
    letter = _reminder(lacking) if day <= 0 else _chase(lacking, recipients)
    kind = MailKind.REMINDER if day <= 0 else MailKind.CHASE
    about = _about(lacking, day, f"{lacking.authority_code}/")
    for recipient in recipients:
        yield Draft(kind, about, recipient, letter)


def _to_the_club(contacts: Contacts, members: list[Lacking], day: int) -> Iterator[Draft]:
    first = members[0]
    letter = Letter(
        subject=f"Overdue: {_what(first)}, {counted(len(members), 'member')}",
        lead=f"{_what(first)} was due on {in_words(first.due_on)}; {counted(len(members), 'member')} "
        f"{'has' if len(members) == 1 else 'have'} nothing in force.",
        table_title="Who lacks it",
        lines=tuple(Line(authorities()[each.authority_code].name, place=_state(each)) for each in members),
        to_do=("Each of them has been written to. club calendar shows how all members stand.",),
    )
    for recipient in contacts.with_role(CLUB, *roles_on(day, "club")):
        yield Draft(MailKind.OVERDUE, _about(first, day), recipient, letter)


def _about(lacking: Lacking, day: int, whose: str = "") -> About:
    """Name the chase day; should the day that a return is due be moved, its chase days are others."""
    name = f"{whose}{lacking.return_code}/{lacking.period_code}/due-{lacking.due_on}/day{day:+d}"
    return About(name, return_code=lacking.return_code, period_code=lacking.period_code)


def _reminder(lacking: Lacking) -> Letter:
    return Letter(
        subject=f"Reminder: {_what(lacking)} is due on {in_words(lacking.due_on)}",
        lead=f"{_what(lacking)} is due on {in_words(lacking.due_on)}, and nothing of yours is in force yet.",
        facts=_facts(lacking),
        to_do=_to_do(lacking),
    )


def _chase(lacking: Lacking, recipients: list[Recipient]) -> Letter:
    return Letter(
        subject=f"Overdue: {_what(lacking)} was due on {in_words(lacking.due_on)}",
        lead=f"{_what(lacking)} was due on {in_words(lacking.due_on)}, and nothing of yours is in force.",
        facts=(*_facts(lacking), ("Written to", ", ".join(ROLE_WORDS[each.role] for each in recipients))),
        to_do=_to_do(lacking),
    )


def _facts(lacking: Lacking) -> tuple[tuple[str, str], ...]:
    folder = f"{folder_name(lacking.authority_code)}/{lacking.return_code}/{lacking.period_code}"
    return (
        ("Due", _due(lacking.due_on, lacking.is_due_day_assumed)),
        ("So far", _state(lacking)),
        ("Send it to", f"{folder}, in the landing zone"),
    )


def _to_do(lacking: Lacking) -> tuple[str, ...]:
    if lacking.newest_version:
        return ("Put right what the report on that version names, and send the whole return again.",)
    return (
        "Send the whole return, all its files together. If it will be late, tell the club officer when it comes.",
    )


def _state(lacking: Lacking) -> str:
    if lacking.newest_version:
        return f"version {lacking.newest_version} was rejected, and there is no earlier good one"
    return "nothing has been received"


def _what(lacking: Lacking) -> str:
    return return_words(lacking.return_code, lacking.period_code)


def _due(due_on: date, is_assumed: bool) -> str:
    return f"{in_words(due_on)}{' (assumed: no day has been published or agreed)' if is_assumed else ''}"
