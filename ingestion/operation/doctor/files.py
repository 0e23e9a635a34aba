"""Folders and files: whose they are, who may read them, how much room there is, what lies in the landing zone."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from ingestion.authorities import find_authority
from ingestion.collect.landing import ENGLAND, PUBLISHED, landing_root, readable
from ingestion.errors import ClubError
from ingestion.mail.contacts import read_contacts
from ingestion.operation.doctor.fault import Fault, Kind, listed
from ingestion.outbox import is_on_disk
from ingestion.settings import MEBIBYTE, Settings
from ingestion.warehouse.secrets import SECRETS_FILE, kept_secrets

# Without one of these, another would be made at the next start, and the old one never fits again.
IRREPLACEABLE = {
    "pseudonym": "every child would get another pseudonym, and no year could be held against the one before",
    "admin": "nobody could log in to the database any more",
    "airflow_fernet": "Airflow could not read its connections any more",
}

# Nothing may connect while one of these is so: it would make what is missing.
SECRETS_LOST = ("not_set_up", "pseudonym_key_missing", "secret_missing", "secrets_unreadable")


def wrong_owner(settings: Settings) -> Iterator[Fault]:
    """Folders that belong to somebody else than who runs the club, or that cannot be written to."""
    if not hasattr(os, "geteuid"):
        return
    for folder in (settings.state_folder, settings.archive, settings.outbox, settings.airflow_home):
        if not is_on_disk(folder) or not folder.is_dir():
            continue
        owner = folder.stat().st_uid
        if owner != os.geteuid() or not os.access(folder, os.W_OK | os.X_OK):
            yield Fault(
                "folder_not_ours",
                f"{folder} belongs to the user {owner} and this is the user {os.geteuid()}, or it cannot be "
                "written to: nothing new can be kept there",
                f"run the club as its owner, or: chown -R {os.geteuid()} {folder} && chmod u+rwx {folder}",
            )


def open_to_others(settings: Settings) -> Iterator[Fault]:
    """Secrets, reports and archive that other users of the machine may read."""
    secrets = settings.state_folder / SECRETS_FILE
    if secrets.exists() and _mode(secrets) & 0o077:
        yield Fault(
            "secrets_open",
            f"{secrets} has mode {_mode(secrets):04o}: others can read every password and the pseudonyms' key",
            f"chmod 600 {secrets}",
        )
    for folder in filter(is_on_disk, (settings.outbox, settings.archive, settings.airflow_home)):
        # A group may read the outbox if it was given to one (`ingestion.outbox`).
        unwanted = 0o007 if folder.is_dir() and folder.stat().st_mode & stat.S_ISGID else 0o077
        if folder.is_dir() and _mode(folder) & unwanted:
            yield Fault(
                "folder_open",
                f"{folder} has mode {_mode(folder):04o}: others can enter it, and it may tell of single children",
                f"chmod o-rwx {folder}" if unwanted == 0o007 else f"chmod 700 {folder}",
            )


def disk_nearly_full(settings: Settings) -> Iterator[Fault]:
    """A disk that has too little room for the next build, which needs the marts twice."""
    places = [place for place in (settings.state_folder, Path(settings.landing)) if place.is_dir()]
    for place in {each.stat().st_dev: each for each in reversed(places)}.values():
        free = shutil.disk_usage(place).free // MEBIBYTE
        if free < settings.least_free_mebibytes:
            yield Fault(
                "disk_nearly_full",
                f"the disk of {place} has {free:,} MiB left, less than the {settings.least_free_mebibytes:,} of "
                "CLUB_LEAST_FREE_MEBIBYTES: a build may break off",
                f"make room: du -xh --max-depth=2 {settings.state_folder} | sort -h | tail",
            )


def landing_zone(settings: Settings) -> Iterator[Fault]:
    """A landing zone that is not there, or cannot be read."""
    if "://" in settings.landing:
        return
    folder = Path(settings.landing)
    if not folder.is_dir():
        yield Fault(
            "landing_zone_missing",
            f"the landing zone {folder} does not exist, so nothing can be collected",
            f"set LANDING_ZONE to the folder that authorities deliver into, or: mkdir -p {folder}",
        )
        return
    closed = [str(each) for each in (folder, *folder.iterdir()) if each.is_dir() and not _may_list(each)]
    if closed:
        yield Fault(
            "landing_zone_unreadable",
            f"{listed(closed)} cannot be read: what lies there is not collected",
            f"let the user of the club read it: chmod u+rx {closed[0]}",
        )


def unknown_senders(settings: Settings) -> Iterator[Fault]:
    """Folders of the landing zone that are nobody's: what lies there is refused."""
    if "://" in settings.landing or not Path(settings.landing).is_dir():
        return
    names = sorted(readable(each.name) for each in landing_root(settings).iterdir() if each.is_dir())
    unknown = [
        name
        for name in names
        if not name.startswith(".") and name not in (PUBLISHED, ENGLAND) and find_authority(name) is None
    ]
    if unknown:
        yield Fault(
            "unknown_sender",
            f"the landing zone has a folder of nobody's: {listed(unknown)}",
            "rename the folder, or add the name to dbt_project/seeds/reference/authority_aliases.csv; `club load`",
            Kind.WAITING,
        )


def contacts(settings: Settings) -> Iterator[Fault]:
    """Contacts that are faulty, so that no mail goes out at all."""
    try:
        read_contacts(settings)
    except ClubError as error:
        _, _, first = str(error).partition("\n")
        yield Fault(
            "contacts_faulty",
            f"no mail goes out, as {settings.contacts_file} is faulty: {(first or str(error)).splitlines()[0]}",
            f"correct {settings.contacts_file}; `club status` says whether it is right then",
        )


def secrets_missing(settings: Settings) -> Iterator[Fault]:
    """Keys that are gone while what was made with them is still there."""
    if not settings.warehouse_url and not (settings.state_folder / "postgresql.json").exists():
        yield Fault("not_set_up", f"nothing was ever started in {settings.state_folder}", "club up")
        return
    try:
        known = kept_secrets(settings)
    except (json.JSONDecodeError, PermissionError) as error:
        yield Fault(
            "secrets_unreadable",
            f"{settings.state_folder / SECRETS_FILE} cannot be read ({type(error).__name__})",
            f"bring {SECRETS_FILE} back from the backup",
        )
        return
    for name, what_then in IRREPLACEABLE.items():
        if name not in known and not (name == "admin" and settings.warehouse_url):
            yield Fault(
                "pseudonym_key_missing" if name == "pseudonym" else "secret_missing",
                f"the key '{name}' is not in {settings.state_folder / SECRETS_FILE}; with a new one {what_then}",
                f"before anything is started, bring {SECRETS_FILE} back from the backup",
            )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _may_list(folder: Path) -> bool:
    """Tell whether a folder can be read, as its owner's rights say; root, whom nothing stops, goes by them too."""
    return bool(folder.stat().st_mode & (stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)) and os.access(
        folder, os.R_OK | os.X_OK
    )
