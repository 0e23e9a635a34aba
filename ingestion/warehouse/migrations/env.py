"""Alembic's entry: runs on the connection that `ingestion.warehouse.migrate` hands over."""

from alembic import context

from ingestion.warehouse import (  # noqa: F401 -- their tables are part of the ledger
    build_tables,
    council_tables,
    feedback_tables,
    mail,
    publications,
    workshop_tables,
)
from ingestion.warehouse.ledger import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table_schema="ledger",
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
