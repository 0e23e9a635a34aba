"""A date with any blank around it is a date: tabs and no-break spaces come from spreadsheets and web pages."""

from alembic import op

from ingestion.warehouse.migrations.versions.v0006_children_looked_after import TO_DATE

revision = "0014"
down_revision = "0013"

_TRIMMED = r"btrim(cell, E' \t\r\n\u00a0')"


def upgrade() -> None:
    op.execute(TO_DATE.replace("create function", "create or replace function").replace("btrim(cell)", _TRIMMED))
