"""Passwords and keys: taken from the environment, else generated once and kept in `CLUB_HOME`."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from ingestion.settings import Settings
from ingestion.warehouse.processes import one_process

SECRETS_FILE = "secrets.json"


def _token() -> str:
    return secrets.token_urlsafe(24)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "admin": _token,
    "airflow_database": _token,
    "loader": _token,
    "transformer": _token,
    "analyst": _token,
    "bi": _token,
    "outside": _token,
    "officer": _token,
    "airflow_admin": _token,
    "airflow_jwt": _token,
    "airflow_session": _token,
    "airflow_fernet": _fernet_key,
    # With this key, a child behind a pseudonym can be found: it is never in the database, nor in a log.
    "pseudonym": _token,
    "authority_logins": _token,
    # The secrets of councils with a worker of their own are derived from it.
    "councils": _token,
}


def load_secrets(settings: Settings) -> dict[str, str]:
    """Return all secrets by name; generate missing ones and write them to `CLUB_HOME/secrets.json` (mode 0600)."""
    path = settings.state_folder / SECRETS_FILE
    known = _kept(path)
    if not MAKERS.keys() <= known.keys():
        # Two that begin at once must not make two keys each.
        with one_process(path.with_suffix(".lock")):
            known = {name: make() for name, make in MAKERS.items()} | _kept(path)
            _write_private(path, json.dumps(known, indent=2))
    return known | _given(settings)


def kept_secrets(settings: Settings) -> dict[str, str]:
    """Return the secrets that there are, and make none: for whoever looks whether one was lost."""
    return _kept(settings.state_folder / SECRETS_FILE) | _given(settings)


def _kept(path: Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return kept


def _given(settings: Settings) -> dict[str, str]:
    given = {
        "loader": settings.loader_password,
        "transformer": settings.transformer_password,
        "analyst": settings.analyst_password,
        "bi": settings.bi_password,
        "outside": settings.outside_password,
        "officer": settings.officer_password,
        "pseudonym": settings.pseudonym_key,
    }
    return {name: password for name, password in given.items() if password}


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
