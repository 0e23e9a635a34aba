"""Revisions of the schema: those that this version knows, and that of a warehouse; without importing Alembic."""

from pathlib import Path

import psycopg

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def known_revisions() -> list[str]:
    """List the revisions of the schema that this version knows, the newest first."""
    return sorted((path.stem[1:].partition("_")[0] for path in VERSIONS.glob("v*.py")), reverse=True)


def revision_of(connection: psycopg.Connection) -> str | None:
    """Return the revision of the schema of a warehouse; None where nothing was migrated yet."""
    (table,) = connection.execute("select to_regclass('ledger.alembic_version')").fetchone() or (None,)
    if table is None:
        return None
    row = connection.execute("select version_num from ledger.alembic_version").fetchone()
    return str(row[0]) if row else None
