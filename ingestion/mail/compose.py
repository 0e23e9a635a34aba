"""Compose mail: write each that is due into the ledger, once, before anything is sent."""

from collections.abc import Iterator
from datetime import datetime

import psycopg
import structlog

from ingestion.feedback.report import write_feedback
from ingestion.mail.about_due import drafts_about_due, read_due_days
from ingestion.mail.about_packs import drafts_about_packs
from ingestion.mail.about_submissions import drafts_about_submissions
from ingestion.mail.contacts import Contacts
from ingestion.mail.days import day_in_england
from ingestion.mail.letters import Draft, as_html, as_text
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

# Whoever composes at the same time writes the same row.
_COMPOSE = """
insert into ledger.mail (
    kind, about, recipient, role, message_id, submission_id, return_code, period_code, build_id, subject,
    text_body, html_body, composed_at
)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (message_id) do nothing
"""


def to_compose(settings: Settings, contacts: Contacts, now: datetime) -> list[Draft]:
    """Return the mails that are due and not in the ledger yet; nothing is written."""
    with connect(settings, Role.LOADER) as connection:
        return list(_not_in_the_ledger(connection, _drafts(connection, settings, contacts, now)))


def compose_mail(settings: Settings, contacts: Contacts, now: datetime) -> int:
    """Write the mails that are due into the ledger, where they are not yet; return how many were written.

    The reports that they lead to are written first, unless they are up to date.
    """
    drafts = to_compose(settings, contacts, now)
    if submissions := {draft.about.submission_id for draft in drafts if draft.about.submission_id}:
        write_feedback(settings, submissions)
    with connect(settings, Role.LOADER) as connection:
        written = sum(_write(connection, draft, now) for draft in drafts)
    log.info("mail composed", mails=written)
    return written


def _drafts(
    connection: psycopg.Connection, settings: Settings, contacts: Contacts, now: datetime
) -> Iterator[Draft]:
    due = read_due_days(connection)
    yield from drafts_about_submissions(connection, settings, contacts, now, due)
    yield from drafts_about_due(connection, contacts, day_in_england(now))
    yield from drafts_about_packs(connection, settings, contacts, now)


def _not_in_the_ledger(connection: psycopg.Connection, drafts: Iterator[Draft]) -> Iterator[Draft]:
    known = {message_id for (message_id,) in connection.execute("select message_id from ledger.mail")}
    for draft in drafts:
        if draft.message_id not in known:
            yield draft


def _write(connection: psycopg.Connection, draft: Draft, now: datetime) -> int:
    about = draft.about
    return connection.execute(
        _COMPOSE,
        [
            draft.kind, about.name, draft.recipient.recipient, draft.recipient.role, draft.message_id,
            about.submission_id, about.return_code, about.period_code, about.build_id, draft.subject,
            as_text(draft.letter, draft.recipient), as_html(draft.letter, draft.recipient), now,
        ],
    ).rowcount  # fmt: skip
