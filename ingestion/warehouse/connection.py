"""Connections to the warehouse, by role."""

import hmac
from enum import StrEnum
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ingestion.errors import ClubError, PassingError
from ingestion.settings import Settings
from ingestion.warehouse.ports import HOST
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import ADMIN, WAREHOUSE, EmbeddedServer, ServerAddress

# SQLAlchemy takes a quarter of a second to import, and the road itself runs on psycopg.
if TYPE_CHECKING:
    from sqlalchemy import URL, Engine


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


def authority_url(settings: Settings, authority_code: str, driver: str = "postgresql+psycopg") -> "URL":
    """Return the SQLAlchemy URL of the warehouse for the login of one authority, which sees its own children."""
    return _admin_url(settings).set(
        drivername=driver,
        username=authority_login(authority_code),
        password=authority_password(settings, authority_code),
    )


def warehouse_url(settings: Settings, role: Role, driver: str = "postgresql+psycopg") -> "URL":
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
    place = conninfo(settings, role)
    try:
        return psycopg.connect(
            place,
            autocommit=autocommit,
            application_name=f"club {role.value}",
            prepare_threshold=PREPARE_NOTHING,
        )
    except psycopg.OperationalError as error:
        told = conninfo_to_dict(place)
        raise PassingError(
            f"The warehouse at {told.get('host')}:{told.get('port')} could not be reached as {told.get('user')}: "
            f"{str(error).strip()}\nRun `club up` to start and prepare it."
        ) from error


def conninfo(settings: Settings, role: Role) -> str:
    """Return the address of the warehouse for one role, with its password, as libpq takes it.

    Raises:
        ClubError: the embedded server is not running, or WAREHOUSE_URL cannot be read.
    """
    if settings.warehouse_url:
        url = warehouse_url(settings, role, "postgresql")
        return url.render_as_string(hide_password=False)
    return _embedded(settings).dsn(role_name(role), load_secrets(settings)[role.value], WAREHOUSE)


def engine(settings: Settings, role: Role) -> "Engine":
    """Create a SQLAlchemy engine for one role."""
    from sqlalchemy import create_engine

    return create_engine(
        warehouse_url(settings, role), pool_pre_ping=True, connect_args={"prepare_threshold": PREPARE_NOTHING}
    )


def _embedded(settings: Settings) -> ServerAddress:
    address = EmbeddedServer(settings).address()
    if address is None:
        raise PassingError("The warehouse's PostgreSQL is not running. Start it with `club up`.")
    return address


def _admin_url(settings: Settings) -> "URL":
    from sqlalchemy import URL

    if settings.warehouse_url:
        return _external_url(settings.warehouse_url)
    address = _embedded(settings)
    return URL.create("postgresql", ADMIN, load_secrets(settings)["admin"], HOST, address.port, WAREHOUSE)


def _external_url(text: str) -> "URL":
    from sqlalchemy import make_url

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
