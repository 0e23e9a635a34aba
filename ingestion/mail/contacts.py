"""The contacts: who gets mail, by role. They are the club's own file and never part of the project."""

import csv
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path

from ingestion.authorities import authorities
from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.mail_states import MailRole

HEADINGS = ("recipient", "role", "address")
CLUB = "club"
ROLES_OF_CLUB = (MailRole.OFFICER, MailRole.ENGINEER)
ROLES_OF_MEMBER = (MailRole.DATA_LEAD, MailRole.DIRECTOR)


@dataclass(frozen=True)
class Recipient:
    """A role at a member, or at the club."""

    recipient: str
    role: MailRole


ENGINEER = Recipient(CLUB, MailRole.ENGINEER)


class Contacts:
    """The addresses of recipients."""

    def __init__(self, addresses: dict[Recipient, str]) -> None:
        self._addresses = addresses

    def __len__(self) -> int:
        """Return how many recipients have an address."""
        return len(self._addresses)

    def address_of(self, recipient: Recipient) -> str | None:
        """Return the address of a recipient; None where the contacts have none."""
        return self._addresses.get(recipient)

    def with_role(self, recipient: str, *roles: MailRole) -> list[Recipient]:
        """Return those of these roles at a member or at the club that have an address."""
        asked = (Recipient(recipient, role) for role in roles)
        return [each for each in asked if each in self._addresses]


def read_contacts(settings: Settings) -> Contacts | None:
    """Read the contacts; None where there is no such file.

    Raises:
        ClubError: something is wrong in it; a sentence for each fault.
    """
    path = settings.contacts_file
    if not path.is_file():
        if settings.contacts:
            raise ClubError(
                f"CLUB_CONTACTS names {path}, and there is no such file. Without contacts no mail goes out."
            )
        return None
    faults = list(_faults_of_file(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(enumerate(csv.reader(file), start=1))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ClubError(
            f"{path} cannot be read as CSV in UTF-8 ({error}). Save it again as 'CSV UTF-8'."
        ) from None
    addresses: dict[Recipient, str] = {}
    lines: dict[Recipient, int] = {}
    faults += list(_faults_of_headings(rows))
    for line, row in rows[1:] if not faults else ():
        if not any(cell.strip() for cell in row):
            continue
        if fault := _fault_of_row([cell.strip() for cell in row]):
            faults.append(f"line {line}: {fault}")
            continue
        name, role, address = (cell.strip() for cell in row)
        recipient = Recipient(name, MailRole(role))
        if recipient in lines:
            faults.append(
                f"line {line}: {name} has a {role} in line {lines[recipient]} already; expected one address for "
                "each role, which may be that of a team."
            )
        addresses[recipient], lines[recipient] = address, line
    if faults:
        raise ClubError("\n".join([f"The contacts in {path} are not used, and no mail goes out:", *faults]))
    return Contacts(addresses)


def _faults_of_file(path: Path) -> Iterator[str]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield f"the file has mode {mode:04o}, so others can read it; expected 0600: chmod 600 {path}"


def _faults_of_headings(rows: list[tuple[int, list[str]]]) -> Iterator[str]:
    found = tuple(cell.strip() for cell in rows[0][1]) if rows else ()
    if found != HEADINGS:
        yield f"line 1: the headings are {','.join(found) or 'missing'}; expected {','.join(HEADINGS)}."


def _fault_of_row(row: list[str]) -> str | None:
    """Say what is wrong with a row, and what was expected; None where nothing is."""
    if len(row) != len(HEADINGS):
        return f"it has {len(row)} cells; expected {len(HEADINGS)}: {', '.join(HEADINGS)}."
    recipient, role, address = row
    known = [CLUB, *(code for code, each in authorities().items() if each.is_member)]
    if recipient not in known:
        (near,) = get_close_matches(recipient, known, n=1, cutoff=0.0)
        return f"'{recipient}' is neither a member nor 'club'; the nearest is '{near}'."
    roles = ROLES_OF_CLUB if recipient == CLUB else ROLES_OF_MEMBER
    if role not in roles:
        return f"'{role}' is no role of {recipient}; expected {' or '.join(roles)}."
    if not _is_address(address):
        return f"'{address}' is no address of one mailbox; expected one such as data.lead@example.org."
    return None


def _is_address(text: str) -> bool:
    """Tell whether a text is one bare address, in ASCII and no longer than a mail server takes."""
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        return False
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(' "(),:;<>[]\\')
    return is_plain and "." in address.domain and 0 < len(address.username) <= 64 and len(text) <= 254
