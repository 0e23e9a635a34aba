"""Passwords and keys: taken from the environment, else generated once and kept in `CLUB_HOME`."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from ingestion.errors import ClubError
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


# The settings that say them, and the variables of the environment that the settings are read from.
SETTINGS = {
    "admin": "admin_password",
    "airflow_database": "airflow_database_password",
    "loader": "loader_password",
    "transformer": "transformer_password",
    "analyst": "analyst_password",
    "bi": "bi_password",
    "outside": "outside_password",
    "officer": "officer_password",
    "airflow_admin": "airflow_password",
    "airflow_jwt": "airflow_jwt_key",
    "airflow_session": "airflow_session_key",
    "airflow_fernet": "airflow_fernet_key",
    "pseudonym": "pseudonym_key",
    "authority_logins": "authority_logins_key",
    "councils": "councils_key",
}

# Of the embedded server and of the Airflow that is kept in it; a warehouse elsewhere does without.
OF_THE_EMBEDDED = (
    "admin",
    "airflow_database",
    "airflow_admin",
    "airflow_jwt",
    "airflow_session",
    "airflow_fernet",
    "councils",
)


class Secrets(dict[str, str]):
    """Secrets by name; one that is not there is named."""

    def __missing__(self, name: str) -> str:
        """Refuse to go on without it."""
        raise ClubError(_not_given([name]))


def load_secrets(settings: Settings) -> Secrets:
    """Return all secrets by name; generate missing ones and write them to `CLUB_HOME/secrets.json` (mode 0600).

    Raises:
        ClubError: none are to be made, and some are not in the environment.
    """
    if settings.secrets_from == "environment":
        return _only_given(settings)
    path = settings.state_folder / SECRETS_FILE
    given, known = _given(settings), _kept(path)
    if not MAKERS.keys() <= known.keys() | given.keys():
        # Two that begin at once must not make two keys each.
        with one_process(path.with_suffix(".lock")):
            known = _kept(path)
            known |= {name: make() for name, make in MAKERS.items() if name not in known and name not in given}
            _write_private(path, json.dumps(known, indent=2))
    return Secrets(known | given)


def variable_of(name: str) -> str:
    """Return the variable of the environment that can say a secret."""
    alias = Settings.model_fields[SETTINGS[name]].validation_alias
    return str(alias) if alias else f"CLUB_{SETTINGS[name].upper()}"


def kept_secrets(settings: Settings) -> dict[str, str]:
    """Return the secrets that there are, and make none: for whoever looks whether one was lost."""
    if settings.secrets_from == "environment":
        return _given(settings)
    return _kept(settings.state_folder / SECRETS_FILE) | _given(settings)


def _kept(path: Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return kept


def _given(settings: Settings) -> dict[str, str]:
    said = {name: getattr(settings, setting) for name, setting in SETTINGS.items()}
    return {name: secret for name, secret in said.items() if secret}


def _only_given(settings: Settings) -> Secrets:
    """Return the secrets of the environment: on another machine, one that was made here would be another one."""
    given = _given(settings)
    needed = [name for name in MAKERS if not (settings.warehouse_url and name in OF_THE_EMBEDDED)]
    if missing := [name for name in needed if name not in given]:
        raise ClubError(_not_given(missing))
    return Secrets(given)


def _not_given(names: list[str]) -> str:
    return (
        f"Not set in the environment: {', '.join(map(variable_of, names))}. CLUB_SECRETS_FROM is 'environment', "
        "so no secret is made here: set them, to the same on every machine."
    )


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
