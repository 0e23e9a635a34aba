"""A checksum of every table, of all that does not depend on when and how often something was tried."""

from psycopg import sql

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

SCHEMAS = ("raw", "ledger", "pseudonymised", "intermediate", "marts", "sharing")
# The rows of these say which builds and steps there were.
ABOUT_RUNS = ("build", "model_build", "build_run", "build_node", "step", "alembic_version")
# Numbers that the database gives out: an attempt that is undone uses some up.
NUMBERS = (
    "submission_id", "submission_ids", "file_id", "finding_id", "decision_id", "rule_result_id", "not_run_for",
    "failing_by_submission",
)  # fmt: skip

_TABLES = """
select
    schemaname, tablename,
    array(
        select attname::text from pg_attribute
        where attrelid = format('%%I.%%I', schemaname, tablename)::regclass
            and attnum > 0
            and (atttypid = 'timestamptz'::regtype or attname ~ %s)
    )
from pg_tables
where schemaname = any(%s) and tablename <> all(%s)
order by 1, 2
"""
_CHECKSUM = r"""
select md5(string_agg(as_text, E'\n' order by as_text collate "C"))
from (
    select regexp_replace((to_jsonb(rows) - %s::text[])::text, 'submission [0-9]+', 'submission', 'g') as as_text
    from {} as rows
) as texts
"""


def checksums(settings: Settings, *schemas: str) -> dict[str, str | None]:
    """Return a checksum for each table of these schemas, or of all; None of one without rows."""
    with connect(settings, Role.ADMIN) as connection:
        tables = connection.execute(
            _TABLES, [f"({'|'.join(NUMBERS)})$", list(schemas or SCHEMAS), list(ABOUT_RUNS)]
        ).fetchall()
        found: dict[str, str | None] = {}
        for schema, table, left_out in tables:
            query = sql.SQL(_CHECKSUM).format(sql.Identifier(schema, table))
            (found[f"{schema}.{table}"],) = connection.execute(query, [left_out]).fetchone() or (None,)
    return found
