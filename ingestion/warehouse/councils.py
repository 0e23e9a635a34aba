"""Councils with a worker of their own: who was invited, who has joined, and what their secrets are.

A council's secret is derived from one of ours and the number of its invitation. So none is stored, each invitation
has another, and one that has ended is worth nothing.
"""

import hmac
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.secrets import load_secrets


@dataclass(frozen=True)
class Invitation:
    """An invitation that has not ended."""

    invitation_id: int
    authority_code: str
    has_joined: bool


_OPEN = """
select invitation_id, authority_code, joined_at is not null as has_joined
from ledger.council_invitation
where ended_at is null and (%(council)s::text is null or authority_code = %(council)s)
order by authority_code
"""


def invite(settings: Settings, council: str) -> Invitation:
    """Invite a council, and end the invitation that it had: its worker is let in no more."""
    with connect(settings, Role.LOADER) as connection:
        _end(connection, council)
        row = connection.execute(
            "insert into ledger.council_invitation (authority_code) values (%s) returning invitation_id", [council]
        ).fetchone()
    assert row is not None
    return Invitation(row[0], council, has_joined=False)


def note_joined(settings: Settings, invitation: Invitation) -> None:
    """Note that the worker of a council has come: its tasks go to it from now on."""
    with connect(settings, Role.LOADER) as connection:
        connection.execute(
            "update ledger.council_invitation set joined_at = now()"
            " where invitation_id = %s and joined_at is null and ended_at is null",
            [invitation.invitation_id],
        )


def leave(settings: Settings, council: str) -> None:
    """End the invitation of a council: its secret lets nobody in, and its tasks are taken here again.

    Raises:
        ClubError: it has none.
    """
    with connect(settings, Role.LOADER) as connection:
        if not _end(connection, council):
            raise ClubError(f"{council} has no worker of its own, and is not invited to have one: nothing to end.")


def open_invitations(settings: Settings) -> list[Invitation]:
    """List the invitations that have not ended, by council."""
    with connect(settings, Role.LOADER) as connection:
        return _open(connection, None)


def joined_councils(settings: Settings) -> list[str]:
    """List the councils whose own worker takes their tasks."""
    return [each.authority_code for each in open_invitations(settings) if each.has_joined]


def find_invitation(settings: Settings, council: str) -> Invitation | None:
    """Find the invitation of a council that has not ended."""
    with connect(settings, Role.LOADER) as connection:
        return next(iter(_open(connection, council)), None)


def council_secret(settings: Settings, invitation: Invitation) -> str:
    """Return the secret of one invitation."""
    key = load_secrets(settings)["councils"].encode()
    return hmac.new(key, f"{invitation.authority_code} {invitation.invitation_id}".encode(), "sha256").hexdigest()


def note_handed_out(settings: Settings, invitation: Invitation, task_instance_id: str) -> None:
    """Note that a task was handed out to the worker of a council."""
    with connect(settings, Role.LOADER) as connection:
        connection.execute(
            "insert into ledger.council_task (task_instance_id, invitation_id) values (%s, %s)"
            " on conflict (task_instance_id) do update set invitation_id = excluded.invitation_id",
            [task_instance_id, invitation.invitation_id],
        )


def was_handed_out(settings: Settings, invitation: Invitation, task_instance_id: str) -> bool:
    """Whether a task was handed out to the worker of this invitation."""
    with connect(settings, Role.LOADER) as connection:
        found = connection.execute(
            "select from ledger.council_task where task_instance_id = %s and invitation_id = %s",
            [task_instance_id, invitation.invitation_id],
        ).fetchone()
    return found is not None


def _end(connection: psycopg.Connection, council: str) -> bool:
    ended = connection.execute(
        "update ledger.council_invitation set ended_at = now() where authority_code = %s and ended_at is null",
        [council],
    )
    return ended.rowcount > 0


def _open(connection: psycopg.Connection, council: str | None) -> list[Invitation]:
    with connection.cursor(row_factory=class_row(Invitation)) as cursor:
        return cursor.execute(_OPEN, {"council": council}).fetchall()
