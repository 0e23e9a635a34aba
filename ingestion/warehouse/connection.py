"""Connections to the warehouse, by role."""

import hmac
from enum import StrEnum

import psycopg
from sqlalchemy import URL, Engine, create_engine, make_url

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.ports import HOST
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import ADMIN, WAREHOUSE, EmbeddedServer


class Role(StrEnum):
    """The roles that connect. The admin only migrates and grants."""

    ADMIN = "admin"
    LOADER = "loader"
    TRANSFORMER = "transformer"
    ANALYST = "analyst"
    BI = "bi"
    OUTSIDE = "outside"
    OFFICER = "officer"


# The group role of all authorities' logins; row-level security shows each its own children.
AUTHORITY_GROUP = "club_authority"

# Behind a pooler that shares sessions, a statement prepared in one transaction is not in the next.
PREPARE_NOTHING = None


def role_name(role: Role) -> str:
    """Return the role's name in the database."""
    return f"club_{role.value}"


def authority_login(authority_code: str) -> str:
    """Return the login of one authority; `ledger.authority_of_login` reads the authority from it."""
    return f"{AUTHORITY_GROUP}_{authority_code.replace('-', '_')}"


def authority_password(settings: Settings, authority_code: str) -> str:
    """Return the password of an authority's login, derived from one secret, so that none has to be stored."""
    secret = load_secrets(settings)["authority_logins"].encode()
    return hmac.new(secret, authority_code.encode(), "sha256").hexdigest()


def authority_url(settings: Settings, authority_code: str, driver: str = "postgresql+psycopg") -> URL:
    """Return the SQLAlchemy URL of the warehouse for the login of one authority, which sees its own children."""
    return _admin_url(settings).set(
        drivername=driver,
        username=authority_login(authority_code),
        password=authority_password(settings, authority_code),
    )


def warehouse_url(settings: Settings, role: Role, driver: str = "postgresql+psycopg") -> URL:
    """Return the SQLAlchemy URL of the warehouse for one role.

    Raises:
        ClubError: the embedded server is not running, or WAREHOUSE_URL cannot be read.
    """
    admin = _admin_url(settings)
    if role is Role.ADMIN:
        return admin.set(drivername=driver)
    return admin.set(drivername=driver, username=role_name(role), password=load_secrets(settings)[role.value])


def connect(settings: Settings, role: Role, *, autocommit: bool = False) -> psycopg.Connection:
    """Open a psycopg connection in one role."""
    url = warehouse_url(settings, role)
    try:
        return psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False),
            autocommit=autocommit,
            application_name=f"club {role.value}",
            prepare_threshold=PREPARE_NOTHING,
        )
    except psycopg.OperationalError as error:
        raise ClubError(
            f"The warehouse at {url.host}:{url.port} could not be reached as {url.username}: "
            f"{str(error).strip()}\nRun `club up` to start and prepare it."
        ) from error


def engine(settings: Settings, role: Role) -> Engine:
    """Create a SQLAlchemy engine for one role."""
    return create_engine(
        warehouse_url(settings, role), pool_pre_ping=True, connect_args={"prepare_threshold": PREPARE_NOTHING}
    )


def _admin_url(settings: Settings) -> URL:
    if settings.warehouse_url:
        return _external_url(settings.warehouse_url)
    address = EmbeddedServer(settings).address()
    if address is None:
        raise ClubError("The warehouse's PostgreSQL is not running. Start it with `club up`.")
    return URL.create("postgresql", ADMIN, load_secrets(settings)["admin"], HOST, address.port, WAREHOUSE)


def _external_url(text: str) -> URL:
    try:
        url = make_url(text)
    except Exception as error:
        raise ClubError(
            "WAREHOUSE_URL could not be read; expected postgresql://user:password@host:port/database."
        ) from error
    if url.get_backend_name() != "postgresql" or not url.database:
        raise ClubError(
            f"WAREHOUSE_URL names '{url.drivername}'; expected postgresql://user:password@host:port/database."
        )
    return url
