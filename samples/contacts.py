"""Invented contacts: who gets mail, by role, at addresses that no mail ever reaches (RFC 2606)."""

import os
from pathlib import Path

from samples.members import members

HEADINGS = "recipient,role,address"
# Of each member, and of the club.
ROLES = {"data_lead": "data-lead", "director": "director"}
CLUB_ROLES = {"officer": "officer", "engineer": "engineer"}


def write_contacts(path: Path) -> bool:
    """Write the contacts, for the file's owner alone to read; return False and change nothing if there are any."""
    lines = [HEADINGS]
    lines += [
        f"{each.code},{role},{name}@{each.code}.invalid" for each in members() for role, name in ROLES.items()
    ]
    lines += [f"club,{role},{name}@club.invalid" for role, name in CLUB_ROLES.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return True
