"""What a PostgreSQL server has to be, and its admin to be allowed, before the club can use it."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import class_row

from ingestion.authorities import authorities
from ingestion.errors import ClubError
from ingestion.warehouse.connection import AUTHORITY_GROUP, authority_login, role_name
from ingestion.warehouse.roles import LOGIN_ROLES

# 15 is the first with NULLS NOT DISTINCT and with views that read as whoever asks.
OLDEST = 15

_SERVER = """
select
    current_setting('server_version_num')::integer / 10000 as version,
    current_setting('server_version') as version_in_words,
    current_setting('server_encoding') as encoding,
    current_database() as name,
    current_user as login,
    pg_is_in_recovery() as is_standby,
    admin.rolcreaterole or admin.rolsuper as may_make_roles,
    pg_has_role(admin.rolname, databases.datdba, 'usage') as owns_database,
    array(
        select roles.rolname::text from pg_roles as roles
        where roles.rolname = any(%s) and not admin.rolsuper
            and (
                roles.rolsuper
                or current_setting('server_version_num')::integer >= 160000
                and not pg_has_role(admin.rolname, roles.oid, 'member with admin option')
            )
        order by roles.rolname
    ) as roles_of_others
from pg_roles as admin
inner join pg_database as databases on databases.datname = current_database()
where admin.rolname = current_user
"""


@dataclass(frozen=True)
class Server:
    """A server as its admin finds it; `roles_of_others` have names of the club, and others may change them."""

    version: int
    version_in_words: str
    encoding: str
    name: str
    login: str
    is_standby: bool
    may_make_roles: bool
    owns_database: bool
    roles_of_others: Sequence[str]


def shortcomings(server: Server) -> list[tuple[str, str]]:
    """Return what is wrong with a server, each as what was found and what mends it; nothing if it will do."""
    found = []
    if server.version < OLDEST:
        found.append((
            f"the server is PostgreSQL {server.version_in_words}, and the warehouse needs {OLDEST} or newer",
            "let WAREHOUSE_URL lead to a newer server, or unset it: the product brings one",
        ))  # fmt: skip
    if server.is_standby:
        found.append(
            ("the server is a standby, which cannot be written to", "let WAREHOUSE_URL lead to its primary")
        )
    if server.encoding != "UTF8":
        found.append((
            f"the database {server.name} is kept in {server.encoding}, which has not every letter of a return",
            f"create database {server.name} template template0 encoding 'UTF8', under another name",
        ))  # fmt: skip
    if not server.may_make_roles:
        found.append((
            f"{server.login} may not make the logins of the club",
            f"as a superuser: alter role {server.login} createrole",
        ))  # fmt: skip
    if not server.owns_database:
        found.append((
            f"{server.login} does not own the database {server.name}, and may not say who gets into it",
            f"as its owner: alter database {server.name} owner to {server.login}",
        ))  # fmt: skip
    if server.roles_of_others:
        names = ", ".join(server.roles_of_others[:3]) + (" …" if len(server.roles_of_others) > 3 else "")
        found.append((
            f"{names} are there already and not {server.login}'s to change",
            f"as a superuser: grant each to {server.login} with admin option; if they are another warehouse's, "
            "take another server, as logins belong to the whole server",
        ))  # fmt: skip
    return found


def look_at_server(connection: Connection) -> Server:
    """Ask a server what it is, as the admin that `WAREHOUSE_URL` names."""
    row = connection.cursor(row_factory=class_row(Server)).execute(_SERVER, [_roles_of_the_club()]).fetchone()
    assert row is not None
    return row


def _roles_of_the_club() -> list[str]:
    members = [authority_login(authority.code) for authority in authorities().values() if authority.is_member]
    return [*map(role_name, LOGIN_ROLES), AUTHORITY_GROUP, *members]


def require_server(connection: Connection) -> None:
    """Make sure that a server will do.

    Raises:
        ClubError: it will not; the sentences say why, and what mends it.
    """
    if found := shortcomings(look_at_server(connection)):
        sentences = [f"- {what}. What mends it: {mend}." for what, mend in found]
        raise ClubError("\n".join(["The warehouse cannot be made ready here:", *sentences]))
