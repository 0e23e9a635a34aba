"""Mail that has lapsed: what it says is no longer so, or no news any more. It is not sent."""

from datetime import datetime

import psycopg

from ingestion.mail.about_packs import AWAITING
from ingestion.mail.chasing import who_lacks_what
from ingestion.mail.contacts import CLUB
from ingestion.mail.days import NEWS_FOR, day_in_england
from ingestion.warehouse.mail_states import MailKind
from ingestion.warehouse.states import State

_LAPSE = "update ledger.mail set state = 'lapsed', note = %s where state = 'composed' and "

# Mail that holds only while a submission is in a state, and why it is not sent any more.
_ABOUT_A_STATE = (
    (MailKind.SIGN_OFF_WANTED, State.AWAITING_SIGN_OFF, "it was signed off, rejected or withdrawn meanwhile"),
    (MailKind.QUARANTINED, State.QUARANTINED, "it was tried again or withdrawn meanwhile"),
)


def lapse(connection: psycopg.Connection, now: datetime) -> None:
    """Let lapse what is composed and no longer to be sent: nobody who is complete is reminded."""
    connection.execute(
        _LAPSE + "composed_at <= %s", [f"it could not be sent within {NEWS_FOR.days} days", now - NEWS_FOR]
    )
    for kind, while_it_is, note in _ABOUT_A_STATE:
        connection.execute(
            _LAPSE
            + """
            kind = %s and exists (
                select from ledger.submission
                where submission.submission_id = mail.submission_id and submission.state <> %s
            )
            """,
            [note, kind, while_it_is],
        )
    awaiting = [build_id for build_id, _ in connection.execute(AWAITING)]
    connection.execute(
        _LAPSE + "kind = 'sign_off_wanted' and build_id is not null and build_id <> all(%s)",
        ["the packs have the officer's word, or another build is read", awaiting],
    )
    _lapse_about_due(connection, now)


def _lapse_about_due(connection: psycopg.Connection, now: datetime) -> None:
    lacking = who_lacks_what(connection, day_in_england(now))
    members = {(each.authority_code, each.return_code, each.period_code) for each in lacking}
    returns = {(CLUB, code, period) for _, code, period in members}
    waiting = connection.execute(
        "select mail_id, recipient, return_code, period_code from ledger.mail "
        "where state = 'composed' and kind = any(%s)",
        [[MailKind.REMINDER.value, MailKind.CHASE.value, MailKind.OVERDUE.value]],
    ).fetchall()
    over = [number for number, *what in waiting if tuple(what) not in members | returns]
    connection.execute(_LAPSE + "mail_id = any(%s)", ["what it asks for has come", over])
