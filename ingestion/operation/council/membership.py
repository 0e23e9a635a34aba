"""A council's membership: what an invitation says in one line, and what the council's own machine keeps of it."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ingestion.errors import ClubError
from ingestion.outbox import make_private_folder, open_private
from ingestion.settings import Settings
from ingestion.warehouse.councils import council_secret, invite
from ingestion.warehouse.secrets import load_secrets


@dataclass(frozen=True)
class Membership:
    """Where the club is, who this council is, its secret, and the key of the children's pseudonyms."""

    address: str
    council: str
    secret: str
    pseudonym_key: str

    def in_one_line(self) -> str:
        """Return it as the line that the council is given."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()


def invite_council(settings: Settings, council: str) -> Membership:
    """Invite a council to run a worker of its own; an earlier invitation of it ends.

    Raises:
        ClubError: no address is set under which the council would reach the gate.
    """
    if not settings.edge_address:
        raise ClubError(
            "Say where councils reach the gate: set CLUB_EDGE_ADDRESS, such as https://club.example.org."
        )
    invitation = invite(settings, council)
    return Membership(
        settings.edge_address, council, council_secret(settings, invitation), load_secrets(settings)["pseudonym"]
    )


def read_invitation(line: str) -> Membership:
    """Read the line that a council was given.

    Raises:
        ClubError: it is not whole.
    """
    try:
        return Membership(**json.loads(base64.urlsafe_b64decode(line.strip())))
    except (binascii.Error, ValueError, TypeError) as error:
        raise ClubError("This is no invitation, or not the whole line: `club edge invite` writes it.") from error


def keep_membership(settings: Settings, membership: Membership) -> None:
    """Keep a membership in `CLUB_HOME`, for its owner alone to read."""
    make_private_folder(settings.state_folder)
    with open_private(_place(settings)) as file:
        file.write(json.dumps(asdict(membership)).encode())


def kept_membership(settings: Settings) -> Membership:
    """Return the membership that is kept on this machine.

    Raises:
        ClubError: there is none.
    """
    try:
        return Membership(**json.loads(_place(settings).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ClubError(
            "This machine has not joined as a council's: `club edge join` asks for the invitation."
        ) from None


def _place(settings: Settings) -> Path:
    return settings.state_folder / "council.json"
