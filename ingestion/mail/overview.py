"""What was sent to which role, and how it stands; and the officer's or engineer's word where nobody can know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.mail_states import MailState

# What becomes of a mail only when somebody says so.
TO_SETTLE = (MailState.FAILED, MailState.UNCERTAIN)

_LIST = """
select mail_id, kind, recipient, role, subject, state, composed_at, sent_at, attempts, note
from ledger.mail
where
    (%(state)s::text is null or state = %(state)s)
    and (%(recipient)s::text is null or recipient = %(recipient)s)
order by mail_id desc
limit %(at_most)s
"""
_SETTLE = """
update ledger.mail
set state = %(state)s, note = %(note)s, sent_at = case when %(state)s = 'sent' then now() end
where mail_id = %(mail)s and state = any(%(from)s)
"""


@dataclass(frozen=True)
class MailLine:
    """One mail as a line of a list."""

    mail_id: int
    kind: str
    recipient: str
    role: str
    subject: str
    state: str
    composed_at: datetime
    sent_at: datetime | None
    attempts: int
    note: str | None


def list_mail(
    settings: Settings, *, state: str | None = None, recipient: str | None = None, at_most: int | None = 50
) -> list[MailLine]:
    """List the newest mails, in one state and to one recipient, or all."""
    with connect(settings, Role.LOADER) as connection:
        return _read(connection, state=state, recipient=recipient, at_most=at_most)


def count_mail(settings: Settings) -> Mapping[str, int]:
    """Count the mails in each state."""
    with connect(settings, Role.LOADER) as connection:
        return dict(connection.execute("select state, count(*) from ledger.mail group by state order by state"))


def count_to_settle(settings: Settings) -> int:
    """Count the mails that wait for somebody's word."""
    by_state = count_mail(settings)
    return sum(by_state.get(state.value, 0) for state in TO_SETTLE)


def settle(settings: Settings, mail_id: int, state: MailState, by: str) -> None:
    """Take somebody's word on a mail that failed or whose fate is unknown.

    Args:
        settings: where the warehouse is.
        mail_id: which one.
        state: `sent` if it has arrived, `composed` to send it again, `lapsed` to leave it.
        by: who says so.

    Raises:
        ClubError: there is no such mail, or it needs nobody's word.
    """
    chosen = {
        "mail": mail_id,
        "state": state.value,
        "note": f"as {by} says",
        "from": [each.value for each in TO_SETTLE],
    }
    with connect(settings, Role.LOADER) as connection:
        if connection.execute(_SETTLE, chosen).rowcount:
            return
        row = connection.execute("select state from ledger.mail where mail_id = %s", [mail_id]).fetchone()
    if row is None:
        raise ClubError(f"There is no mail {mail_id}; `club mail` lists them.")
    raise ClubError(f"Mail {mail_id} is {row[0]}; only one that failed or is uncertain waits for somebody's word.")


def _read(connection: psycopg.Connection, **chosen: object) -> list[MailLine]:
    with connection.cursor(row_factory=class_row(MailLine)) as cursor:
        return cursor.execute(_LIST, chosen).fetchall()
