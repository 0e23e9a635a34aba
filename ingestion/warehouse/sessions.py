"""What is set for the sessions of the warehouse, whatever a server of somebody else has set for all of its own.

It is set for the database and for logins, not in sessions: behind a pooler, a session is somebody else's next.
"""

from psycopg import Connection, sql

from ingestion.warehouse.connection import Role, role_name

# How values are written and read as text: drivers, casts of what was sent, and checksums rest on it.
OF_THE_DATABASE = {
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "standard_conforming_strings": "on",
    "default_transaction_isolation": "read committed",
}

# The lock of a step is held by a transaction that is idle until the step ends, and a build takes its time.
UNLIMITED = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout")
KNOWS_TRANSACTION_TIMEOUT = 170000


def set_sessions_alike(connection: Connection) -> None:
    """Let every session of this database begin as one of the product's own server does."""
    database = sql.Identifier(connection.info.dbname)
    for name, value in OF_THE_DATABASE.items():
        connection.execute(
            sql.SQL("alter database {} set {} = {}").format(database, sql.Identifier(name), sql.Literal(value))
        )
    has_limit = connection.info.server_version >= KNOWS_TRANSACTION_TIMEOUT
    names = (*UNLIMITED, "transaction_timeout") if has_limit else UNLIMITED
    for role in (Role.LOADER, Role.TRANSFORMER):
        configure_login(connection, sql.Identifier(role_name(role)), dict.fromkeys(names, "0"))


def configure_login(connection: Connection, login: sql.Identifier, parameters: dict[str, str]) -> None:
    """Set parameters of the server for every session of a login."""
    for name, value in parameters.items():
        connection.execute(
            sql.SQL("alter role {} set {} = {}").format(login, sql.Identifier(name), sql.Literal(value))
        )
