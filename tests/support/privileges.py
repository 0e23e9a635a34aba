"""Every privilege of every role in a warehouse, in few lines: those of all tables of a schema are one line.

    python -m tests.support.privileges      # of the warehouse in CLUB_HOME or WAREHOUSE_URL

prints them as the list that `tests/integration/test_privileges.py` holds the warehouse to.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

import psycopg

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

LIST = Path(__file__).with_name("privileges.csv")
COLUMNS = ("role", "kind", "place", "objects", "privileges")

Line = tuple[str, ...]

# Beside the owner's own; a right that nobody has taken away from PUBLIC counts as PUBLIC's.
_OF_THE_DATABASE = """
select grantee::regrole::text, 'database', 'warehouse', '', privilege_type
from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
where datname = current_database() and grantee <> datdba
"""
_OF_SCHEMAS = """
select grantee::regrole::text, 'schema', nspname, '', privilege_type
from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
where nspname !~ '^pg_|^information_schema$' and grantee <> nspowner
"""
_OF_TABLES = """
select
    grantee::regrole::text,
    case when relkind = 'S' then 'sequence' else 'table' end,
    relnamespace::regnamespace::text,
    relname,
    privilege_type
from pg_class,
    aclexplode(coalesce(relacl, acldefault(case when relkind = 'S' then 's' else 'r' end::"char", relowner)))
where
    relkind in ('r', 'v', 'm', 'p', 'f', 'S')
    and relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
    and grantee <> relowner
"""
_OF_COLUMNS = """
select
    grantee::regrole::text, 'columns', relnamespace::regnamespace::text,
    relname || ' (' || string_agg(attname, ' ' order by attname) || ')', privilege_type
from pg_attribute
inner join pg_class on pg_attribute.attrelid = pg_class.oid, aclexplode(attacl)
where relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
group by grantee, relnamespace, relname, privilege_type
"""
_OF_FUNCTIONS = """
select grantee::regrole::text, 'function', pronamespace::regnamespace::text, proname, privilege_type
from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
where pronamespace::regnamespace::text !~ '^pg_|^information_schema$' and grantee <> proowner
"""
_OF_WHAT_WILL_BE_MADE = """
select
    grantee::regrole::text, 'made later by ' || defaclrole::regrole::text,
    coalesce(nullif(defaclnamespace, 0)::regnamespace::text, 'anywhere'), 'tables', privilege_type
from pg_default_acl, aclexplode(defaclacl)
where grantee <> defaclrole
"""
_OWNERS = """
select relowner::regrole::text, 'owner', relnamespace::regnamespace::text, '', 'ALL'
from pg_class
where relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
group by 1, 3
union
select nspowner::regrole::text, 'owner of schema', nspname, '', 'ALL'
from pg_namespace
where nspname !~ '^pg_|^information_schema$'
"""
_ROLES = """
select rolname, 'role', '', '', concat_ws(
    ' ',
    case when rolcanlogin then 'login' end, case when rolsuper then 'superuser' end,
    case when rolcreaterole then 'createrole' end, case when rolcreatedb then 'createdb' end,
    case when rolbypassrls then 'bypassrls' end, case when rolreplication then 'replication' end,
    'in: ' || (
        select string_agg(roleid::regrole::text, ' ' order by roleid::regrole::text)
        from pg_auth_members where member = pg_roles.oid
    )
)
from pg_roles
where rolname ~ '^club_' or rolname = 'airflow'
"""
_EACH = (
    _OF_THE_DATABASE,
    _OF_SCHEMAS,
    _OF_TABLES,
    _OF_COLUMNS,
    _OF_FUNCTIONS,
    _OF_WHAT_WILL_BE_MADE,
    _OWNERS,
    _ROLES,
)

_KINDS = """
select relnamespace::regnamespace::text, relname, relrowsecurity
from pg_class
where relkind in ('r', 'v', 'm', 'p', 'f') and relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
"""


def privileges(connection: psycopg.Connection) -> list[Line]:
    """Return every privilege, folded and sorted."""
    found = [tuple(map(str, row)) for query in _EACH for row in connection.execute(query).fetchall()]
    by_objects: dict[Line, set[str]] = defaultdict(set)
    for role, kind, place, name, privilege in found:
        by_objects[_one_login(role), kind, place, name].add(privilege)
    folded: dict[Line, set[str]] = defaultdict(set)
    for (role, kind, place, name), held in by_objects.items():
        folded[role, kind, place, " ".join(sorted(held))].add(name)
    classes = _classes(connection)
    return sorted(
        (role, kind, place, _name(names, classes.get(place, {}) if kind == "table" else {}), held)
        for (role, kind, place, held), names in folded.items()
    )


def _one_login(role: str) -> str:
    """Members' logins are all alike, and one line; no name is PUBLIC."""
    if role == "-":
        return "PUBLIC"
    return "club_authority_<member>" if role.startswith("club_authority_") else role


def _classes(connection: psycopg.Connection) -> dict[str, dict[str, set[str]]]:
    classes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for schema, name, has_row_security in connection.execute(_KINDS).fetchall():
        classes[schema]["every table"].add(name)
        classes[schema]["every table with row security" if has_row_security else "every other table"].add(name)
    return classes


def _name(names: set[str], classes: dict[str, set[str]]) -> str:
    """Name a set of tables: by their class where it is exactly that, else one by one."""
    known = [title for title, members in classes.items() if members == names]
    return known[0] if known else " ".join(sorted(names))


if __name__ == "__main__":
    with connect(Settings(), Role.ADMIN) as admin:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([COLUMNS, *privileges(admin)])
