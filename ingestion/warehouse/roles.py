"""The rights of each role in the warehouse, as reviewed code; applied at every `club migrate`."""

from psycopg import Connection, sql

from ingestion.authorities import authorities
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import AUTHORITY_GROUP, Role, authority_login, authority_password, role_name
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.sessions import configure_login, set_sessions_alike

LOGIN_ROLES = (Role.LOADER, Role.TRANSFORMER, Role.ANALYST, Role.BI, Role.OUTSIDE, Role.OFFICER)
READER_ROLES = (Role.ANALYST, Role.BI, Role.OUTSIDE)

# schema -> the role that owns the objects in it
OWNERS = {
    "raw": Role.LOADER,
    "ledger": Role.LOADER,
    "checking": Role.LOADER,
    "pseudonymised": Role.LOADER,
    "readings": Role.LOADER,
    # The keys of workshops: nobody else reads them.
    "workshop": Role.OFFICER,
    "staging": Role.TRANSFORMER,
    "intermediate": Role.TRANSFORMER,
    "marts": Role.TRANSFORMER,
    "sharing": Role.TRANSFORMER,
}

# schema -> the roles that may read everything in it. USAGE goes with it: a grant on tables alone opens nothing.
READERS = {
    "raw": (Role.TRANSFORMER,),
    "ledger": (Role.TRANSFORMER,),
    "pseudonymised": (Role.TRANSFORMER,),
    "readings": (Role.TRANSFORMER,),
    "staging": (Role.LOADER,),
    "marts": (Role.LOADER, Role.ANALYST, Role.BI),
    # All that may leave the club, and all that the outside role sees.
    "sharing": (Role.ANALYST, Role.BI, Role.OUTSIDE),
}

# What a login finds without naming the schema.
SEARCH_PATHS = {Role.ANALYST: "marts, sharing", Role.BI: "marts, sharing", Role.OUTSIDE: "sharing"}

# What the officer writes into the ledger, and reads there again.
OFFICERS_LEDGER = ("workshop", "workshop_picture", "workshop_mark", "workshop_label", "workshop_opening")

# What an analyst may see of the ledger: which rule failed where, never the value found.
ANALYST_LEDGER_COLUMNS = {
    "submission": None,
    "submission_file": None,
    "decision": None,
    "finding": (
        "finding_id", "submission_id", "file_id", "rule_code", "severity", "dimension", "needs_sign_off",
        "table_name", "line_number", "column_number", "column_name",
    ),
}  # fmt: skip


def reading_rights(schema: str, role: Role) -> sql.SQL:
    """Return what a reader is granted on tables: `information_schema` shows keys to nobody who has SELECT alone.

    REFERENCES lets nobody do anything who may create no table, as readers may not.
    """
    return sql.SQL("select, references" if schema == "marts" and role in READER_ROLES else "select")


def create_roles(connection: Connection, settings: Settings) -> None:
    """Create the login roles, or bring their passwords up to date."""
    secrets = load_secrets(settings)
    for role in LOGIN_ROLES:
        name = role_name(role)
        exists = connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
        verb = sql.SQL("alter role" if exists else "create role")
        connection.execute(
            sql.SQL("{} {} login password {}").format(verb, sql.Identifier(name), sql.Literal(secrets[role.value]))
        )
        connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(name)))
    set_sessions_alike(connection)
    # A build is a thousand small transactions; the note in the ledger that ends it waits for the disk.
    configure_login(
        connection,
        sql.Identifier(role_name(Role.TRANSFORMER)),
        {"synchronous_commit": "off", "work_mem": "64MB"},
    )
    for role in READER_ROLES:
        login = sql.Identifier(role_name(role))
        _limit_reader(connection, settings, login)
        path = sql.SQL(SEARCH_PATHS[role])
        connection.execute(sql.SQL("alter role {} set search_path = {}").format(login, path))
    _create_authority_logins(connection, settings)


def _limit_reader(connection: Connection, settings: Settings, login: sql.Identifier) -> None:
    """Let a login only read, and neither hold up a build for long nor fill the disk or the server."""
    limits = {
        "default_transaction_read_only": "on",
        "statement_timeout": f"{settings.reader_statement_seconds}s",
        "idle_in_transaction_session_timeout": f"{settings.reader_idle_seconds}s",
    }
    (is_superuser,) = connection.execute(
        "select rolsuper from pg_roles where rolname = current_user"
    ).fetchone() or (False,)
    if is_superuser:  # the admin of a hosted server may not set it
        limits["temp_file_limit"] = f"{settings.reader_temporary_mebibytes}MB"
    configure_login(connection, login, limits)
    connection.execute(
        sql.SQL("alter role {} connection limit {}").format(login, sql.Literal(settings.reader_connections))
    )


def _create_authority_logins(connection: Connection, settings: Settings) -> None:
    """Create a login for each member, in a group that row-level security shows the authority's own children."""
    group = sql.Identifier(AUTHORITY_GROUP)
    known = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
    if AUTHORITY_GROUP not in known:
        connection.execute(sql.SQL("create role {} nologin").format(group))
    for authority in authorities().values():
        if not authority.is_member:
            continue
        name = authority_login(authority.code)
        login = sql.Identifier(name)
        connection.execute(
            sql.SQL("{} {} login password {}").format(
                sql.SQL("alter role" if name in known else "create role"),
                login,
                sql.Literal(authority_password(settings, authority.code)),
            )
        )
        connection.execute(sql.SQL("grant {} to {}").format(group, login))
        _limit_reader(connection, settings, login)


def create_schemas(connection: Connection) -> None:
    """Create the schemas and give each to its owner."""
    connection.execute("revoke create on schema public from public")
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("revoke temporary on database {} from public").format(database))
    for role in (Role.LOADER, Role.TRANSFORMER):
        connection.execute(
            sql.SQL("grant temporary on database {} to {}").format(database, sql.Identifier(role_name(role)))
        )
    for schema, owner in OWNERS.items():
        connection.execute(
            sql.SQL("create schema if not exists {} authorization {}").format(
                sql.Identifier(schema), sql.Identifier(role_name(owner))
            )
        )
    # dbt ensures its schemas with CREATE SCHEMA IF NOT EXISTS, which needs the right even when they exist.
    connection.execute(
        sql.SQL("grant create on database {} to {}").format(database, sql.Identifier(role_name(Role.TRANSFORMER)))
    )


def grant_reading(connection: Connection) -> None:
    """Grant readers access to each schema, to existing objects and to those that its owner will create."""
    for schema, readers in READERS.items():
        owner = sql.Identifier(role_name(OWNERS[schema]))
        room = sql.Identifier(schema)
        for role in readers:
            rights, reader = reading_rights(schema, role), sql.Identifier(role_name(role))
            for statement in (
                "grant usage on schema {room} to {reader}",
                "grant {rights} on all tables in schema {room} to {reader}",
                "alter default privileges for role {owner} in schema {room} grant {rights} on tables to {reader}",
            ):
                connection.execute(sql.SQL(statement).format(room=room, reader=reader, owner=owner, rights=rights))
    _close_child_rows(connection)
    _grant_ledger_without_values(connection)
    _grant_workshops_to_the_officer(connection)
    for statement in (
        "grant usage on schema raw to {loader}, {transformer}",
        "grant execute on all functions in schema raw to {loader}, {transformer}",
        # To lock a row takes the right to change it.
        "grant insert, update on ledger.step to {transformer}",
        # A build is noted in the transaction that lets it be read.
        "grant insert on ledger.model_build, ledger.build_run, ledger.build_node to {transformer}",
        # What is older than they are kept goes; the nodes of a run go with it.
        "grant delete on ledger.build_run to {transformer}",
        # The readings take the place of those before in one transaction.
        "grant insert, delete on readings.reading to {transformer}",
    ):
        connection.execute(
            sql.SQL(statement).format(
                loader=sql.Identifier(role_name(Role.LOADER)),
                transformer=sql.Identifier(role_name(Role.TRANSFORMER)),
            )
        )


def _close_child_rows(connection: Connection) -> None:
    """Restrict rows about single children to the loader, whatever the schema grants; grant authorities schemas."""
    for layout in catalogue().values():
        for table in layout.raw_tables if layout.is_person_level else ():
            connection.execute(
                sql.SQL("revoke all on raw.{} from public, {}").format(
                    sql.Identifier(table), sql.Identifier(role_name(Role.TRANSFORMER))
                )
            )
    # Rows about children that the models made are under row-level security, and get no schema-wide grant.
    closed = connection.execute(
        "select schemaname, tablename from pg_tables"
        " where rowsecurity and schemaname in ('staging', 'intermediate')"
    ).fetchall()
    for schema, table in closed:
        for role in (Role.LOADER, *READER_ROLES):
            connection.execute(
                sql.SQL("revoke all on {} from {}").format(
                    sql.Identifier(schema, table), sql.Identifier(role_name(role))
                )
            )
    # Row-level security depends on the login; the rows themselves are granted where they are made.
    for schema in ("ledger", "staging", "intermediate"):
        connection.execute(
            sql.SQL("grant usage on schema {} to {}").format(
                sql.Identifier(schema), sql.Identifier(AUTHORITY_GROUP)
            )
        )


def _grant_ledger_without_values(connection: Connection) -> None:
    analyst = sql.Identifier(role_name(Role.ANALYST))
    connection.execute(sql.SQL("grant usage on schema ledger to {}").format(analyst))
    for table, columns in ANALYST_LEDGER_COLUMNS.items():
        what = (
            sql.SQL("select")
            if columns is None
            else sql.SQL("select ({})").format(sql.SQL(", ").join(map(sql.Identifier, columns)))
        )
        connection.execute(sql.SQL("grant {} on ledger.{} to {}").format(what, sql.Identifier(table), analyst))


def _grant_workshops_to_the_officer(connection: Connection) -> None:
    """Let the officer write down workshops; what was written is never changed."""
    officer = sql.Identifier(role_name(Role.OFFICER))
    connection.execute(sql.SQL("grant usage on schema ledger to {}").format(officer))
    for table in OFFICERS_LEDGER:
        connection.execute(
            sql.SQL("grant select, insert on ledger.{} to {}").format(sql.Identifier(table), officer)
        )
