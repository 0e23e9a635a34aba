"""Reference lists: postcodes without coordinates, and one row for each premises of a provider."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for column in ("easting", "northing"):
        op.alter_column("reference_postcodes", column, existing_type=sa.Integer, nullable=True, schema="raw")
    op.drop_constraint("pk_reference_providers", "reference_providers", schema="raw")
    op.create_index("ix_reference_providers_urn", "reference_providers", ["urn"], schema="raw")
