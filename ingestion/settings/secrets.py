"""Settings that are secrets: passwords and keys."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SecretSettings(BaseSettings):
    """Passwords of the logins, keys, and where those are looked for that are not set."""

    model_config = SettingsConfigDict(env_prefix="CLUB_", frozen=True, extra="ignore", populate_by_name=True)

    secrets_from: Literal["home", "environment"] = Field(
        default="home",
        description="Where secrets are looked for: `home` makes and keeps those that are not in the environment.",
    )
    admin_password: str | None = Field(default=None, description="Of the embedded server; so are Airflow's below.")
    airflow_database_password: str | None = None
    airflow_password: str | None = Field(default=None, description="With which `admin` logs into Airflow.")
    airflow_fernet_key: str | None = Field(default=None, validation_alias="AIRFLOW__CORE__FERNET_KEY")
    airflow_session_key: str | None = Field(default=None, validation_alias="AIRFLOW__API__SECRET_KEY")
    airflow_jwt_key: str | None = Field(default=None, validation_alias="AIRFLOW__API_AUTH__JWT_SECRET")
    authority_logins_key: str | None = Field(
        default=None, min_length=16, description="From which the passwords of the members' logins are derived."
    )
    councils_key: str | None = Field(
        default=None, min_length=16, description="From which the secrets of workers at councils are derived."
    )
    loader_password: str | None = None
    transformer_password: str | None = None
    analyst_password: str | None = None
    bi_password: str | None = None
    outside_password: str | None = None
    officer_password: str | None = None

    pseudonym_key: str | None = Field(
        default=None,
        min_length=16,
        max_length=64,
        description="Key of the children's pseudonyms; another key, other pseudonyms.",
    )
