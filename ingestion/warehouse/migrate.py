"""Bring a warehouse to the state this version of the product expects. Safe to repeat."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ingestion.settings import Settings
from ingestion.warehouse import connection as warehouse
from ingestion.warehouse.connection import Role, connect, role_name
from ingestion.warehouse.raw_tables import create_raw_tables
from ingestion.warehouse.requirements import require_server
from ingestion.warehouse.roles import create_roles, create_schemas, grant_reading
from ingestion.warehouse.step_lock import RIGHTS, take_step

# Two concurrent `club up` must not migrate at the same time.
MIGRATION_LOCK = 1999


def migrate(settings: Settings, revision: str = "head") -> None:
    """Create roles and schemas, migrate `raw` and `ledger`, create the tables of new returns, grant reading.

    Args:
        settings: where the warehouse is.
        revision: stop at an earlier one, for what was kept of a warehouse of that time; the rest is to follow.

    Raises:
        ClubError: the server of WAREHOUSE_URL is too old, or does not let its user do what is needed.
    """
    with connect(settings, Role.ADMIN) as connection:
        require_server(connection)
        connection.execute("select pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        create_roles(connection, settings)
        create_schemas(connection)
    _run_alembic(settings, revision)
    if revision != "head":
        return
    with connect(settings, Role.ADMIN) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        create_raw_tables(connection)
        take_step(connection, RIGHTS)
        grant_reading(connection)


def _run_alembic(settings: Settings, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = warehouse.engine(settings, Role.ADMIN)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        # Tables belong to the loader, not to the admin who creates them.
        connection.execute(text(f"set local role {role_name(Role.LOADER)}"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
